import Diagnostics
import SpecLanguage

/// What is written where in a spec: its items and their arguments by their places, those of imported blocks too.
package struct SpecIndex: Sendable {
  /// By the place of the whole entry.
  package private(set) var items: [Span: Item] = [:]
  /// By the place of the operation's key or word, which nodes of a graph have.
  package private(set) var operations: [Span: Item] = [:]
  /// What is written for fields and parameters.
  package private(set) var arguments: [Span: ArgumentValue] = [:]
  /// In the order of the spec, its own layers first; an outer item stands before those within.
  package private(set) var inOrder: [Item] = []

  package init(_ spec: Spec) {
    spec.forEachItem { item in
      items[item.span] = item
      operations[item.operationSpan] = item
      inOrder.append(item)
      for argument in item.arguments { arguments[argument.value.span] = argument.value }
    }
  }
}
