import GraphIR
import Shapes

extension TextReport {
  /// What the network comes to: parameters, work, memory.
  var totals: String {
    let totals = Totals(graph.mainNodes)
    var lines: [(label: String, figure: String, remark: String)] = []
    lines.append(("parameters", Totals.grouped(totals.parameters), roles(totals)))
    lines.append(contentsOf: heads)
    if totals.buffers > 0 { lines.append(("buffers", Totals.grouped(totals.buffers), "running means and variances")) }
    lines.append(("MACs", count(totals.macs), CountConvention.cnnc.explanation))
    lines.append(("FLOPs", count(totals.macs * 2), "2 for each MAC"))
    if options.convention != .cnnc {
      let convention = options.convention
      lines.append(("\(convention.rawValue) \(convention.unit)", count(total), convention.explanation))
    }
    lines.append(("weights", NumberText.bytes(saturatingProduct(totals.parameters, 4)), "float32, without buffers"))
    lines.append(memoryLine)
    if let field = fields.ofNetwork, let node = fields.lastSpatialNode { lines.append(fieldLine(field, node)) }
    return set(lines)
  }

  private func count(_ extent: Extent) -> String { NumberText.count(extent, symbols: graph.input.symbols, width: 32) }

  private func roles(_ totals: Totals) -> String {
    if totals.fixed == 0 { return totals.trainable > 0 ? "all trainable" : "" }
    return "\(Totals.grouped(totals.trainable)) trainable, \(Totals.grouped(totals.fixed)) fixed"
  }

  private var heads: [(label: String, figure: String, remark: String)] {
    graph.heads.enumerated().map { index, head in
      let own = Totals(graph.nodes.filter { $0.head == index })
      let weight = head.weight.map { ", weight \($0) in the loss" } ?? ""
      return (
        "+ \(head.name)", Totals.grouped(own.parameters), "head for training only\(weight); \(count(own.macs)) MACs"
      )
    }
  }

  private var memoryLine: (label: String, figure: String, remark: String) {
    guard let memory else { return ("activations", "open", "their peak needs sizes; give them with --input") }
    let at = memory.peakNode.map { ", at \(graph.nodes[$0].path)" } ?? ""
    return ("activations", NumberText.bytes(memory.peakBytes), "peak with reuse, float32\(at)")
  }

  private func fieldLine(_ field: ReceptiveField.Field, _ node: Int) -> (label: String, figure: String, remark: String)
  {
    let whole = graph.nodes.contains { $0.head == nil && fields[$0].isWhole } ? "; the whole input behind it" : ""
    let gates = field.isGated ? "; gates see the whole input" : ""
    let step = field.description.dropFirst(field.window.count + 2)
    return (
      "receptive field", field.window, "\(step), at \(graph.nodes[node].path)\(gates)\(gates.isEmpty ? whole : "")"
    )
  }

  /// Labels, figures and remarks in three columns, the figures at the right edge of theirs.
  private func set(_ lines: [(label: String, figure: String, remark: String)]) -> String {
    let labelWidth = lines.map(\.label.count).max() ?? 0
    let figureWidth = lines.map(\.figure.count).max() ?? 0
    return lines.map { line in
      let label = line.label + String(repeating: " ", count: labelWidth - line.label.count)
      let space = String(repeating: " ", count: figureWidth - line.figure.count)
      let remark = line.remark.isEmpty ? "" : "  " + paint(line.remark, .quiet)
      return "\(label)  \(space)\(paint(line.figure, .strong))\(remark)\n"
    }.joined()
  }

  /// What the compiler added by itself, equal reasons together.
  var remarks: String {
    RemarkGroup.groups(of: graph.remarks).map { group in
      let lines = Self.wrapped("note: \(group.text.printable)", width: options.width)
      return lines.enumerated().map { ($0 == 0 ? "" : "      ") + $1 + "\n" }.joined()
    }.joined()
  }

  /// The text in lines of about `width` characters, broken at spaces.
  private static func wrapped(_ text: String, width: Int) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      if let last = lines.last, !last.isEmpty, last.count + word.count + 1 > width - 6 {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
      }
    }
    return lines
  }
}
