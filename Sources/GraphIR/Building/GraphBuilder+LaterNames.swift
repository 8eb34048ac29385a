import Diagnostics
import SpecLanguage

/// Names that a reference cannot see, for they come after it.
extension GraphBuilder {
  /// "; it stands later, in line 7", if the body in which a reference stands has a node of the name behind it.
  func laterHint(for name: String, after span: Span) -> String? {
    func holds(_ item: Item) -> Bool {
      item.span.source == span.source && item.span.start <= span.start && span.start < item.span.end
    }
    let bodies = [spec.layers] + spec.blocks.values.map(\.layers)
    guard var open = bodies.first(where: { $0.contains(where: holds) }) else { return nil }
    var line: Int?
    while let item = open.popLast() {
      if item.name?.literal == name, item.span.start > span.start {
        line = min(line ?? .max, item.operationSpan.start.line)
      }
      open += item.directItems
    }
    return line.map { "; it stands later, in line \($0), and a reference sees what is earlier" }
  }
}
