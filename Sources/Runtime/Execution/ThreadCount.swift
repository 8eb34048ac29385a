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

  /// The processors that the quotas of this process's cgroups amount to, the strictest of its own and those around it;
  /// nil without one.
  private static var quota: Int? {
    #if os(Linux)
      return quota(groups: contents("/proc/self/cgroup") ?? "", contents: contents)
    #else
      return nil
    #endif
  }

  /// The same from what `/proc/self/cgroup` says, a line for each hierarchy: `0::/a/b`, or `4:cpu,cpuacct:/a/b` of version 1.
  static func quota(groups: String, contents: (String) -> String?) -> Int? {
    var found: [Int] = []
    for line in groups.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isUnified = parts[0] == "0" && parts[1].isEmpty
      guard isUnified || parts[1].split(separator: ",").contains("cpu") else { continue }
      let root = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu"
      // In a container the path may be that outside of it; then the root alone is there.
      var steps = parts[2].split(separator: "/").prefix(64)
      while true {
        let folder = root + steps.map { "/" + $0 }.joined()
        if isUnified {
          found += contents("\(folder)/cpu.max").flatMap(processors(ofMaximum:)).map { [$0] } ?? []
        } else if let quota = contents("\(folder)/cpu.cfs_quota_us"),
          let period = contents("\(folder)/cpu.cfs_period_us")
        {
          found += processors(ofMaximum: "\(quota) \(period)").map { [$0] } ?? []
        }
        if steps.popLast() == nil { break }
      }
    }
    return found.min()
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
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
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
