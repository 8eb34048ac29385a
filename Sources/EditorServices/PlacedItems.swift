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
  private(set) var inOrder: [PlacedItem] = []
  private(set) var bySpan: [Span: Int] = [:]
  private(set) var byOperation: [Span: Int] = [:]

  init(_ spec: Spec) {
    let defaults = spec.defaultItems.map(\.span)
    spec.forEachItem { item in
      add(item, isDefault: defaults.contains { $0.holds(item.span.start, in: item.span.source) })
    }
  }

  private mutating func add(_ item: Item, isDefault: Bool) {
    let isOpen = item.span.start.line != item.span.end.line && !item.directItems.isEmpty
    bySpan[item.span] = inOrder.count
    byOperation[item.operationSpan] = inOrder.count
    inOrder.append(
      PlacedItem(
        operation: item.operationSpan, span: item.span, word: item.word, isOpen: isOpen, isDefault: isDefault))
  }
}
