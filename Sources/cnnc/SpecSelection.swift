import ArgumentParser
import Shapes
import SpecLanguage
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The files that a command's arguments mean: those that are named, those that a pattern stands for which no shell has put
/// files in the place of, and of a folder the specs in it and below.
struct SpecSelection {
  private(set) var specs: [String] = []
  /// Files of blocks that are named.
  private(set) var blocks: [String] = []
  /// Folders of which nothing is checked, with the reason.
  private(set) var problems: [(folder: String, reason: String)] = []
  private var passedOver = PassedOver()
  private var hasFolders = false
  private var named: Set<String> = []

  /// Entries of folders that are looked at, at most.
  static let limit = 20_000

  /// - Parameter limit: Entries of a folder that are looked at, at most.
  init(_ arguments: [String], limit: Int = limit) throws {
    for path in arguments.flatMap(Self.matches) {
      guard path != "-", Self.isFolder(path) else {
        // What a pipe gives can be read once.
        let isBlocks = path != "-" && Self.type(of: path) == S_IFREG && SpecFileKind(of: path) == .blocks
        if isBlocks { blocks.append(path) } else { specs.append(path) }
        named.insert(path)
        continue
      }
      hasFolders = true
      do {
        try add(try Self.files(in: path, limit: limit), of: path)
      } catch {
        problems.append((path, error.reason))
      }
    }
    if arguments.count(where: { $0 == "-" }) > 1 { throw ValidationError("the standard input can be read once") }
  }

  /// Adds what a folder holds.
  private mutating func add(_ found: Contents, of folder: String) throws(FolderError) {
    var other = PassedOver(unreadable: found.unreadable, mounted: found.mounted)
    let count = specs.count
    for file in found.files {
      switch SpecFileKind(of: file) {
      case .spec: specs.append(file)
      case .blocks: other.blocks += 1
      case .other: other.others += 1
      }
    }
    passedOver += other
    if specs.count == count { throw FolderError(reason: "there are no specs in \(folder)\(other.text)") }
  }

  /// Whether a spec was named by itself, rather than found in a folder.
  func isNamed(_ path: String) -> Bool { named.contains(path) }

  /// `28 specs; passed over 5 files of blocks and 1 that is no spec`; nil where no folder was named.
  var summary: String? {
    guard hasFolders else { return nil }
    return "\(specs.count) spec\(specs.count == 1 ? "" : "s")\(passedOver.text)"
  }

  /// What was in folders and is no spec, and folders that are not looked into.
  private struct PassedOver {
    var blocks = 0
    var others = 0
    var unreadable = 0
    var mounted = 0

    static func += (total: inout PassedOver, other: PassedOver) {
      total.blocks += other.blocks
      total.others += other.others
      total.unreadable += other.unreadable
      total.mounted += other.mounted
    }

    /// `; passed over 5 files of blocks and 1 that is no spec`; empty where all was a spec.
    var text: String {
      var parts: [String] = []
      if blocks > 0 { parts.append("\(blocks) file\(blocks == 1 ? "" : "s") of blocks") }
      if others > 0 { parts.append("\(others) that \(others == 1 ? "is no spec" : "are no specs")") }
      if unreadable > 0 { parts.append("\(unreadable) folder\(unreadable == 1 ? "" : "s") that cannot be read") }
      if mounted > 0 { parts.append("\(mounted) other file system\(mounted == 1 ? "" : "s")") }
      return parts.isEmpty ? "" : "; passed over \(parts.listed)"
    }
  }

  /// The YAML files below a folder, and the folders there that are not looked into.
  private struct Contents {
    var files: [String] = []
    var unreadable = 0
    var mounted = 0
  }

  /// Why nothing of a folder is checked.
  private struct FolderError: Error {
    var reason: String
  }

  // MARK: Patterns and folders

  /// The paths that fit a pattern, by name, as `cnnc check 'specs/*.yaml'` has it; whatever is there under the name, or is no
  /// pattern, or fits nothing, is the path itself. A step `**` stands for any number of folders, also none.
  private static func matches(_ path: String) -> [String] {
    guard path.contains(where: { "*?[".contains($0) }), type(of: path) == nil else { return [path] }
    let steps = path.split(separator: "/", omittingEmptySubsequences: false)
    let found = steps.contains("**") ? globbedDeeply(steps[...]) : globbed(path)
    return found.isEmpty ? [path] : found
  }

