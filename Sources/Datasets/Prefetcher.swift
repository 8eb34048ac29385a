#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Makes what comes next while the present is worked on: numbered products, made by some threads, taken in order.
///
/// Unchecked because the mutex guards what changes.
package final class Prefetcher<Product: Sendable, Failure: Error>: @unchecked Sendable {
  private let make: @Sendable (Int) -> Result<Product, Failure>
  /// How many products there are, and how many may wait to be taken.
  private let end: Int
  private let depth: Int
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var ready: [Int: Result<Product, Failure>] = [:]
  private var next: Int
  private var taken: Int
  private var isStopped = false
  /// Seconds that were waited for products, and of the processors' time that making them took.
  package private(set) var waited = 0.0
  private var busy = 0.0
  private var threads: [pthread_t] = []

  /// Starts threads that make the products of a range; where the system gives none, they are made when they are taken.
  package init(
    _ range: Range<Int>, threads count: Int, make: @escaping @Sendable (Int) -> Result<Product, Failure>
  ) {
    self.make = make
    (next, taken, end, depth) = (range.lowerBound, range.lowerBound, range.upperBound, max(1, count) + 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(change, nil)
    for _ in 0..<count {
      guard let thread = Self.start(self) else { break }
      threads.append(thread)
    }
  }

  /// Ends the threads; what they are about is finished first.
  package func stop() {
    locked { isStopped = true }
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }

  deinit {
    // Threads hold the prefetcher, so there are none left.
    pthread_cond_destroy(change)
    pthread_mutex_destroy(mutex)
    change.deallocate()
    mutex.deallocate()
  }

  /// The next product, waited for if need be.
  package func take() -> Result<Product, Failure> {
    let start = Self.seconds(CLOCK_MONOTONIC)
    defer { waited += Self.seconds(CLOCK_MONOTONIC) - start }
    guard !threads.isEmpty else {
      defer { taken += 1 }
      let (product, seconds) = timed(taken)
      busy += seconds
      return product
    }
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while ready[taken] == nil { pthread_cond_wait(change, mutex) }
    defer {
      taken += 1
      pthread_cond_broadcast(change)
    }
    return ready.removeValue(forKey: taken) ?? make(taken)
  }

  /// Seconds of the processors' time that the products so far took to make.
  package var working: Double {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return busy
  }

  /// A product, and how long its thread was at work on it.
  private func timed(_ number: Int) -> (Result<Product, Failure>, seconds: Double) {
    let start = Self.seconds(CLOCK_THREAD_CPUTIME_ID)
    let product = make(number)
    return (product, Self.seconds(CLOCK_THREAD_CPUTIME_ID) - start)
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private func locked(_ body: () -> Void) {
    pthread_mutex_lock(mutex)
    body()
    pthread_cond_broadcast(change)
    pthread_mutex_unlock(mutex)
  }

  /// The number of a product to make; nil at the end.
  private func claim() -> Int? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !isStopped, next < end, next >= taken + depth { pthread_cond_wait(change, mutex) }
    guard !isStopped, next < end else { return nil }
    defer { next += 1 }
    return next
  }

  fileprivate func work() {
    while let number = claim() {
      let (product, seconds) = timed(number)
      locked {
        ready[number] = product
        busy += seconds
      }
    }
  }

  private static func start(_ prefetcher: Prefetcher) -> pthread_t? {
    let box = Unmanaged.passRetained(ThreadStart { prefetcher.work() })
    #if canImport(Darwin)
      var thread: pthread_t?
      let status = pthread_create(&thread, nil, { start in runThread(start) }, box.toOpaque())
    #elseif canImport(Glibc)
      var thread = pthread_t()
      let status = pthread_create(&thread, nil, { start in start.flatMap(runThread) }, box.toOpaque())
    #else
      var thread: pthread_t? = nil
      let status = pthread_create(&thread, nil, { start in start.flatMap(runThread) }, box.toOpaque())
    #endif
    guard status == 0 else {
      box.release()
      return nil
    }
    return thread
  }
}

/// What a thread is started with.
private final class ThreadStart: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func runThread(_ start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  Unmanaged<ThreadStart>.fromOpaque(start).takeRetainedValue().body()
  return nil
}
