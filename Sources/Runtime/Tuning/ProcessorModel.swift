#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#endif

/// Which processor this is.
enum ProcessorModel {
  /// The model as the system calls it; the architecture if it does not say.
  static var name: String {
    #if canImport(Darwin)
      return systemName("machdep.cpu.brand_string") ?? architecture
    #else
      return SystemFile.text("/proc/cpuinfo").flatMap(name(inProcessorList:)) ?? architecture
    #endif
  }

  /// The model in the text of `/proc/cpuinfo`: its name, or on Arm the numbers of its maker and part.
  static func name(inProcessorList text: String) -> String? {
    var fields: [Substring: String] = [:]
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = line[..<colon].split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let value = line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if fields[key[...]] == nil, !value.isEmpty { fields[key[...]] = value }
    }
    if let name = fields["model name"] { return name }
    guard let maker = fields["CPU implementer"], let part = fields["CPU part"] else { return nil }
    return "implementer \(maker) part \(part)"
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown"
    #endif
  }

  #if canImport(Darwin)
    private static func systemName(_ name: String) -> String? {
      var bytes = [CChar](repeating: 0, count: 256)
      var count = bytes.count
      guard sysctlbyname(name, &bytes, &count, nil, 0) == 0 else { return nil }
      let text = bytes.prefix(max(0, count)).prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
      return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
    }
  #endif
}

/// How much the caches of this processor hold.
package enum CacheSize {
  /// Bytes that are read to empty the caches: twice the outermost, 64 MB at least and 512 MB at most.
  package static var swept: Int {
    let text = SystemFile.text("/sys/devices/system/cpu/cpu0/cache/index3/size")
    return min(max(2 * (text.flatMap(bytes(ofSize:)) ?? 0), 64 << 20), 512 << 20)
  }

  /// `32768K` in bytes; nil for what is no size.
  static func bytes(ofSize text: String) -> Int? {
    let text = text.split(whereSeparator: \.isWhitespace).joined()
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
    guard let last = text.last, let unit = units[last], let count = Int32(text.dropLast()), count > 0 else {
      return nil
    }
    return Int(count).multipliedReportingOverflow(by: unit).partialValue
  }
}

/// Files of the system's that describe the machine.
private enum SystemFile {
  /// The first 16 KB; nil if there is no such file.
  static func text(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 16 << 10)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
