#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#endif

/// The sessions of a plan: one for each run at the same time, kept for the next.
///
/// Unchecked because the mutex guards the list.
final class SessionPool: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var idle: [Session]
  private let makeSession: @Sendable () -> Session

  init(first: Session, _ makeSession: @escaping @Sendable () -> Session) {
    (idle, self.makeSession) = ([first], makeSession)
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Calls a closure with a session that nobody else uses.
  func with<Result>(_ body: (Session) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    let waiting = idle.popLast()
    pthread_mutex_unlock(mutex)
    let session = waiting ?? makeSession()
    defer {
      pthread_mutex_lock(mutex)
      idle.append(session)
      pthread_mutex_unlock(mutex)
    }
    return body(session)
  }
}
