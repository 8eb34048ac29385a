#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Keeps others from training into a run's folder for as long as it lives; the system lets go of it when the process ends,
/// however that is.
package final class RunLock: Sendable {
  private let descriptor: Int32

  fileprivate init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }
}

extension RunFolder {
  /// Locks the folder, which is there. On a file system without locks it is as if nobody else were there.
  ///
  /// - Throws: `TrainingRunError` if another run is at it, or the folder cannot be opened.
  package func lock() throws(TrainingRunError) -> RunLock {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path, "cannot be opened") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return RunLock(descriptor) }
    close(descriptor)
    throw TrainingRunError("\(path): another process trains into this folder; --output names another")
  }
}
