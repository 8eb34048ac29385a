import Analysis
import GraphIR
import Shapes

/// The figures of two networks beside each other, and what becomes of the weights.
extension DiffDigest {
  static let headings = ["", "params A", "params B", "Δ", "MACs A", "MACs B", "Δ"]

  /// The blocks whose figures differ, then the total.
  var rows: [[String]] {
    let blocks = diff.blocks.filter { block in
      let (a, b) = (block.a ?? Totals([]), block.b ?? Totals([]))
      return a.parameters != b.parameters || a.macs != b.macs
    }
    let rows = blocks.map { Self.row($0.name + ($0.isHead ? " (head)" : ""), $0.a, $0.b) }
    return rows + [Self.row("total", Totals(diff.a.mainNodes), Totals(diff.b.mainNodes))]
  }

  private static func row(_ name: String, _ a: Totals?, _ b: Totals?) -> [String] {
    func cells(_ left: Int?, _ right: Int?, isOpen: Bool) -> [String] {
      let delta = isOpen ? "" : NumberText.signed(Totals.difference(right ?? 0, left ?? 0))
      return [left.map(Totals.grouped) ?? "–", right.map(Totals.grouped) ?? "–", delta]
    }
    let isOpen = a.map { $0.macs.value == nil } ?? false || b.map { $0.macs.value == nil } ?? false
    return [name] + cells(a?.parameters, b?.parameters, isOpen: false)
      + cells(a?.macs.value, b?.macs.value, isOpen: isOpen)
  }

  /// The most activations held at once, where sizes are known.
  var memory: String? {
    guard let a = MemoryPlan(diff.a)?.peakBytes, let b = MemoryPlan(diff.b)?.peakBytes else { return nil }
    let change = a == b ? "the same" : "\(b > a ? "+" : "−")\(NumberText.bytes(abs(b - a)))"
    return "\(NumberText.bytes(a)) → \(NumberText.bytes(b)) (\(change))"
  }

  /// `All 320 tensors of A load into B.`
  var weightSummary: String {
    let weights = diff.weights
    if weights.total == 0, weights.unexpected.isEmpty { return "neither network has any" }
    if weights.isComplete, weights.loading == 1 { return "the one tensor of A loads into B" }
    if weights.isComplete { return "all \(weights.loading) tensors of A load into B" }
    return "\(weights.loading) of \(weights.total) tensors of B load from A"
  }

  /// The tensors that do not load, by what is wrong with them.
  var weightLines: [Line] {
    let weights = diff.weights
    let other = Self.lines(
      weights.reshaped.map { ($0.name, "\(Self.text($0.a)) → \(Self.text($0.b))") }, "another shape")
    let missing = Self.lines(weights.missing.map { ($0.name, Self.text($0.shape)) }, "missing in A")
    let unexpected = Self.lines(weights.unexpected.map { ($0.name, Self.text($0.shape)) }, "unexpected in B")
    let renamed = Line(label: "would load under the names of their counterparts: \(weights.underOtherNames)", text: "")
    return other + missing + unexpected + (weights.underOtherNames > 0 ? [renamed] : [])
  }

  private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }

  /// A line that counts, and a few that name.
  private static func lines(_ tensors: [(path: String, key: String)], _ what: String) -> [Line] {
    guard !tensors.isEmpty else { return [] }
    let groups = PathGroup.groups(tensors)
    let named = groups.prefix(6).map { Line(label: "  \($0.text)", text: tensors[$0.members[0]].key) }
    let rest = groups.dropFirst(6).reduce(0) { $0 + $1.members.count }
    let more = rest > 0 ? [Line(label: "  …", text: "\(rest) more")] : []
    return [Line(label: "\(what): \(tensors.count)", text: "")] + named + more
  }
}
