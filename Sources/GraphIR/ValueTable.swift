/// Something for each value of a graph: its inputs and the outputs of its nodes.
package struct ValueTable<Element> {
  private var elements: [Element]
  /// Inputs behind the first, whose indices are negative.
  private let offset: Int

  /// A table for the inputs of a graph and its first nodes, `nodes` of them.
  package init(repeating element: Element, for graph: Graph, nodes: Int) {
    offset = graph.inputs.count - 1
    elements = Array(repeating: element, count: offset + 1 + nodes)
  }

  package subscript(value: ValueID) -> Element {
    get { elements[value.index + offset] }
    set { elements[value.index + offset] = newValue }
  }

  /// Whether the table has the value.
  package func contains(_ value: ValueID) -> Bool { elements.indices.contains(value.index + offset) }
}

extension ValueTable: Sendable where Element: Sendable {}
