import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// Split: branches that share out the channels of the input.
extension GraphBuilder {
  mutating func split(
    _ branches: [Branch], shares: [Expression], join: Join, _ item: Item, _ input: Flow, _ place: Place,
    _ name: ItemName
  ) -> Flow {
    guard let shape = input.shape else {
      hasFailed = true
      return .unknown
    }
    guard let channels = shape.channels.value else { return .unknown }
    guard let present = branchesThere(branches, shares, from: input, place) else { return .unknown }
    if present.isEmpty { return input }
    let parts = present.map(\.share)
    let total = parts.reduce(0, saturatingSum)
    guard parts.allSatisfy({ $0 > 0 }), channels.isMultiple(of: total) else {
      let how =
        shares.isEmpty ? "\(parts.count) equal parts" : "shares of \(parts.map(String.init).joined(separator: " : "))"
      let isPart = present.count < branches.count
      report(
        .shares, "\(channels) channels do not divide into \(how)", at: shares.first?.span ?? item.operationSpan,
        in: place.environment,
        notes: isPart ? [.init("\(present.count) of the \(branches.count) branches are there; those count")] : [])
      return .unknown
    }
    return withListLevel(item, input, place, name, kind: .split(join: join.rawValue)) { (builder, inner) in
      var start = 0
      var inputs: [Flow] = []
      for part in parts {
        let count = channels / total * part
        inputs.append(
          builder.addJoin(
            "channel_slice", ["start": .int(start), "channels": .int(count)], of: [input], at: item.operationSpan, inner
          ))
        start += count
      }
      return builder.branches(
        present.map(\.branch), join: join, item, inputs, input, inner, .none, kind: .branches(join: join.rawValue))
    }
  }

  /// The branches of a split that are there, each with its share; nil if that cannot be said.
  ///
  /// A branch that is one item with `when` goes with it, before the channels are shared out: `prev` in its condition is
  /// the whole input.
  private mutating func branchesThere(
    _ branches: [Branch], _ shares: [Expression], from input: Flow, _ place: Place
  ) -> [(branch: Branch, share: Int)]? {
    var parts = Array(repeating: 1, count: branches.count)
    if !shares.isEmpty {
      guard let numbers = integers(shares, place.environment, at: place.level, prev: input) else { return nil }
      parts = numbers
    }
    var present: [(branch: Branch, share: Int)] = []
    for (branch, share) in zip(branches, parts) {
      var branch = branch
      if branch.body.isSingle, let condition = branch.body.items.first?.when {
        guard let isThere = truth(condition, place.environment, at: place.level, prev: input) else {
          hasFailed = true
          return nil
        }
        if !isThere { continue }
        branch.body.items[0].when = nil
      }
      present.append((branch, share))
    }
    return present
  }
}
