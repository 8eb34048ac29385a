#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What is at a path that is to be written.
struct FileTarget {
  /// The path with the symbolic links of its last part followed.
  let path: String
  /// The folder of it, with a slash behind; empty for the current one.
  let folder: String
  /// Nil if there is nothing yet.
  let status: stat?
  /// The descriptor of this program that the path is a name of, as `/dev/stdout` is one of 1.
  ///
  /// What it leads to may be a pipe or socket that has no path, or a file to which the shell appends, so that it is written to
  /// and never replaced.
  let openDescriptor: Int32?

  /// Whether it is no file: a device, a pipe.
  var isDevice: Bool { status.map { $0.st_mode & S_IFMT != S_IFREG } ?? false }

  /// Whether the file has other names too (hard links), which stay names of it only if it is written in place.
  var hasSeveralNames: Bool { status.map { $0.st_nlink > 1 } ?? false }

  /// - Throws: `FileWriteError` if links lead in a circle, or the file may not be changed.
  init(_ path: String) throws(FileWriteError) {
    var resolved = path
    var information = stat()
    var links = 0
    while true {
      if let descriptor = Self.openDescriptor(resolved) {
        (self.path, folder, status, openDescriptor) = (resolved, "", nil, descriptor)
        return
      }
      guard lstat(resolved, &information) == 0, information.st_mode & S_IFMT == S_IFLNK else { break }
      links += 1
      guard links <= 40, let next = Self.destination(of: resolved) else {
        throw FileWriteError(path: path, reason: SystemCalls.reason(ELOOP))
      }
      resolved = next.hasPrefix("/") ? next : Self.folder(of: resolved) + next
    }
    openDescriptor = nil
    self.path = resolved
    folder = Self.folder(of: resolved)
    status = stat(resolved, &information) == 0 ? information : nil
    guard let status, status.st_mode & S_IFMT == S_IFREG else { return }
    // The permissions count for root as well, who could write anything.
    guard status.st_mode & 0o222 != 0 else { throw FileWriteError(path: path, reason: "the file is read-only") }
    guard access(resolved, W_OK) == 0 else { throw FileWriteError(path: path, reason: SystemCalls.reason(errno)) }
  }

  /// Gives a new file the owner and permissions of the one it is to replace, as far as the system allows it.
  func keepAttributes(of descriptor: Int32) {
    guard let status else { return }
    var permissions = status.st_mode & 0o7777
    // The bits that lend the owner's rights are for that owner only.
    if fchown(descriptor, status.st_uid, status.st_gid) != 0 { permissions &= 0o1777 }
    _ = fchmod(descriptor, permissions)
  }

  /// Writes the content of another file into this one.
  ///
  /// - Throws: `FileWriteError` if the system refuses it.
  func overwrite(from source: String) throws(FileWriteError) {
    let input = open(source, O_RDONLY | O_CLOEXEC)
    let output = open(path, O_WRONLY | O_CLOEXEC)
    defer {
      if input >= 0 { close(input) }
      if output >= 0 { close(output) }
    }
    guard input >= 0, output >= 0 else { throw FileWriteError(path: path, reason: SystemCalls.reason(errno)) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var total = 0
    while true {
      let count = read(input, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileWriteError(path: path, reason: SystemCalls.reason(errno)) }
      if count == 0 { break }
      let status = buffer.withUnsafeBytes {
        SystemCalls.write(UnsafeRawBufferPointer(rebasing: $0[..<count]), to: output)
      }
      guard status == 0 else { throw FileWriteError(path: path, reason: SystemCalls.reason(status)) }
      total += count
    }
    guard ftruncate(output, off_t(total)) == 0, fsync(output) == 0 else {
      throw FileWriteError(path: path, reason: SystemCalls.reason(errno))
    }
  }

  /// The number in `/dev/fd/3` and in what Linux has it lead to; nil for other paths.
  private static func openDescriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default: break
    }
    let folders = ["/dev/fd/", "/proc/self/fd/", "/proc/\(getpid())/fd/"]
    guard let folder = folders.first(where: path.hasPrefix) else { return nil }
    let digits = path.dropFirst(folder.count)
    return digits.allSatisfy { "0"..."9" ~= $0 } ? Int32(digits) : nil
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// What a symbolic link says.
  private static func destination(of path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.bindMemory(to: CChar.self).baseAddress.map { readlink(path, $0, bytes.count) } ?? -1
    }
    return count > 0 && count < buffer.count ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
