/// Reads safetensors: the length of the header (8 bytes), the header, then the tensors' elements without gaps.
///
/// The format: huggingface/safetensors, README.md.
enum SafetensorsReader {
  /// A header of a network with 100,000 tensors has about this size.
  static let largestHeader = 16 << 20

  /// Whether a file looks like this format: the length, then the header's brace.
  static func recognizes(_ file: FileBytes) -> Bool {
    // A length of 2⁵⁶ or more is no length, so that its last byte tells text from this format.
    file.number(UInt8.self, at: 8) == UInt8(ascii: "{") && file.number(UInt8.self, at: 7) == 0
  }

  static func read(_ file: FileBytes) throws(WeightError) -> (tensors: [StoredTensor], metadata: [String: String]) {
    guard let length = file.number(UInt64.self, at: 0) else { throw file.malformed("ends within the header's length") }
    guard length <= UInt64(file.count - 8) else {
      throw file.malformed("announces a header of \(length) bytes, but \(file.count - 8) follow", at: 0)
    }
    guard length <= UInt64(largestHeader) else {
      throw file.limit("has a header of \(length) bytes; at most \(largestHeader) are read", at: 0)
    }
    let dataStart = 8 + Int(length)
    let header = try SafetensorsHeader(file, file.copy(8..<dataStart) ?? [], start: 8)
    try checkRanges(header.entries, dataCount: file.count - dataStart, file)
    let tensors = header.entries.map {
      StoredTensor(info: $0.info, source: .plain(offset: dataStart + $0.range.lowerBound))
    }
    return (tensors, Dictionary(header.metadata.map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last }))
  }

  /// Every byte behind the header belongs to one tensor.
  private static func checkRanges(
    _ entries: [SafetensorsHeader.Entry], dataCount: Int, _ file: FileBytes
  ) throws(WeightError) {
    var end = 0
    var last: String?
    for entry in entries.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      let name = entry.info.name
      let range = entry.range
      guard range.upperBound <= dataCount else {
        throw file.malformed(
          "takes bytes \(range.lowerBound) to \(range.upperBound) of the data, which has \(dataCount)", tensor: name)
      }
      if range.lowerBound < end {
        throw file.malformed("overlaps \(quoted(last ?? ""))", tensor: name)
      }
      if range.lowerBound > end {
        throw file.malformed("leaves a gap of \(range.lowerBound - end) bytes before it", tensor: name)
      }
      end = range.upperBound
      last = name
    }
    if end < dataCount { throw file.malformed("\(dataCount - end) bytes behind the last tensor belong to none") }
  }
}
