#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a folder holds.
enum FolderListing {
  /// A path within a folder.
  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// What a file is to the system, whatever names lead to it.
  struct Identity: Hashable {
    var device: UInt64
    var number: UInt64
  }

  /// Whether a path leads to a regular file.
  static func isFile(_ path: String) -> Bool { identity(ofFile: path) != nil }

  /// The regular file that a path leads to; nil if it leads to none.
  static func identity(ofFile path: String) -> Identity? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Identity(device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(status.st_ino))
  }

  /// Whether a path leads to a folder.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names of the folders in a folder, in the order of their bytes. Hidden ones are left out, and links are not
  /// followed.
  ///
  /// - Parameter others: Takes the paths of what may be meant to be a folder and is none that can be gone into: links to
  ///   folders and to nothing, and names that are not UTF-8.
  /// - Throws: `DatasetError` if the folder cannot be read.
  static func folders(in folder: String, others: inout [String]) throws(DatasetError) -> [String] {
    guard let stream = opendir(folder) else {
      throw DatasetError(
        .unreadable, file: folder, "cannot be opened: \(String(cString: strerror(errno)).lowercased())")
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasPrefix(".") { continue }
      let path = join(folder, name)
      var status = stat()
      if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        names.append(name)
      } else if lstat(path, &status) != 0 || isFolder(path) || stat(path, &status) != 0 {
        others.append(path)
      }
    }
    others.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
