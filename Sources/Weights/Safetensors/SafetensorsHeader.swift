import Hashing

/// The header of a safetensors file: a JSON object of a fixed form, which is all that this parser reads.
///
/// `{"__metadata__": {"key": "text"}, "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …}`; nothing
/// nests deeper, so neither does the parser.
struct SafetensorsHeader {
  struct Entry {
    var info: TensorInfo
    /// Relative to the end of the header.
    var range: Range<Int>
  }

  private(set) var metadata: [(key: String, value: String)] = []
  private(set) var entries: [Entry] = []
  private var names: Set<ByteName> = []

  /// Parses the header's bytes; the first is at `start` of the file.
  init(_ file: FileBytes, _ bytes: [UInt8], start: Int) throws(WeightError) {
    var json = SafetensorsJSON(file: file, bytes: bytes, start: start)
    try json.expect("{")
    var isFirst = true
    while try json.hasNext(isFirst: &isFirst, close: "}") {
      let name = try json.key()
      guard names.insert(ByteName(name)).inserted else {
        throw json.error("the name \(quoted(name)) stands there twice")
      }
      if name == "__metadata__" {
        try readMetadata(&json)
      } else {
        try readEntry(name, &json)
      }
    }
    try json.end()
  }

  private mutating func readMetadata(_ json: inout SafetensorsJSON) throws(WeightError) {
    var isFirst = true
    try json.expect("{")
    while try json.hasNext(isFirst: &isFirst, close: "}") {
      let key = try json.key()
      metadata.append((key, try json.string()))
    }
  }

  private mutating func readEntry(_ name: String, _ json: inout SafetensorsJSON) throws(WeightError) {
    let start = json.offset
    var type: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    var isFirst = true
    try json.expect("{")
    while try json.hasNext(isFirst: &isFirst, close: "}") {
      let key = try json.key()
      switch key {
      case "dtype" where type == nil:
        let word = try json.string()
        guard let known = ElementType(rawValue: word) else {
          let advice = word.hasPrefix("C") ? "torch.view_as_real() of it" : ".float() of it"
          throw json.file.refused(
            "has elements of type \(quoted(word)), which are not read; save \(advice)", at: json.offset, tensor: name)
        }
        type = known
      case "shape" where shape == nil: shape = try json.integers()
      case "data_offsets" where offsets == nil: offsets = try json.integers()
      case "dtype", "shape", "data_offsets": throw json.error("tensor \(quoted(name)) has '\(key)' twice")
      default: throw json.error("tensor \(quoted(name)) has an unknown key \(quoted(key))")
      }
    }
    guard let type, let shape, let offsets else {
      throw json.file.malformed("lacks its dtype, shape or data_offsets", at: start, tensor: name)
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw json.file.malformed("has data_offsets \(shapeText(offsets)), no range", at: start, tensor: name)
    }
    let info = TensorInfo(name: name, shape: shape, type: type)
    let bytes = elementCount(shape).map { $0.multipliedReportingOverflow(by: type.size) }
    guard let bytes, !bytes.overflow, bytes.partialValue == offsets[1] - offsets[0] else {
      throw json.file.malformed(
        "is \(shapeText(shape)) of \(type.rawValue), but has \(offsets[1] - offsets[0]) bytes", at: start, tensor: name)
    }
    entries.append(Entry(info: info, range: offsets[0]..<offsets[1]))
  }
}
