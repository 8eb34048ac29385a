import Blueprints
import Layers

/// The values that the variables of an initializer have in all uses of a type and all rounds of its loops.
struct Environment {
  private(set) var uses: [Bindings]

  /// More rounds than these are not told apart: what varies further are sizes of layers, about which nothing is asked.
  private static let largestCount = 4096

  /// For what has no variables.
  static let empty = Environment(uses: [[:]])

  private init(uses: [Bindings]) { self.uses = uses }

  init(_ type: TypeBlueprint) {
    uses = type.uses.sorted { $0.key < $1.key }.map(\.value)
    if uses.isEmpty { uses = [[:]] }
  }

  /// The values of one use, which say of which type a term is.
  var first: Bindings { uses.first ?? [:] }

  /// The values that a term has; nil where it has none in some use.
  func values(of term: Term) -> [FieldValue]? {
    let found = uses.compactMap { term.evaluated($0)?.normalized }
    return found.count == uses.count ? found : nil
  }

  /// Within a loop: a variable that counts, and columns of a table.
  func entering(_ index: String, count: Term, columns: [LoopStep.Column] = []) -> Environment {
    var inner = self
    inner.uses = []
    for use in uses {
      let rounds = columns.first?.values.count ?? count.evaluated(use)?.int ?? 1
      for round in 0..<max(1, rounds) where inner.uses.count < Self.largestCount {
        var bindings = use
        bindings[index] = .int(round)
        for column in columns where column.values.indices.contains(round) {
          bindings[column.name] = column.values[round]
        }
        inner.uses.append(bindings)
      }
    }
    return inner
  }

  /// With a variable that is given a value.
  func assigning(_ name: String, _ term: Term) -> Environment {
    var copy = self
    copy.uses = uses.map { use in
      var bindings = use
      bindings[name] = term.evaluated(use)
      return bindings
    }
    return copy
  }
}
