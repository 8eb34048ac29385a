/// Parses `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`, and nothing else of Python.
struct NpyDictionary {
  struct Fields {
    var type: String
    var isFortranOrder: Bool
    var shape: [Int]
  }

  struct Problem: Error {
    var message: String
    var position: Int
  }

  private let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func parse() -> Result<Fields, Problem> {
    do {
      return .success(try dictionary())
    } catch {
      return .failure(error)
    }
  }

  private mutating func dictionary() throws(Problem) -> Fields {
    var type: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !take("}") {
      let key = try text()
      try expect(":")
      switch key {
      case "descr" where type == nil: type = try text()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try truth()
      case "shape" where shape == nil: shape = try tuple()
      default: throw problem("the key \(quoted(key)) is unknown or there twice")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == bytes.count else { throw problem("more follows the dictionary") }
    guard let type, let isFortranOrder, let shape else {
      throw problem("'descr', 'fortran_order' or 'shape' is missing")
    }
    return Fields(type: type, isFortranOrder: isFortranOrder, shape: shape)
  }

  private mutating func tuple() throws(Problem) -> [Int] {
    try expect("(")
    var sizes: [Int] = []
    while !take(")") {
      skipSpace()
      let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
      guard let size = Int(String(decoding: digits, as: UTF8.self)) else {
        throw problem(digits.isEmpty ? "a size is expected" : "a size is too large")
      }
      guard sizes.count < 32 else { throw problem("there are more than 32 dimensions") }
      sizes.append(size)
      position += digits.count
      if !take(",") {
        // (3) is a number in Python, (3,) a tuple.
        if sizes.count == 1 { throw problem("',' is expected") }
        try expect(")")
        break
      }
    }
    return sizes
  }

  private mutating func truth() throws(Problem) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)] where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw problem("True or False is expected")
  }

  private mutating func text() throws(Problem) -> String {
    skipSpace()
    guard position < bytes.count, bytes[position] == 0x27 || bytes[position] == 0x22 else {
      throw problem("a text in quotes is expected")
    }
    let quote = bytes[position]
    let content = bytes[(position + 1)...].prefix { $0 != quote && $0 != 0x5C && (0x20..<0x7F).contains($0) }
    guard content.endIndex < bytes.count, bytes[content.endIndex] == quote else {
      throw problem("a text does not end, or has more than plain characters")
    }
    position = content.endIndex + 1
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func expect(_ character: Character) throws(Problem) {
    guard take(character) else { throw problem("'\(character)' is expected") }
  }

  /// Passes over a character, if it comes next.
  private mutating func take(_ character: Character) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0A { position += 1 }
  }

  private func problem(_ message: String) -> Problem { Problem(message: message, position: position) }
}
