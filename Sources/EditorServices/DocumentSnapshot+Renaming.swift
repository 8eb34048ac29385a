import Diagnostics
import Frontend
import GraphIR
import SpecLanguage

/// Why a name cannot be changed.
package struct RenameError: Error, Sendable {
  package var message: String

  package init(message: String) { self.message = message }
}

/// What a change of a name does.
package struct Rename: Sendable {
  /// The edits by path.
  package var edits: [String: [Diagnostic.Edit]]
  package var sources: SourceTable
  /// The other specs that read the name.
  fileprivate(set) var specs: [String] = []
  /// The beginnings of paths that are other ones afterwards, each with what it was before: tensors of these are called so.
  package var movedPaths: [(old: String, new: String)] = []
  /// The rule of `weights` by which files under the old names still load, as an edit.
  package var weightMap: Diagnostic.Edit?
}

extension Rename {
  /// Adds the edit of one place where the name is written.
  fileprivate mutating func add(
    _ occurrence: SymbolOccurrence, _ name: String, in table: SourceTable
  ) throws(RenameError) {
    let file = table[occurrence.span.source]
    var span = occurrence.span
    var text = file.text(of: span)
    if text.count == occurrence.symbol.name.count + 2, let quote = text.first, quote == text.last,
      "\"'".contains(quote)
    {
      span.start = span.start.advanced(by: 1)
      span.end = span.end.advanced(by: -1)
      text = file.text(of: span)
    }
    guard text == occurrence.symbol.name else {
      throw RenameError(message: "\(file.path):\(span.start.line): the name is not written as it is read")
    }
    if let index = sources.files.firstIndex(where: { $0.path == file.path }) {
      span.source = SourceID(index: index)
    } else {
      span.source = sources.add(file)
    }
    let edit = Diagnostic.Edit(span, replacement: name)
    if edits[file.path]?.contains(edit) != true { edits[file.path, default: []].append(edit) }
  }

  /// Adds the places of another spec that mean what is renamed, told by the places that both read.
  fileprivate mutating func addUses(
    of found: NamedPlaces, in path: String, _ name: String, _ files: any FileAccess
  ) throws(RenameError) {
    var reader = SpecReader(files: files)
    _ = reader.read(path)
    let read = reader.sources.files
    if reader.diagnostics.diagnostics.contains(where: { $0.id == .syntax && $0.span.source.index == 0 }) {
      throw RenameError(message: "\(path), which may read the name too, has a fault of syntax to be mended first")
    }
    guard let own = read.first, read.contains(where: { edits[$0.path] != nil }) else { return }
    switch DocumentKind(own, path: path) {
    case .spec: specs.append(path)
    case .blocks: break
    case .recipe, .other: return
    }
    var table = SourceTable()
    let trees = read.compactMap { FileTree($0, source: table.add($0)) }
    let known = Set(found.occurrences.map { WrittenPlace($0, found.sources) })
    let occurrences = SymbolIndex(trees).occurrences
    let symbols = Set(occurrences.filter { known.contains(WrittenPlace($0, table)) }.map(\.symbol))
    for occurrence in occurrences where symbols.contains(occurrence.symbol) { try add(occurrence, name, in: table) }
  }

  /// A place that two readings of a file have in common.
  private struct WrittenPlace: Hashable {
    var path: String
    var start: Position
    var end: Position

    init(_ occurrence: SymbolOccurrence, _ table: SourceTable) {
      path = table[occurrence.span.source].path
      (start, end) = (occurrence.span.start, occurrence.span.end)
    }
  }
}

extension DocumentSnapshot {
  /// The edits that give the name at a place another one.
  ///
  /// The network is built with them, in the variant that is looked at and in all others, and must be the same but for
  /// the names; so are the networks of other specs that read one of the files, whose uses of the name are edited too.
  ///
  /// - Parameters:
  ///   - user: The spec by which a file of blocks is looked at.
  ///   - readers: The paths of other specs that may read one of some files, on the disk or open.
  /// - Throws: `RenameError` where there is no name, or the new one does not suit one of the specs.
  package func rename(
    at place: Position, to name: String, user: KnownNetwork? = nil, files: any FileAccess,
    readers: (_ paths: Set<String>) throws(RenameError) -> [String] = {
      (_: Set<String>) throws(RenameError) -> [String] in []
    }
  ) throws(RenameError) -> Rename {
    guard let found = named(at: place, user: user) else { throw RenameError(message: "no name stands here") }
    try check(name, for: found.symbol)
    if name == found.symbol.name { throw RenameError(message: "the name is that already") }
    var rename = Rename(edits: [:], sources: found.sources)
    for occurrence in found.occurrences { try rename.add(occurrence, name, in: found.sources) }
    guard !rename.edits.isEmpty else { throw RenameError(message: "no name stands here") }
    let root = kind == .blocks ? user?.compilation.path : path
    let others = try readers(Set(rename.edits.keys)).filter { $0 != root }
    for other in others { try rename.addUses(of: found, in: other, name, files) }
    if let root { try verify(&rename, root: root, isOwn: true, files) }
    for other in rename.specs { try verify(&rename, root: other, isOwn: false, files) }
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

  /// Builds the network of a spec before and after, in every variant; `isOwn` for the one that is looked at.
  private func verify(
    _ rename: inout Rename, root: String, isOwn: Bool, _ files: any FileAccess
  ) throws(RenameError) {
    let place = isOwn ? "" : "\(root), which reads the name too: "
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
        message: "\(place)a new name is tried on the network, and there is a fault to be mended first: \(fault)")
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
          throw RenameError(message: "\(place)the spec could not be read with the new name")
        }
        options.variant = renamedVariants[index - 1]
      }
      let after = Compilation(root, options: options, files: edited)
      guard let new = after.graph else {
        let reason = after.diagnostics.first { $0.severity == .error }?.message ?? "it does not fit together"
        throw RenameError(message: "\(place)with the new name: \(reason)")
      }
      guard old.isEqualButForNames(to: new) else {
        throw RenameError(message: "\(place)with the new name the network is another one")
      }
      if index == 0, isOwn {
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
