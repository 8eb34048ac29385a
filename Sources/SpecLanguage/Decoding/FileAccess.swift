import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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
  /// A pipe is waited for.
  ///
  /// - Throws: `FileError` if it is not there, a folder, not readable or larger.
  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]

  /// Whether a file lies in a folder or below it once links are followed, and is no pipe or device, which would be waited
  /// for; true for what is not there. An empty folder is the current one.
  func lies(_ path: String, within folder: String) -> Bool
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

  package func lies(_ path: String, within folder: String) -> Bool {
    guard let file = realPath(path) else { return true }
    guard let folder = realPath(folder.isEmpty ? "." : folder) else { return false }
    var status = stat()
    guard stat(file, &status) == 0, [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return false }
    return FilePath(file).starts(with: FilePath(folder))
  }

  private func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private func contents(of file: FileDescriptor, limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      // A pipe that nobody has written to yet is waited for, whether or not it is opened as one that does not wait.
      waitForData(in: file)
      let count: Int
      do {
        count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
      } catch Errno.resourceTemporarilyUnavailable {
        continue
      }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      if bytes.count > limit {
        throw FileError("the file is larger than \(limit >> 20) MiB", isTooLarge: true)
      }
    }
  }

  private func waitForData(in file: FileDescriptor) {
    var entry = pollfd(fd: file.rawValue, events: Int16(POLLIN), revents: 0)
    while poll(&entry, 1, -1) < 0, errno == EINTR {}
  }
}

/// Files in memory, by path.
package struct MemoryFiles: FileAccess {
  private let contents: [String: [UInt8]]

  package init(_ contents: [String: [UInt8]]) { self.contents = contents }

  package func lies(_ path: String, within folder: String) -> Bool { true }

  package init(texts: [String: String]) { contents = texts.mapValues { Array($0.utf8) } }

  package func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    guard let bytes = contents[path] else { throw FileError("no such file or directory") }
    guard bytes.count <= limit else { throw FileError("the file is larger than \(limit >> 20) MiB", isTooLarge: true) }
    return bytes
  }
}
