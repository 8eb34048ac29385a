#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The time that this thread has had a processor: what else runs on the machine counts only by what it does to caches.
struct ProcessorTime {
  /// Seconds.
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The seconds that a closure takes.
  static func measure(_ work: () -> Void) -> Double {
    let start = now
    work()
    return now - start
  }
}
