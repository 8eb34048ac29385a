import Diagnostics
import GraphIR
import Shapes
import SpecLanguage

/// A graph as a spec again: `cnnc expand`.
///
/// Blocks, loops, expressions and defaults are written out, every field has its value, and comments say where it came
/// from. The output is a valid spec that builds the same network: names, shapes and costs are equal.
package enum ExpandedSpec {
  /// The text for a graph; what no graph holds, such as preprocessing, comes from the spec.
  ///
  /// With `flat` a layer a line without hierarchy, named by its path with `__` for dots; so too where the hierarchy's
  /// names would hide a value from the layer that reads it. Files are named from the folder of the spec, which `fileName`
  /// turns into names from where the text will lie.
  package static func render(
    _ graph: Graph, spec: Spec?, sources: SourceTable, flat: Bool, fileName: @escaping (String) -> String = { $0 }
  ) -> String {
    let origin = ExpandedOrigin(graph: graph, sources: sources, fileName: fileName)
    let nested = flat ? nil : HierarchyExpander.expand(graph, origin)
    let result = nested ?? FlatExpander.expand(graph, origin)
    var lines = ExpandedHeader.lines(graph)
    if !flat, nested == nil {
      lines.insert(ExpandedLine(text: "# without levels, for their names hide what layers within them read"), at: 1)
    }
    lines.append(ExpandedLine(text: "layers:"))
    lines += ExpandedItemPrinter.nested(ExpandedItemPrinter.list(result.layers))
    if !result.heads.isEmpty { lines.append(ExpandedLine(text: "aux:")) }
    for head in result.heads { lines += self.head(head.name, head.weight, head.item) }
    if !result.outputs.isEmpty { lines.append(ExpandedLine(text: "outputs:")) }
    lines += result.outputs.map { ExpandedLine(text: "  \($0.name): \($0.reference)") }
    lines += ExpandedHeader.expectation(graph)
    if let spec {
      lines += ExpandedExtras(spec: spec, graph: graph, fileName: fileName).lines(withWeights: nested != nil)
    }
    return aligned(lines)
  }

  /// Every field of a node with its value as a spec has it, defaults written out, files named from the spec's folder by what
  /// `fileName` makes of them.
  package static func fields(
    of node: Node, in graph: Graph, fileName: @escaping (String) -> String
  ) -> [(name: String, value: String)] {
    ExpandedOrigin(graph: graph, sources: SourceTable(), fileName: fileName).fields(of: node)
  }

  private static func head(_ name: String, _ weight: Double?, _ item: ExpandedItem) -> [ExpandedLine] {
    let extra = weight.map { [(key: "weight", value: "\($0)")] } ?? []
    let lines = ExpandedItemPrinter.entry(item, extra: extra)
    if lines.count == 1 { return [ExpandedLine(text: "  \(name): \(lines[0].text)", comment: lines[0].comment)] }
    return [ExpandedLine(text: "  \(name):")] + lines.map { $0.indented(4) }
  }

  /// The text, comments below each other unless a line is very long.
  private static func aligned(_ lines: [ExpandedLine]) -> String {
    let widest = 124
    let column = lines.filter { !$0.comment.isEmpty }.map(\.text.count).filter { $0 <= widest }.max() ?? 0
    var text = ""
    for line in lines {
      text += line.text
      if !line.comment.isEmpty {
        text += String(repeating: " ", count: max(0, column - line.text.count)) + "  # \(line.comment.yamlComment)"
      }
      text += "\n"
    }
    return text
  }
}
