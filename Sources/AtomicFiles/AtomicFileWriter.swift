import CTemporaryFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why a file could not be written; what was there before is then still there.
package struct FileWriteError: Error, Hashable, Sendable {
  package var path: String
  /// `no space left on device`, `is read-only`.
  package var reason: String

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}

/// Writes a file beside its place and puts it there when it is whole: readers see the old file or the new one.
///
/// A file that is there is updated: it keeps its permissions and, where the system allows it, its owner; of a symbolic link
/// the file that it leads to is written; a file with several names keeps them, for which it is written in place once all is
/// known; a file that nobody may write stays as it is. What is no file, such as a device or a pipe, is written to, and so is
/// what is open already, such as `/dev/stdout`.
///
/// The file beside has a name of its own, which nothing else has, and is removed on errors and on signals.
package struct AtomicFileWriter: ~Copyable {
  /// The path as it was given.
  package let path: String
  /// The bytes written so far.
  package private(set) var offset = 0

  private let target: FileTarget
  private let descriptor: Int32
  /// The file beside; nil where the target itself is written to.
  private var temporary: (path: String, place: Int32)?
  private var pending: [UInt8] = []

  /// Makes the file beside.
  ///
  /// - Throws: `FileWriteError` if that is not possible, or the file may not be changed.
  package init(_ path: String) throws(FileWriteError) {
    let target = try FileTarget(path)
    let opened = try Self.opened(target, path)
    self.path = path
    self.target = target
    descriptor = opened.descriptor
    temporary = opened.temporary
  }

  private static func opened(
    _ target: FileTarget, _ path: String
  ) throws(FileWriteError) -> (descriptor: Int32, temporary: (path: String, place: Int32)?) {
    if let own = target.openDescriptor {
      let descriptor = fcntl(own, F_DUPFD_CLOEXEC, 0)
      guard descriptor >= 0 else { throw FileWriteError(path: path, reason: SystemCalls.reason(errno)) }
      return (descriptor, nil)
    }
    if target.isDevice {
      let descriptor = open(target.path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw FileWriteError(path: path, reason: SystemCalls.reason(errno)) }
      return (descriptor, nil)
    }
    let permissions: mode_t = target.status == nil ? 0o666 : 0o600
    for _ in 0..<100 {
      let name = target.folder + ".cnnc-\(String(UInt64.random(in: 0...UInt64.max), radix: 16)).tmp"
      // Remembered before it is made, so that no signal comes between.
      let place = cnnc_remember_temporary(name)
      let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
      if descriptor >= 0 { return (descriptor, (name, place)) }
      let error = errno
      cnnc_forget_temporary(place)
      guard error == EEXIST else { throw FileWriteError(path: path, reason: SystemCalls.reason(error)) }
    }
    throw FileWriteError(path: path, reason: "no name is free for a file beside it")
  }

  deinit {
    close(descriptor)
    if let temporary {
      unlink(temporary.path)
      cnnc_forget_temporary(temporary.place)
    }
  }

  /// Appends bytes.
  ///
  /// - Throws: `FileWriteError` if the system refuses them.
  package mutating func write(_ bytes: some Collection<UInt8>) throws(FileWriteError) {
    offset += bytes.count
    pending += bytes
    if pending.count >= 1 << 20 { try flush() }
  }

  /// Writes what is left and puts the file in its place.
  ///
  /// - Throws: `FileWriteError`; what was there before is then still there.
  package consuming func finish() throws(FileWriteError) {
    try flush()
    guard let temporary else { return }
    target.keepAttributes(of: descriptor)
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw error() }
    if target.hasSeveralNames {
      try target.overwrite(from: temporary.path)
    } else {
      guard rename(temporary.path, target.path) == 0 else { throw error() }
      cnnc_forget_temporary(temporary.place)
      self.temporary = nil
    }
  }

  private mutating func flush() throws(FileWriteError) {
    let status = pending.withUnsafeBytes { SystemCalls.write($0, to: descriptor) }
    guard status == 0 else { throw FileWriteError(path: path, reason: SystemCalls.reason(status)) }
    pending.removeAll(keepingCapacity: true)
  }

  private func error() -> FileWriteError { FileWriteError(path: path, reason: SystemCalls.reason(errno)) }
}
