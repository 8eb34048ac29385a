import Diagnostics
import GraphIR
import SpecLanguage

/// What a spec calls its outputs, for the question whether a change makes one value of two of them: nobody means that who
/// gives each a name, and no later check would find it.
struct NamedOutputs {
  private let texts: [String]
  private let results: ArraySlice<BuildAttempt.Result>

  init(_ spec: Spec, _ attempt: BuildAttempt, _ sources: SourceTable) {
    texts = spec.outputs.map { sources[$0.reference.span.source].text(of: $0.reference.span) }
    results = attempt.results.prefix(texts.count)
  }

  /// Whether outputs are one value after a change that were not before, as far as they were anything.
  func areMerged(in attempt: BuildAttempt) -> Bool {
    guard results.count == texts.count, attempt.results.count >= texts.count else { return false }
    var groups: [ValueID: [Int]] = [:]
    for (index, result) in attempt.results.prefix(texts.count).enumerated() where result.shape != nil {
      groups[result.value, default: []].append(index)
    }
    return groups.values.contains { members in
      let before = members.map { results[$0] }
      let known = Set(before.filter { $0.shape != nil }.map(\.value))
      // What was not found, or not made, was not what others are that are called otherwise.
      let isGuessed =
        before.contains { $0.shape == nil } && (!known.isEmpty || before.contains { !$0.isFound })
        && Set(members.map { texts[$0] }).count > 1
      return known.count > 1 || isGuessed
    }
  }
}
