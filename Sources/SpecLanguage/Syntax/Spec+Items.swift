extension Spec {
  /// The items that parameters are where nothing is handed over.
  package var defaultItems: [Item] {
    (parameters + blocks.values.flatMap(\.parameters)).flatMap { $0.defaultValue?.items ?? [] }
  }

  /// Looks at each item, those of imported blocks too, in the order of the spec, its own layers first; an outer item comes
  /// before those that it hands over, and these before those within.
  package func forEachItem(_ body: (Item) -> Void) {
    func look(at item: Item) {
      body(item)
      for argument in item.arguments {
        for inner in argument.value.items { look(at: inner) }
      }
      for inner in item.directItems { look(at: inner) }
    }
    func look(into parameters: [ParameterDeclaration]) {
      for parameter in parameters {
        for item in parameter.defaultValue?.items ?? [] { look(at: item) }
      }
    }
    for item in layers { look(at: item) }
    for head in heads { look(at: head.item) }
    look(into: parameters)
    for block in blocks.sorted(by: { $0.key < $1.key }).map(\.value) {
      look(into: block.parameters)
      for item in block.layers { look(at: item) }
    }
  }
}
