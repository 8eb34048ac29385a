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
}

/// The items of a spec by their places; an outer one stands before those within.
struct PlacedItems {
  private(set) var inOrder: [PlacedItem] = []
  private var bySpan: [Span: Int] = [:]
  private var byOperation: [Span: Int] = [:]

  init(_ spec: Spec) {
    for item in spec.layers { add(item) }
    for head in spec.heads { add(head.item) }
    add(spec.parameters)
    for block in spec.blocks.sorted(by: { $0.key < $1.key }).map(\.value) {
      add(block.parameters)
      for item in block.layers { add(item) }
    }
  }

  func item(at span: Span) -> PlacedItem? { bySpan[span].map { inOrder[$0] } }

  func item(ofOperation span: Span) -> PlacedItem? { byOperation[span].map { inOrder[$0] } }

  private mutating func add(_ parameters: [ParameterDeclaration]) {
    for parameter in parameters { for item in parameter.defaultValue?.items ?? [] { add(item) } }
  }

  private mutating func add(_ item: Item) {
    let inner = item.directItems
    let isOpen = item.span.start.line != item.span.end.line && !inner.isEmpty
    bySpan[item.span] = inOrder.count
    byOperation[item.operationSpan] = inOrder.count
    inOrder.append(PlacedItem(operation: item.operationSpan, span: item.span, word: item.word, isOpen: isOpen))
    for handed in item.handedItems { add(handed) }
    for item in inner { add(item) }
  }
}
