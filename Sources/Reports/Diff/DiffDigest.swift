import Analysis
import GraphIR
import Layers
import Shapes

/// A difference of two networks in the sections that people read; what repeats is one line.
struct DiffDigest {
  struct Line: Hashable {
    var label: String
    var text: String
  }

  struct Section {
    var title: String
    var lines: [Line]
  }

  private static let limit = 40

  let diff: GraphDiff

  var sections: [Section] {
    let parts = [
      ("Settings", settings), ("Input and outputs", ends), ("Removed", Self.parts(diff.removed)),
      ("Added", Self.parts(diff.added)), ("Renamed", renames), ("Changed", changes),
    ]
    return parts.filter { !$0.1.isEmpty }.map { Section(title: $0.0, lines: Self.shortened($0.1, to: Self.limit)) }
  }

  static func shortened(_ lines: [Line], to limit: Int) -> [Line] {
    guard lines.count > limit else { return lines }
    return lines.prefix(limit - 1) + [
      Line(label: "…", text: "\(lines.count - limit + 1) more lines; --format json has all")
    ]
  }

  private var settings: [Line] {
    diff.settings.map { Line(label: $0.name, text: "\($0.a ?? "none") → \($0.b ?? "none")") }
  }

  private var ends: [Line] {
    var lines: [Line] = []
    if diff.a.input != diff.b.input { lines.append(Line(label: "input", text: "\(diff.a.input) → \(diff.b.input)")) }
    guard diff.outputsDiffer else { return lines }
    func text(_ graph: Graph) -> String {
      graph.outputs.map { ($0.name.map { "\($0) " } ?? "") + graph.shape(of: $0.value).description }.joined(
        separator: ", ")
    }
    return lines + [Line(label: "output", text: "\(text(diff.a)) → \(text(diff.b))")]
  }

  // MARK: Layers

  private static func parts(_ parts: [GraphDiff.Part]) -> [Line] {
    let texts = parts.map(text)
    return PathGroup.groups(zip(parts, texts).map { ($0.path, $1) }).map { group in
      let each =
        group.members.count > 1 && parts[group.members[0]].nodes.contains { !$0.parameters.isEmpty } ? " each" : ""
      return Line(label: group.text, text: texts[group.members[0]] + each)
    }
  }

  /// `conv 64 3×3, 36,864 parameters`, or `6 layers, …` of a level.
  private static func text(_ part: GraphDiff.Part) -> String {
    let count = Totals(part.nodes).parameters
    let cost = count == 0 ? "" : ", \(Totals.grouped(count)) parameters"
    guard part.nodes.count == 1, part.nodes[0].path == part.path else {
      return "\(part.nodes.count) layer\(part.nodes.count == 1 ? "" : "s")\(cost)"
    }
    let node = part.nodes[0]
    return node.keyword + (node.summary.isEmpty ? "" : " \(node.summary)") + cost
  }

  private var renames: [Line] {
    var lines = diff.renamedLevels.filter { !Self.isRenumbering($0) }.map {
      Line(label: $0.a, text: "→ \($0.b)  (\($0.layers) layer\($0.layers == 1 ? "" : "s"))")
    }
    // Names of layers without tensors are automatic, and nothing hangs on them.
    let holders = Set(diff.a.nodes.filter { !$0.parameters.isEmpty }.map(\.path))
    lines += diff.renamed.filter { holders.contains($0.a) && !Self.isRenumbering($0) }.map {
      Line(label: $0.a, text: "→ \($0.b)")
    }
    let renumbered = (diff.renamedLevels + diff.renamed).filter(Self.isRenumbering)
    let parents = Dictionary(grouping: renumbered, by: \.b.parentPath)
    return lines
      + parents.sorted { $0.key < $1.key }.map { parent, members in
        Line(label: parent.isEmpty ? "top" : parent, text: "\(members.count) members have other numbers")
      }
  }

  private static func isRenumbering(_ rename: GraphDiff.Rename) -> Bool {
    [rename.a, rename.b].allSatisfy { path in path.split(separator: ".").last.map { String($0).isNumber } ?? false }
  }

  private var changes: [Line] {
    let own = diff.changed.filter(\.isOwn)
    let texts = own.map(Self.text)
    var lines = PathGroup.groups(zip(own, texts).map { ($0.b.path, $1) }).map { group in
      let shapes = Set(group.members.map { own[$0].outputDiffers ? "\(own[$0].a.output) → \(own[$0].b.output)" : "" })
      let shape = shapes.count == 1 ? shapes.first ?? "" : ""
      return Line(label: group.text, text: texts[group.members[0]] + (shape.isEmpty ? "" : ", \(shape)"))
    }
    let followers = diff.changed.filter { !$0.isOwn }
    if let first = followers.first {
      let shape = first.outputDiffers ? ", \(first.a.output) → \(first.b.output)" : ""
      let subject = followers.count == 1 ? "" : ", first of \(followers.count) layers"
      lines.append(Line(label: first.b.path, text: "other shapes only\(subject)\(shape)"))
    }
    return lines
  }

  /// `conv: stride 1 → 2`, `relu → silu`.
  private static func text(_ change: NodeChange) -> String {
    if change.kindDiffers { return "\(change.a.keyword) → \(change.b.keyword)" }
    var parts = change.fields.map { "\($0.name) \($0.a) → \($0.b)" }
    if let inputs = change.inputs {
      parts.append("from \(inputs.a.joined(separator: ", ")) → \(inputs.b.joined(separator: ", "))")
    }
    return "\(change.b.keyword): \(parts.joined(separator: ", "))"
  }
}
