import SystemPackage

/// Why a file could not be read.
package struct FileError: Error, Sendable {
  package var reason: String
  package var isTooLarge = false

  package init(_ reason: String, isTooLarge: Bool = false) {
    self.reason = reason
    self.isTooLarge = isTooLarge
  }
}

/// Where a spec's files come from: the disk, or a table in a test or an editor.
package protocol FileAccess: Sendable {
  /// The bytes of a file of at most `limit` bytes.
  ///
  /// - Throws: `FileError` if it is not there, not a regular file, not readable or larger.
  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]
}

/// Files on the disk; `-` is the standard input.
package struct DiskFiles: FileAccess {
  package init() {}

  package func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    do {
      if path == "-" { return try contents(of: .standardInput, limit: limit) }
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.nonBlocking])
      return try file.closeAfter { try contents(of: file, limit: limit) }
    } catch let error as FileError {
      throw error
    } catch let error as Errno {
      throw FileError(error.description.lowercased())
    } catch {
      throw FileError("cannot be read")
    }
  }

  private func contents(of file: FileDescriptor, limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      if bytes.count > limit {
        throw FileError("the file is larger than \(limit >> 20) MiB", isTooLarge: true)
      }
    }
  }
}

/// Files in memory, by path.
package struct MemoryFiles: FileAccess {
  private let contents: [String: [UInt8]]

  package init(_ contents: [String: [UInt8]]) { self.contents = contents }

  package init(texts: [String: String]) { contents = texts.mapValues { Array($0.utf8) } }

  package func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    guard let bytes = contents[path] else { throw FileError("no such file or directory") }
    guard bytes.count <= limit else { throw FileError("the file is larger than \(limit >> 20) MiB", isTooLarge: true) }
    return bytes
  }
}
