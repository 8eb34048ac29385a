import Diagnostics
import GraphIR
import Shapes

extension TextReport {
  /// The model, where it comes from, and what flows in and out.
  var heading: String {
    let variant = graph.variant.map { " · variant \($0)" } ?? ""
    var lines = [paint(graph.name.printable + variant.printable, .strong) + "  " + paint(graph.file.printable, .quiet)]
    if let summary = graph.summary { lines += Self.wrapped(summary.printable, width: options.width) }
    if let citation = graph.citation {
      let source = Self.wrapped("source: \(citation.printable)", width: options.width, indent: 8)
      lines += source.map { paint($0, .quiet) }
    }
    let changed = graph.settings.filter(\.isChanged).map { "\($0.name): \($0.value)".printable }
    if !changed.isEmpty { lines.append("with \(changed.joined(separator: ", "))") }
    lines.append("\(graph.inputs.count == 1 ? "input" : "inputs") \(graph.inputText.printable) → \(outputs)\(batch)")
    return lines.map { $0 + "\n" }.joined()
  }

  private var outputs: String {
    let shapes = graph.outputs.map { output in
      "\(output.name.map { "\($0) " } ?? "")\(graph.shape(of: output.value))".printable
    }
    return "output \(shapes.joined(separator: ", "))"
  }

  private var batch: String {
    graph.batch.value.map { ", batches of \($0)" } ?? ""
  }
}
