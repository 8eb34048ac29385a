#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What a thread of its own makes, so that others need not wait for it until they ask.
///
/// Unchecked because the thread alone writes what it makes, and that is read behind the mutex once the thread has ended.
package final class Pending<Value: Sendable>: @unchecked Sendable {
  private let work: Work
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  /// nil once it has ended.
  private var thread: pthread_t?

  private final class Work: @unchecked Sendable {
    /// nil once it has made the value, with all that it needed.
    var make: (@Sendable () -> Value)?
    var made: Value?

    init(_ make: (@Sendable () -> Value)?) { self.make = make }

    func run() {
      made = make?()
      make = nil
    }
  }

  /// Starts a thread that makes the value; where the system gives none, it is made when it is asked for.
  package init(_ make: @escaping @Sendable () -> Value) {
    work = Work(make)
    pthread_mutex_init(mutex, nil)
    thread = startThread { [work] in work.run() }
  }

  /// Waits with making the value until it is asked for, which costs no thread.
  package init(whenAsked make: @escaping @Sendable () -> Value) {
    work = Work(make)
    pthread_mutex_init(mutex, nil)
  }

  /// A value that is there already.
  package init(_ value: Value) {
    work = Work(nil)
    work.made = value
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    if let thread { pthread_detach(thread) }
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Whether nobody has to wait for the value any more.
  package var isMade: Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return thread == nil && work.made != nil
  }

  /// The value, waited for if need be.
  package var value: Value {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if let thread {
      pthread_join(thread, nil)
      self.thread = nil
    }
    if work.made == nil { work.run() }
    guard let value = work.made else { preconditionFailure("there is a value, or what makes it") }
    return value
  }
}

/// What a thread is started with.
private final class ThreadStart: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// A thread with a stack for lists and blocks that nest; nil where there is none to be had.
private func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
  var attributes = pthread_attr_t()
  guard pthread_attr_init(&attributes) == 0 else { return nil }
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setstacksize(&attributes, 16 << 20)
  let box = Unmanaged.passRetained(ThreadStart(body))
  #if canImport(Darwin)
    var thread: pthread_t?
    let status = pthread_create(&thread, &attributes, { start in runThread(start) }, box.toOpaque())
  #elseif canImport(Glibc)
    var thread = pthread_t()
    let status = pthread_create(&thread, &attributes, { start in start.flatMap(runThread) }, box.toOpaque())
  #else
    var thread: pthread_t? = nil
    let status = pthread_create(&thread, &attributes, { start in start.flatMap(runThread) }, box.toOpaque())
  #endif
  guard status == 0 else {
    box.release()
    return nil
  }
  return thread
}

private func runThread(_ start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  Unmanaged<ThreadStart>.fromOpaque(start).takeRetainedValue().body()
  return nil
}
