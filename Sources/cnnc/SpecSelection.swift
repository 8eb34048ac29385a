import ArgumentParser
import SpecLanguage
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The files that a command's arguments mean: those that are named, and of a folder the specs in it and below.
struct SpecSelection {
  private(set) var specs: [String] = []
  /// Files of blocks that are named.
  private(set) var blocks: [String] = []
  /// What was in folders and is no spec.
  private var passedOver = (blocks: 0, others: 0)
  private var hasFolders = false

  /// Entries of folders that are looked at, at most.
  private static let limit = 100_000

  init(_ arguments: [String]) throws {
    for path in arguments {
      guard path != "-", Self.isFolder(path) else {
        // What a pipe gives can be read once.
        let isBlocks = path != "-" && Self.type(of: path) == S_IFREG && SpecFileKind(of: path) == .blocks
        if isBlocks { blocks.append(path) } else { specs.append(path) }
        continue
      }
      hasFolders = true
      let count = specs.count
      for file in try Self.files(in: path) {
        switch SpecFileKind(of: file) {
        case .spec: specs.append(file)
        case .blocks: passedOver.blocks += 1
        case .other: passedOver.others += 1
        }
      }
      if specs.count == count { throw ValidationError("there are no specs in \(path)") }
    }
  }

  /// `28 specs; passed over 5 files of blocks and 1 that is no spec`; nil where no folder was named.
  var summary: String? {
    guard hasFolders else { return nil }
    var parts: [String] = []
    let (blocks, others) = passedOver
    if blocks > 0 { parts.append("\(blocks) file\(blocks == 1 ? "" : "s") of blocks") }
    if others > 0 { parts.append("\(others) that \(others == 1 ? "is no spec" : "are no specs")") }
    let text = "\(specs.count) spec\(specs.count == 1 ? "" : "s")"
    return parts.isEmpty ? text : "\(text); passed over \(parts.joined(separator: " and "))"
  }

  // MARK: Folders

  private static func isFolder(_ path: String) -> Bool { type(of: path) == S_IFDIR }

  /// What is at a path, links followed; nil for nothing.
  private static func type(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// The YAML files in a folder and below, by name. Hidden ones are passed over, links to folders not followed.
  private static func files(in folder: String) throws -> [String] {
    var result: [String] = []
    var open = [FilePath(folder)]
    var count = 0
    while let path = open.popLast() {
      guard let stream = opendir(path.string) else {
        throw ValidationError("\(path): \(Errno(rawValue: errno).description.lowercased())")
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
        if count > limit { throw ValidationError("\(folder) has more than \(limit) entries") }
        let inner = path.appending(name)
        var status = stat()
        guard lstat(inner.string, &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR {
          open.append(inner)
        } else if ["yaml", "yml"].contains(inner.extension),
          [S_IFREG, nil].contains(type(of: inner.string))
        {
          // A link to nothing is reported; what is no file, such as a pipe that nobody writes, is passed over.
          result.append(inner.string)
        }
      }
    }
    return result.sorted()
  }
}
