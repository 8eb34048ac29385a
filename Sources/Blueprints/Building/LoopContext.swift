import Diagnostics
import Layers

/// A loop while the sequence that it fills is built: its variable, and the columns of its table.
final class LoopContext {
  let index: String
  /// Whether terms may count with the index, as in `(0..<n).map`; else what varies is a column of the table.
  let countsFreely: Bool
  /// The rounds of all uses, with their numbers.
  let rounds: [(sample: Sample, round: Int)]
  let outer: LoopContext?
  /// The columns that terms use, and those of the spec's table that none has used so far.
  typealias Table = (columns: [LoopStep.Column], candidates: [LoopStep.Column])
  var table: Table = ([], [])

  private(set) var columns: [LoopStep.Column] {
    get { table.columns }
    set { table.columns = newValue }
  }

  private var candidates: [LoopStep.Column] {
    get { table.candidates }
    set { table.candidates = newValue }
  }

  init(index: String, countsFreely: Bool, rounds: [(sample: Sample, round: Int)], in outer: LoopContext?) {
    self.index = index
    self.countsFreely = countsFreely
    self.rounds = rounds
    self.outer = outer
    for (sample, round) in rounds { sample[index] = .int(round) }
  }

  /// Whether values that vary can become columns, here or further out.
  var hasTable: Bool { !countsFreely && count != nil || outer?.hasTable == true }

  /// The number of rounds, if all lists have as many: those of every use, and in each round of a loop around.
  private var count: Int? {
    var counts: [ObjectIdentifier: Int] = [:]
    for (sample, round) in rounds { counts[sample.list] = max(counts[sample.list] ?? 0, round + 1) }
    let all = Set(counts.values)
    return all.count == 1 ? all.first : nil
  }

  /// Offers a column of the spec's own table; it becomes one of the loop's when a term uses it.
  func offer(_ name: String, _ values: [FieldValue]) {
    guard let count, values.count == count else { return }
    let values = values.contains { $0.isFloat } ? values.map(\.asFloat) : values
    candidates.append(LoopStep.Column(name: name, values: values))
    for (sample, round) in rounds { sample[name] = values[round] }
  }

  /// The variables seen from around the loop.
  private var outerNames: Set<String> {
    guard let sample = rounds.first?.sample else { return [] }
    return sample.outerNames
  }

  /// Keeps the columns that a term uses.
  func noteUse(of term: Term) {
    for name in term.variables { keep(name) }
    outer?.noteUse(of: term)
  }

  private func keep(_ name: String) {
    guard !columns.contains(where: { $0.name == name }), let column = candidates.first(where: { $0.name == name })
    else { return }
    columns.append(column)
  }

  /// A column that has the observed value in each round; nil if rounds of the same number differ.
  func column(for observations: [(sample: Sample, value: FieldValue)], name: String) -> String? {
    guard !countsFreely, let count else { return outer?.column(for: observations, name: name) }
    var values: [Int: FieldValue] = [:]
    for (sample, value) in observations {
      guard let round = sample[index]?.int else { return nil }
      if let known = values[round], known != value { return outer?.column(for: observations, name: name) }
      values[round] = value
    }
    guard let least = values.keys.min(), let some = values[least] else { return nil }
    let list = (0..<count).map { values[$0] ?? some }
    if let known = columns.first(where: { $0.values == list }) { return known.name }
    // A column of the spec's that nothing uses as it is gives up its name.
    candidates.removeAll { candidate in candidate.name == name && !columns.contains { $0.name == name } }
    let taken = outerNames.union((columns + candidates).map(\.name))
    let own = UniqueNames.unlike(name, isTaken: taken.contains)
    columns.append(LoopStep.Column(name: own, values: list))
    for (sample, round) in rounds { sample[own] = list[round] }
    return own
  }
}

extension FieldValue {
  var isFloat: Bool { if case .float = self { true } else { false } }

  /// A whole number as a float; other values as they are.
  var asFloat: FieldValue { if case .int(let value) = self { .float(Double(value)) } else { self } }
}
