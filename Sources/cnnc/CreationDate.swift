#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// When files that programs make say that they were made: never now, so that the same picture is the same file.
enum CreationDate {
  /// In seconds since 1970: what the environment says (reproducible-builds.org), else their beginning.
  static var seconds: String { getenv("SOURCE_DATE_EPOCH").map { String(cString: $0) } ?? "0" }

  /// What tells programs the date.
  static var variables: [String: String] { ["SOURCE_DATE_EPOCH": seconds, "TZ": "UTC"] }

  /// Writes the date over the one in a PDF, for programs that ask the clock: CairoSVG does by most versions of cairo.
  static func stamp(_ pdf: inout [UInt8], seconds: String = seconds) {
    guard let key = pdf.ranges(of: Array("/CreationDate (D:".utf8)).last, let date = digits(of: seconds) else { return }
    let place = key.upperBound..<(key.upperBound + date.count)
    guard place.upperBound < pdf.count, pdf[place].allSatisfy({ 0x30...0x39 ~= $0 }) else { return }
    pdf.replaceSubrange(place, with: date)
  }

  /// Year, month, day, hours, minutes and seconds, as a PDF has them; nil for what is no date.
  private static func digits(of seconds: String) -> [UInt8]? {
    guard var time = time_t(seconds) else { return nil }
    var parts = tm()
    guard gmtime_r(&time, &parts) != nil else { return nil }
    var text = Array(repeating: CChar(0), count: 32)
    return strftime(&text, text.count, "%Y%m%d%H%M%S", &parts) == 14 ? text[..<14].map(UInt8.init(bitPattern:)) : nil
  }
}
