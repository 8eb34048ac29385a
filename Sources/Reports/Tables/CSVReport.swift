import GraphIR
import Shapes

/// The layers as comma-separated values (RFC 4180): a row a layer, with plain numbers and full names.
package enum CSVReport {
  /// The table of one graph, its lines ended by CR LF as the RFC has it.
  package static func render(
    _ graph: Graph, columns: [Column] = Column.standard, convention: CountConvention = .cnnc
  ) -> String {
    let memory = columns.contains(.memory) ? MemoryPlan(graph) : nil
    var builder = OutlineBuilder(graph, convention: convention, memory: memory, fields: ReceptiveField(graph))
    let items = builder.leaves()
    let total = convention.total(graph).value
    let lines = [columns.map(\.rawValue)] + items.map { item in columns.map { cell(item, $0, total: total) } }
    return lines.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func cell(_ item: OutlineItem, _ column: Column, total: Int?) -> String {
    switch column {
    case .layer: item.path
    case .kind: item.label
    case .input: item.inputs.map(\.description).joined(separator: " ")
    case .output: item.output.description
    case .kernel: item.kernel
    case .params: String(item.figures.parameters)
    case .macs: item.figures.count.description
    case .share: share(item, total)
    case .line: item.place
    case .receptive: item.receptiveField.cell
    case .memory: item.figures.memory.map(String.init) ?? ""
    }
  }

  /// A fraction of the network's count; heads have none.
  private static func share(_ item: OutlineItem, _ total: Int?) -> String {
    guard let total, total > 0, item.head == nil, let count = item.figures.count.value else { return "" }
    return NumberText.decimal(count, over: total, places: 6)
  }

  /// Quotes a field where it holds a comma, a quote or a line break.
  static func quoted(_ field: String) -> String {
    guard field.unicodeScalars.contains(where: { [",", "\"", "\n", "\r"].contains($0) }) else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
