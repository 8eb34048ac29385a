import Diagnostics
import Frontend
import SpecLanguage

/// Where a spec writes layers for others to use: arguments and defaults of parameters, cells of tables.
struct HandedPlaces {
  /// By file the outermost of them in their order.
  private var places: [SourceID: [Span]] = [:]

  init(_ spec: Spec, _ index: SpecIndex) {
    let parameters = spec.parameters + spec.blocks.values.flatMap(\.parameters)
    let items = index.inOrder.flatMap(\.handedItems) + parameters.flatMap { $0.defaultValue?.items ?? [] }
    for (source, spans) in Dictionary(grouping: items.map(\.span), by: \.source) {
      var outermost: [Span] = []
      for span in spans.sorted(by: { ($0.start, $1.end) < ($1.start, $0.end) }) {
        if let last = outermost.last, span.start < last.end { continue }
        outermost.append(span)
      }
      places[source] = outermost
    }
  }

  /// Whether two places are in two of them.
  func areApart(_ first: Span, _ second: Span) -> Bool {
    guard let one = place(of: first), let other = place(of: second) else { return false }
    return one != other
  }

  /// The outermost layer that a place is in.
  private func place(of span: Span) -> Span? {
    guard let spans = places[span.source] else { return nil }
    var (low, high) = (0, spans.count)
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].start <= span.start { low = middle + 1 } else { high = middle }
    }
    return low > 0 && span.start < spans[low - 1].end ? spans[low - 1] : nil
  }
}
