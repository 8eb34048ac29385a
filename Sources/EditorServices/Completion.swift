import Diagnostics
import Expressions
import Frontend
import GraphIR
import Layers
import Recipes
import Shapes
import SpecLanguage

/// A word that could stand at a place.
package struct CompletionItem: Sendable {
  package enum Kind: Int, Sendable {
    case function = 3
    case field = 5
    case variable = 6
    case classKind = 7
    case property = 10
    case value = 12
    case keyword = 14
    case file = 17
    case enumMember = 20
    case structure = 22
  }

  package var label: String
  package var kind: Kind
  package var detail: String = ""
  package var documentation: String = ""
  /// What is written; with `$1`, `${2:word}` where it is a snippet.
  package var text: String
  package var isSnippet = false
  /// Smaller ones come first.
  package var rank = 1
}

/// The words that could stand at a place, and what they stand in the place of.
package struct CompletionList: Sendable {
  package var start: Position
  package var items: [CompletionItem]
}

extension DocumentSnapshot {
  /// What could be written at a place: found from the text before it alone, however broken that is.
  ///
  /// - Parameter folderFiles: The names of the files beside the document, for imports.
  package func completions(
    at position: Position, snippets: Bool, user: KnownNetwork? = nil, folderFiles: @escaping () -> [String] = { [] }
  ) -> CompletionList {
    if case .other = kind { return CompletionList(start: position, items: []) }
    let root: Place = if case .recipe = kind { .recipe(RecipeField.all) } else { .root }
    let context = CursorContext(file, at: position, root: root)
    let finder = CompletionFinder(self, context, position, snippets: snippets, user: user, folderFiles: folderFiles)
    return finder.list()
  }
}
