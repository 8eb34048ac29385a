import Shapes

/// What a person has chosen for the editor.
package struct EditorSettings: Hashable, Sendable {
  /// One switch for all hints.
  package var showsHints = true
  /// Output shapes at the ends of items.
  package var showsShapes = true
  /// Trainable parameters behind the shapes.
  package var showsParameters = false
  /// Characters of a hint, at most.
  package var hintLength = 25
  package var showsLenses = true
  package var lints = true
  /// Identifiers of lints that are not shown.
  package var ignoredLints: Set<String> = []
  /// An input in place of the spec's.
  package var input: Shape?

  package init() {}
}

/// Which of a spec's networks is looked at, and which use of a block.
package struct ViewChoice: Hashable, Sendable {
  package var variant: String?
  /// By block the number of the use, from 0 in the order of execution.
  package var uses: [String: Int] = [:]

  package init() {}
}
