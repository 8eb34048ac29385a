import Diagnostics
import Frontend
import SpecLanguage

/// A name with the texts that it is looked up in.
package struct NamedPlaces: Sendable {
  package var symbol: Symbol
  /// Where the cursor is.
  package var span: Span
  /// All places, that of the cursor among them.
  package var occurrences: [SymbolOccurrence]
  package var sources: SourceTable
}

extension DocumentSnapshot {
  /// The texts that the document's names stand in: its own and those that are read with it.
  ///
  /// - Parameter user: The spec by which a file of blocks is looked at.
  func trees(user: KnownNetwork?) -> (trees: [FileTree], sources: SourceTable) {
    var table = SourceTable()
    var files: [SourceFile] = []
    switch kind {
    case .spec:
      let known = network?.compilation.sources.files ?? []
      let read = sources.files.count > 1 ? sources.files : sources.files + known.dropFirst()
      files = [file] + read.filter { $0.path != path && !$0.isOption }
    case .blocks:
      let others = user?.compilation.sources.files ?? sources.files
      files = others.map { $0.path == path ? file : $0 }.filter { !$0.isOption && !$0.path.hasSuffix(".importing") }
      if !files.contains(where: { $0.path == path }) { files.append(file) }
    case .recipe, .other: break
    }
    var trees: [FileTree] = []
    for file in files {
      let source = table.add(file)
      if let tree = FileTree(file, source: source) { trees.append(tree) }
    }
    return (trees, table)
  }

  /// The name at a place with all places where it is written; nil where none is.
  package func named(at place: Position, user: KnownNetwork? = nil) -> NamedPlaces? {
    let (trees, table) = trees(user: user)
    guard let source = table.files.firstIndex(where: { $0.path == path }) else { return nil }
    let index = SymbolIndex(trees)
    let touched = index.occurrences.filter {
      $0.span.source.index == source && $0.span.start <= place && place <= $0.span.end
    }
    // Between two names the one that begins.
    guard let here = touched.last(where: { $0.span.start <= place && place < $0.span.end }) ?? touched.last else {
      return nil
    }
    var seen: Set<Span> = []
    let all = index.occurrences.filter { $0.symbol == here.symbol && seen.insert($0.span).inserted }
    return NamedPlaces(symbol: here.symbol, span: here.span, occurrences: all, sources: table)
  }

  /// Where the import or network at a place leads; nil where none is named.
  package func file(at place: Position) -> (span: Span, path: String)? {
    links().first { $0.span.start <= place && place <= $0.span.end && !$0.target.contains("://") }
      .map { ($0.span, $0.target) }
  }
}
