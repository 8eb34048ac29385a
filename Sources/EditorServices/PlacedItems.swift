import Diagnostics
import SpecLanguage

/// What hints need of an item: a large spec has many, so that no more of them is kept.
package struct PlacedItem: Sendable {
  /// The place of the operation's key or word.
  package var operation: Span
  package var span: Span
  package var word: String
  /// Whether it holds items and runs over several lines, so that its shape stands behind the first.
  var isOpen: Bool
  /// Whether it is what a parameter is where nothing is handed over: its shapes stand where the parameter is used.
  var isDefault: Bool
}

/// The items of a spec by their places; an outer one stands before those within.
struct PlacedItems {
  let inOrder: [PlacedItem]
  private let bySpan: SpanTable
  let byOperation: SpanTable

  init(_ spec: Spec) {
    let defaults = spec.defaultItems.map(\.span)
    var found: [PlacedItem] = []
    found.reserveCapacity(spec.layers.count)
    spec.forEachItem { item in
      let isDefault = !defaults.isEmpty && defaults.contains { $0.holds(item.span.start, in: item.span.source) }
      let isOpen = item.span.start.line != item.span.end.line && !item.directItems.isEmpty
      found.append(
        PlacedItem(
          operation: item.operationSpan, span: item.span, word: item.word, isOpen: isOpen, isDefault: isDefault))
    }
    let items = found
    inOrder = items
    bySpan = SpanTable(count: items.count) { items[$0].span }
    byOperation = SpanTable(count: items.count) { items[$0].operation }
  }

  /// The item that lies at a place.
  func item(at span: Span) -> Int? { bySpan.number(at: span) { inOrder[$0].span } }

  /// The item whose operation's key or word lies at a place.
  func item(ofOperationAt span: Span) -> Int? { byOperation.number(at: span) { inOrder[$0].operation } }
}
