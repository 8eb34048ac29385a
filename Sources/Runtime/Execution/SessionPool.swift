import Tensors

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
  private let returned = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var idle: [Session]
  private let makeSession: @Sendable () throws(AllocationError) -> Session

  init(first: Session, _ makeSession: @escaping @Sendable () throws(AllocationError) -> Session) {
    (idle, self.makeSession) = ([first], makeSession)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(returned, nil)
  }

  deinit {
    pthread_cond_destroy(returned)
    pthread_mutex_destroy(mutex)
    returned.deallocate()
    mutex.deallocate()
  }

  /// Calls a closure with a session that nobody else uses.
  func with<Result>(_ body: (Session) -> Result) -> Result {
    let session = take()
    defer {
      pthread_mutex_lock(mutex)
      idle.append(session)
      pthread_cond_signal(returned)
      pthread_mutex_unlock(mutex)
    }
    return body(session)
  }

  /// An idle session, else a new one; where there is no memory for another, the next that is returned.
  private func take() -> Session {
    pthread_mutex_lock(mutex)
    if let session = idle.popLast() {
      pthread_mutex_unlock(mutex)
      return session
    }
    pthread_mutex_unlock(mutex)
    if let session = try? makeSession() { return session }
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let session = idle.popLast() { return session }
      pthread_cond_wait(returned, mutex)
    }
  }
}
