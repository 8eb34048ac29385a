#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder of files that can be made again, bounded: those that were not used for longest go first.
struct CacheFolder {
  let path: String
  /// The most bytes of all files.
  let limit: Int

  /// Makes the folder, and those above it; the reason if that is not possible.
  func create() -> String? {
    var prefix = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      prefix += prefix.isEmpty || prefix.hasSuffix("/") ? String(part) : "/\(part)"
      if mkdir(prefix, 0o700) != 0, errno != EEXIST { return "\(prefix): \(reason)" }
    }
    return access(path, W_OK) == 0 ? nil : "\(path): \(reason)"
  }

  private var reason: String { String(cString: strerror(errno)).lowercased() }

  /// The bytes that are free where the folder is.
  var freeBytes: Int {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return 0 }
    let (bytes, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    return overflow ? .max : bytes
  }

  /// Notes that a file is used now.
  func touch(_ file: String) { utimes(file, nil) }

  /// Removes files until there is room for so many bytes more, and what writers that were killed left behind.
  func makeRoom(for bytes: Int, keeping kept: String) {
    var files: [(path: String, bytes: Int, used: Int)] = []
    guard let stream = opendir(path) else { return }
    defer { closedir(stream) }
    let now = time(nil)
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      let file = FolderListing.join(path, name)
      var status = stat()
      guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      let used = Int(status.seconds)
      if name.hasPrefix(".cnnc-"), name.hasSuffix(".tmp"), used < now - 86_400 { unlink(file) }
      if name.hasSuffix(".images"), file != kept { files.append((file, Int(status.st_size), used)) }
    }
    var total = files.reduce(bytes) { $0 + $1.bytes }
    for file in files.sorted(by: { $0.used < $1.used }) where total > limit {
      unlink(file.path)
      total -= file.bytes
    }
  }
}

extension stat {
  /// When the file was last changed.
  var seconds: Int {
    #if canImport(Darwin)
      st_mtimespec.tv_sec
    #else
      st_mtim.tv_sec
    #endif
  }

  /// The part of a second behind that, in nanoseconds.
  var nanoseconds: Int {
    #if canImport(Darwin)
      st_mtimespec.tv_nsec
    #else
      st_mtim.tv_nsec
    #endif
  }
}
