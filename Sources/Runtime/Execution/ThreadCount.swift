import CKernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#endif

/// How many threads a run takes where nobody says.
package enum ThreadCount {
  /// More would spend their time waiting for each other.
  package static let largest = 256

  /// `CNNC_NUM_THREADS` if it is a number of 1 to 256, else the processors this process may use: its cgroup's quota,
  /// rounded up, and no more than the system's.
  package static var standard: Int {
    if let text = getenv("CNNC_NUM_THREADS"), let count = Int(String(cString: text)), 1...largest ~= count {
      return count
    }
    return min(largest, max(1, min(processors, quota ?? Int.max)))
  }

  /// The processors this process may run on.
  private static var processors: Int { max(1, Int(cnnc_processor_count())) }

  /// The processors that a cgroup's CPU quota amounts to; nil without one.
  private static var quota: Int? {
    #if os(Linux)
      if let text = contents("/sys/fs/cgroup/cpu.max") { return processors(ofMaximum: text) }
      if let quota = contents("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
        let period = contents("/sys/fs/cgroup/cpu/cpu.cfs_period_us")
      {
        return processors(ofMaximum: "\(quota) \(period)")
      }
    #endif
    return nil
  }

  /// The processors of `cpu.max`'s text, a quota and a period in microseconds: `150000 100000` is 2.
  static func processors(ofMaximum text: String) -> Int? {
    let numbers = text.split(whereSeparator: \.isWhitespace).map { Int($0) }
    guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else { return nil }
    return (quota - 1) / period + 1
  }

  private static func contents(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    // Bytes, for the sign of `CChar` depends on the processor.
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self).trimmingSuffix { $0.isWhitespace }
  }
}

extension String {
  fileprivate func trimmingSuffix(_ isTrimmed: (Character) -> Bool) -> String {
    var text = self[...]
    while let last = text.last, isTrimmed(last) { text.removeLast() }
    return String(text)
  }
}
