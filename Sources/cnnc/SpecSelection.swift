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
  /// What was in folders and is no spec, and folders that are not looked into.
  private var passedOver = (blocks: 0, others: 0, unreadable: 0, mounted: 0)
  private var hasFolders = false
  private var named: Set<String> = []

  /// Entries of folders that are looked at, at most.
  private static let limit = 20_000

  init(_ arguments: [String]) throws {
    for path in arguments.flatMap(Self.matches) {
      guard path != "-", Self.isFolder(path) else {
        // What a pipe gives can be read once.
        let isBlocks = path != "-" && Self.type(of: path) == S_IFREG && SpecFileKind(of: path) == .blocks
        if isBlocks { blocks.append(path) } else { specs.append(path) }
        named.insert(path)
        continue
      }
      hasFolders = true
      let count = specs.count
      let found = try Self.files(in: path)
      passedOver.unreadable += found.unreadable
      passedOver.mounted += found.mounted
      for file in found.files {
        switch SpecFileKind(of: file) {
        case .spec: specs.append(file)
        case .blocks: passedOver.blocks += 1
        case .other: passedOver.others += 1
        }
      }
      if specs.count == count { throw ValidationError("there are no specs in \(path)\(passedOverText)") }
    }
  }

  /// Whether a spec was named by itself, rather than found in a folder.
  func isNamed(_ path: String) -> Bool { named.contains(path) }

  /// `28 specs; passed over 5 files of blocks and 1 that is no spec`; nil where no folder was named.
  var summary: String? {
    guard hasFolders else { return nil }
    return "\(specs.count) spec\(specs.count == 1 ? "" : "s")\(passedOverText)"
  }

  /// `; passed over 5 files of blocks and 1 that is no spec`; empty where all was a spec.
  private var passedOverText: String {
    var parts: [String] = []
    let (blocks, others, unreadable, mounted) = passedOver
    if blocks > 0 { parts.append("\(blocks) file\(blocks == 1 ? "" : "s") of blocks") }
    if others > 0 { parts.append("\(others) that \(others == 1 ? "is no spec" : "are no specs")") }
    if unreadable > 0 { parts.append("\(unreadable) folder\(unreadable == 1 ? "" : "s") that cannot be read") }
    if mounted > 0 { parts.append("\(mounted) other file system\(mounted == 1 ? "" : "s")") }
    return parts.isEmpty ? "" : "; passed over \(parts.listed)"
  }

  // MARK: Patterns and folders

  /// The paths that fit a pattern, by name, as `cnnc check 'specs/*.yaml'` has it; whatever is there under the name, or is no
  /// pattern, or fits nothing, is the path itself.
  private static func matches(_ path: String) -> [String] {
    guard path.contains(where: { "*?[".contains($0) }), type(of: path) == nil else { return [path] }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(path, 0, nil, &found) == 0, let paths = found.gl_pathv else { return [path] }
    return (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
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
  /// - Throws: `ValidationError` if the folder itself cannot be read, or holds more than anybody keeps specs in.
  private static func files(in folder: String) throws -> (files: [String], unreadable: Int, mounted: Int) {
    var result: (files: [String], unreadable: Int, mounted: Int) = ([], 0, 0)
    var open = [FilePath(folder)]
    var count = 0
    var own = stat()
    guard stat(folder, &own) == 0 else {
      throw ValidationError("\(folder): \(Errno(rawValue: errno).description.lowercased())")
    }
    while let path = open.popLast() {
      guard let stream = opendir(path.string) else {
        guard count > 0 else { throw ValidationError("\(path): \(Errno(rawValue: errno).description.lowercased())") }
        result.unreadable += 1
        continue
      }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
            String(cString: $0)
          }
        }
        guard !name.hasPrefix(".") else { continue }
        count += 1
        if count > limit {
          throw ValidationError(
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
