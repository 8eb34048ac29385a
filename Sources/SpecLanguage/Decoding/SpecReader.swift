import Diagnostics
import SystemPackage
import YAML

/// Reads a spec and what it imports: files to YAML to syntax tree, with everything that is wrong on the way.
package struct SpecReader {
  /// Imports of imports, at most.
  static let importDepth = 16
  /// Files of one spec, at most.
  static let fileLimit = 256

  package private(set) var sources = SourceTable()
  package var diagnostics = DiagnosticBag()
  let files: any FileAccess

  package init(files: any FileAccess = DiskFiles()) { self.files = files }

  /// The spec in a file; nil, with findings in `diagnostics`, when it cannot be decoded.
  package mutating func read(_ path: String) -> Spec? { read(path, after: nil)?.spec }

  /// The same with what an earlier reading of the file is reused for: of a text with the same values at the same places the
  /// whole, else the layers that are.
  package mutating func read(_ path: String, after earlier: SpecReading?) -> SpecReading? {
    var before: (SourceFile, YAMLNode)?
    if let earlier, earlier.path == path, let root = earlier.root { before = (earlier.file, root) }
    guard let root = compose(path, at: nil, after: before) else { return nil }
    let file = sources[root.span.source]
    let common = diagnostics.isEmpty && earlier?.path == path ? earlier?.common(with: root) : nil
    if case .all(let earlier)? = common { return earlier.of(file, root) }
    var decoder = SpecDecoder(reader: self, path: FilePath(path))
    if case .layers(let items)? = common { decoder.earlierLayers = items }
    let spec = decoder.spec(root)
    self = decoder.reader
    guard let spec, !diagnostics.hasErrors else { return nil }
    let isAlone = diagnostics.isEmpty && sources.files.count == 1 && decoder.columnNames.isEmpty
    return SpecReading(path: path, file: file, root: isAlone ? root : nil, spec: spec, isRepeated: false)
  }

  /// Adds a text that is no file, such as a command line's argument, so that findings can point into it.
  package mutating func addSource(_ text: String, named name: String) -> SourceID {
    sources.add(SourceFile(path: name, bytes: Array(text.utf8)))
  }

  /// The YAML of a file; `span` is the import that names it, `earlier` a text of it with its tree.
  mutating func compose(
    _ path: String, at span: Span?, after earlier: (file: SourceFile, root: YAMLNode)? = nil
  ) -> YAMLNode? {
    let bytes: [UInt8]
    do {
      bytes = try files.read(path, limit: YAMLComposer.Limit.bytes)
    } catch {
      let place =
        span
        ?? {
          let id = sources.add(SourceFile(path: path, bytes: []))
          return Span(source: id, start: Position(line: 1, column: 1), end: Position(line: 1, column: 1))
        }()
      let id: DiagnosticID = error.isTooLarge ? .limit : .unreadableFile
      diagnostics.report(Diagnostic(id, "\(path): \(error.reason)", at: place))
      return nil
    }
    let file = SourceFile(path: path, bytes: bytes)
    let source = sources.add(file)
    return YAMLComposer.compose(file, source: source, after: earlier, into: &diagnostics)
  }
}
