import Diagnostics
import Frontend
import GraphIR
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

/// Why a name cannot be changed.
package struct RenameError: Error, Sendable {
  package var message: String
}

/// What a change of a name does.
package struct Rename: Sendable {
  /// The edits by path.
  package var edits: [String: [Diagnostic.Edit]]
  package var sources: SourceTable
  /// The beginnings of paths that are other ones afterwards, each with what it was before: tensors of these are called so.
  package var movedPaths: [(old: String, new: String)] = []
  /// The rule of `weights` by which files under the old names still load, as an edit.
  package var weightMap: Diagnostic.Edit?
}

extension DocumentSnapshot {
  /// The edits that give the name at a place another one.
  ///
  /// The network is built with them, in the variant that is looked at and in all others, and must be the same but for
  /// the names.
  ///
  /// - Throws: `RenameError` where there is no name, or the new one does not suit.
  package func rename(
    at place: Position, to name: String, user: KnownNetwork? = nil, files: any FileAccess
  ) throws(RenameError) -> Rename {
    guard let found = named(at: place, user: user) else { throw RenameError(message: "no name stands here") }
    try check(name, for: found.symbol)
    if name == found.symbol.name { throw RenameError(message: "the name is that already") }
    var rename = Rename(edits: [:], sources: found.sources)
    for occurrence in found.occurrences {
      let file = found.sources[occurrence.span.source]
      var span = occurrence.span
      var text = file.text(of: span)
      if text.count == found.symbol.name.count + 2, let quote = text.first, quote == text.last, "\"'".contains(quote) {
        span.start = span.start.advanced(by: 1)
        span.end = span.end.advanced(by: -1)
        text = file.text(of: span)
      }
      guard text == found.symbol.name else {
        throw RenameError(message: "\(file.path):\(span.start.line): the name is not written as it is read")
      }
      rename.edits[file.path, default: []].append(Diagnostic.Edit(span, replacement: name))
    }
    guard !rename.edits.isEmpty else { throw RenameError(message: "no name stands here") }
    let root = kind == .blocks ? user?.compilation.path : path
    if let root { try verify(&rename, root: root, files) }
    return rename
  }

  private func check(_ name: String, for symbol: Symbol) throws(RenameError) {
    let isPlain =
      !name.isEmpty && name.utf8.count <= 128
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_")
      }
    guard isPlain else { throw RenameError(message: "a name consists of letters, digits and _") }
    let isUpper = Place.isBlockName(name)
    switch symbol {
    case .builtin: throw RenameError(message: "\(symbol.name) is part of the language")
    case .block where !isUpper: throw RenameError(message: "a block's name begins with a capital letter")
    case .node, .variant, .block: break
    case .function, .modelParameter, .blockParameter, .functionParameter, .loopVariable:
      let reserved: Set = ["prev", "input", "i", "first", "last", "true", "false", "if", "else", "and", "or", "not"]
      if reserved.contains(name) || name.first?.isNumber ?? true {
        throw RenameError(message: "'\(name)' has a meaning of its own in expressions, or begins with a digit")
      }
    }
  }

  /// Builds the network before and after, in every variant.
  private func verify(_ rename: inout Rename, root: String, _ files: any FileAccess) throws(RenameError) {
    var texts: [String: [UInt8]] = [:]
    for (path, edits) in rename.edits {
      guard let file = rename.sources.files.first(where: { $0.path == path }) else { continue }
      texts[path] = Array(file.applying(edits).utf8)
    }
    let edited = OverlaidFiles(texts, over: files)
    let before = Compilation(root, files: files)
    guard let spec = before.spec, before.graph != nil else {
      let fault = before.diagnostics.first { $0.severity == .error }?.message ?? "it does not fit together"
      throw RenameError(
        message: "a new name is tried on the network, and there is a fault to be mended first: \(fault)")
    }
    let names = [nil] + spec.variants.prefix(16).map { Optional($0.name) }
    let renamedVariants = Compilation.spec(at: root, files: edited)?.variants.map(\.name) ?? []
    for (index, variant) in names.enumerated() {
      var options = BuildOptions()
      options.variant = variant
      guard let old = index == 0 ? before.graph : Compilation(root, options: options, files: files).graph else {
        continue
      }
      if variant != nil {
        guard renamedVariants.indices.contains(index - 1) else {
          throw RenameError(message: "the spec could not be read with the new name")
        }
        options.variant = renamedVariants[index - 1]
      }
      let after = Compilation(root, options: options, files: edited)
      guard let new = after.graph else {
        let reason = after.diagnostics.first { $0.severity == .error }?.message ?? "it does not fit together"
        throw RenameError(message: "with the new name: \(reason)")
      }
      guard old.isEqualButForNames(to: new) else {
        throw RenameError(message: "with the new name the network is another one")
      }
      if index == 0 {
        rename.movedPaths = old.movedPaths(in: new)
        rename.weightMap = weightMap(rename.movedPaths, spec, before.sources)
      }
    }
  }

  /// A rule of `weights` for each path that was moved, where the spec is this document.
  private func weightMap(_ moved: [(old: String, new: String)], _ spec: Spec, _ sources: SourceTable) -> Diagnostic
    .Edit?
  {
    guard !moved.isEmpty, moved.count <= 32, spec.weightMaps.isEmpty, sources[spec.source].path == path else {
      return nil
    }
    let rules = moved.map { "    \($0.new): \($0.old)\n" }.joined()
    let last = file.lineCount
    let end = Position(line: last, column: file.line(last).unicodeScalars.count + 1)
    let start = file.line(last).isEmpty ? "" : "\n"
    let source = SourceID(index: 0)
    return Diagnostic.Edit(
      Span(source: source, start: end, end: end), replacement: "\(start)weights:\n  before_renaming:\n\(rules)")
  }
}

extension Graph {
  /// Whether another network has the same layers, shapes and connections.
  package func isEqualButForNames(to other: Graph) -> Bool {
    guard nodes.count == other.nodes.count, scopes.count == other.scopes.count,
      inputs.map(\.shape) == other.inputs.map(\.shape),
      outputs.map(\.value) == other.outputs.map(\.value), heads.map(\.output) == other.heads.map(\.output)
    else { return false }
    return zip(nodes, other.nodes).allSatisfy { old, new in
      old.keyword == new.keyword && old.inputs == new.inputs && old.output == new.output
        && old.parameters == new.parameters && old.sharedWith == new.sharedWith && old.macs == new.macs
        && old.attributes.map(\.name) == new.attributes.map(\.name)
        && old.attributes.map(\.value) == new.attributes.map(\.value)
    }
  }

  /// The shortest beginnings of the paths of nodes with tensors that another network of the same layers has otherwise.
  func movedPaths(in other: Graph) -> [(old: String, new: String)] {
    var result: [(String, String)] = []
    var seen: Set<String> = []
    for (old, new) in zip(nodes, other.nodes) where !old.parameters.isEmpty && old.path != new.path {
      let (a, b) = (old.path.split(separator: "."), new.path.split(separator: "."))
      guard a.count == b.count, let last = zip(a, b).enumerated().filter({ $1.0 != $1.1 }).last?.offset else {
        if seen.insert(new.path).inserted { result.append((old.path, new.path)) }
        continue
      }
      let (start, end) = (a[...last].joined(separator: "."), b[...last].joined(separator: "."))
      if seen.insert(end).inserted { result.append((start, end)) }
    }
    return result
  }
}