  /// The files that fit a pattern with a step `**`; of one that ends so the folders, which stand for what is below.
  private static func globbedDeeply(_ steps: ArraySlice<Substring>) -> [String] {
    /// Paths in patterns, as they are.
    func escaped(_ path: String) -> String { String(path.flatMap { "*?[\\".contains($0) ? ["\\", $0] : [$0] }) }
    var folders: Set<String> = [""]
    var rest = steps
    while let place = rest.firstIndex(of: "**") {
      let start = rest[..<place]
      if start == [""] {
        folders = ["/"]
      } else if !start.isEmpty {
        let pattern = start.joined(separator: "/")
        folders = Set(folders.flatMap { globbed(escaped($0) + pattern) }.filter(isFolder).map { $0 + "/" })
      }
      rest = rest[(place + 1)...].drop { $0 == "**" }
      if rest.allSatisfy(\.isEmpty) { return folders.map { $0.isEmpty ? "." : $0 }.sorted() }
      folders = withFoldersBelow(folders)
    }
    let pattern = rest.joined(separator: "/")
    return Set(folders.flatMap { globbed(escaped($0) + pattern) }).filter { !isFolder($0) }.sorted()
  }

  /// Folders, each with a slash behind or empty for the current one, with those below them that are not hidden; links are not
  /// followed.
  private static func withFoldersBelow(_ folders: Set<String>) -> Set<String> {
    var result = folders
    var open = Array(folders)
    var count = 0
    while let folder = open.popLast(), count < limit {
      guard let stream = opendir(folder.isEmpty ? "." : folder) else { continue }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        count += 1
        let name = name(of: entry)
        let inner = "\(folder)\(name)"
        var status = stat()
        guard !name.hasPrefix("."), lstat(inner, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
          result.insert(inner + "/").inserted
        else { continue }
        open.append(inner + "/")
      }
    }
    return result
  }

  /// The paths that fit a pattern without `**`.
  private static func globbed(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0, let paths = found.gl_pathv else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
  }

  private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
    withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
        String(cString: $0)
      }
    }
  }

  private static func isFolder(_ path: String) -> Bool { type(of: path) == S_IFDIR }

  /// What is at a path, links followed; nil for nothing.
  private static func type(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// The YAML files in a folder and below, by name. Hidden ones are passed over, links to folders not followed; so are other
  /// file systems, such as that of the processes, and folders that cannot be read, which are counted.
  ///
  /// - Throws: `FolderError` if the folder itself cannot be read, or holds more than anybody keeps specs in.
  private static func files(in folder: String, limit: Int) throws(FolderError) -> Contents {
    var result = Contents()
    var open = [FilePath(folder)]
    var count = 0
    var own = stat()
    guard stat(folder, &own) == 0 else {
      throw FolderError(reason: "\(folder): \(Errno(rawValue: errno).description.lowercased())")
    }
    while let path = open.popLast() {
      guard let stream = opendir(path.string) else {
        guard count > 0 else {
          throw FolderError(reason: "\(path): \(Errno(rawValue: errno).description.lowercased())")
        }
        result.unreadable += 1
        continue
      }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let name = name(of: entry)
        guard !name.hasPrefix(".") else { continue }
        count += 1
        if count > limit {
          throw FolderError(
            reason:
              "\(folder) has more than \(limit) entries below it; \(result.files.count) of those looked at end in .yaml or .yml; "
              + "name the folders that have specs")
        }
        let inner = path.appending(name)
        var status = stat()
        guard lstat(inner.string, &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR {
          if status.st_dev == own.st_dev { open.append(inner) } else { result.mounted += 1 }
        } else if ["yaml", "yml"].contains(inner.extension),
          [S_IFREG, nil].contains(type(of: inner.string))
        {
          // A link to nothing is reported; what is no file, such as a pipe that nobody writes, is passed over.
          result.files.append(inner.string)
        }
      }
    }
    result.files.sort()
    return result
  }
}
