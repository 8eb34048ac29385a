import EditorServices
import SpecLanguage

/// Finds the specs and the files of blocks that read some files: among the open documents, in the folders of the workspace,
/// and around the files.
struct SpecSearch {
  private enum Limit {
    /// YAML files that are looked into, and their bytes.
    static let files = 10_000
    static let bytes = 1 << 20
    static let levels = 12
  }

  let folders: [String]
  /// The paths of open documents.
  let open: [String]
  let files: any FileAccess

  /// The files that may read one of `paths`, which are named in them or in what they read; none of `paths` is among them.
  ///
  /// - Throws: `RenameError` where there is too much to look through.
  func readers(of paths: Set<String>) throws(RenameError) -> [String] {
    var texts: [(path: String, bytes: [UInt8])] = []
    for path in try candidates(around: paths) where !paths.contains(path) {
      guard let bytes = try? files.read(path, limit: Limit.bytes), Self.mayRead(bytes) else { continue }
      texts.append((path, bytes))
    }
    // An import's import is named in what is between.
    var names = Set(paths.map(Self.name))
    var found: Set<String> = []
    var hasGrown = true
    while hasGrown {
      hasGrown = false
      for (path, bytes) in texts where !found.contains(path) && names.contains(where: { bytes.holds(Array($0.utf8)) }) {
        found.insert(path)
        names.insert(Self.name(path))
        hasGrown = true
      }
    }
    return found.sorted()
  }

  private func candidates(around paths: Set<String>) throws(RenameError) -> [String] {
    // An import lies in its reader's folder or below it.
    var roots = Set(folders)
    for path in paths where path.hasPrefix("/") && !folders.contains(where: { path.hasPrefix("\($0)/") }) {
      roots.insert(Self.folder(path))
      roots.insert(Self.folder(Self.folder(path)))
    }
    roots.remove("")
    // A folder is looked through with those above it.
    let outer = roots.filter { root in !roots.contains { root != $0 && root.hasPrefix("\($0)/") } }
    var result = Set(open)
    for root in outer.sorted() {
      let names = FolderListing.names(
        in: root, below: Limit.levels, limit: Limit.files + 1, where: { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") })
      result.formUnion(names.map { "\(root)/\($0)" })
      guard result.count <= Limit.files else {
        throw RenameError(
          message: "other specs may read the name, and there are more than \(Limit.files) YAML files in \(root)")
      }
    }
    return result.sorted()
  }

  /// Whether a text is a spec or a file of blocks, and reads others.
  private static func mayRead(_ bytes: [UInt8]) -> Bool {
    bytes.holds(Array("cnnc".utf8)) && (bytes.holds(Array("import".utf8)) || bytes.holds(Array("network".utf8)))
  }

  private static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  private static func folder(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }
}

extension [UInt8] {
  /// Whether bytes occur in this order, one behind the other.
  fileprivate func holds(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first else { return true }
    var index = 0
    while let start = self[index...].firstIndex(of: first) {
      if self[start...].starts(with: bytes) { return true }
      index = start + 1
    }
    return false
  }
}
