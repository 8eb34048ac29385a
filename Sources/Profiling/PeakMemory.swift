#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#endif

/// The most memory that this process has had.
package enum PeakMemory {
  /// Bytes resident at the peak; 0 if the system does not say.
  package static var bytes: Int {
    var usage = rusage()
    #if canImport(Glibc)
      let this = Int32(RUSAGE_SELF.rawValue)
    #else
      let this = RUSAGE_SELF
    #endif
    guard getrusage(this, &usage) == 0 else { return 0 }
    #if canImport(Darwin)
      return Int(usage.ru_maxrss)
    #else
      // In units of 1024 bytes everywhere but on Apple's systems.
      return Int(usage.ru_maxrss) * 1024
    #endif
  }
}
