/// Numbers and pairs as other languages write them.
enum ForeignValue {
  /// What a text in the place of a number or a size is meant to be: `3x3`, `(3, 3)`, `50%`, `0,5`, `0x10`.
  static func meant(by text: String, isSize: Bool) -> String? {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let first = text.utf8.first, digits.contains(first) || first == UInt8(ascii: "("), text.utf8.count <= 64,
      text.utf8.contains(where: { "xX,%×".utf8.contains($0) })
    else { return nil }
    if let hexadecimal = text.wholeMatch(of: /0[xX]([0-9a-fA-F]+)/) {
      return Int(hexadecimal.1, radix: 16).map(String.init)
    }
    if isSize {
      if let pair = text.wholeMatch(of: /(\d+)\s*[x×X]\s*(\d+)/) {
        return pair.1 == pair.2 ? String(pair.1) : "[\(pair.1), \(pair.2)]"
      }
      if let sides = text.wholeMatch(of: /\(\s*\((\d+),\s*(\d+)\),\s*\((\d+),\s*(\d+)\)\s*\)/) {
        // Keras's rows before and behind, then columns; here top, bottom, left, right.
        return "[\(sides.1), \(sides.2), \(sides.3), \(sides.4)]"
      }
      if let tuple = tuple(text) { return tuple }
    }
    if let percent = text.wholeMatch(of: /(\d+(?:\.\d+)?)\s*%/), let number = Double(String(percent.1)) {
      return "\(number / 100)"
    }
    if let comma = text.wholeMatch(of: /(\d+),(\d+)/) { return "\(comma.1).\(comma.2)" }
    return nil
  }

  /// `[3, 3]` for `(3, 3)`; nil for what is in parentheses for another reason.
  static func tuple(_ text: String) -> String? {
    guard text.hasPrefix("("), text.hasSuffix(")") else { return nil }
    var depth = 0
    var commas = 0
    let inner = text.dropFirst().dropLast()
    for byte in inner.utf8 {
      switch byte {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: ",") where depth == 0: commas += 1
      default: break
      }
      if depth < 0 { return nil }
    }
    return depth == 0 && commas > 0 ? "[\(inner)]" : nil
  }

  /// An input that is written as a list or as `3x224x224`: channels, height and width, a batch before them left out.
  static func input(_ sizes: [Int]) -> String? {
    var sizes = sizes
    if sizes.count == 4 { sizes.removeFirst() }
    guard sizes.count == 3 else { return sizes.count == 1 ? "{features: \(sizes[0])}" : nil }
    // Channels last, as TensorFlow has them.
    if sizes[2] <= 4, sizes[0] > 4, sizes[1] > 4 { sizes = [sizes[2], sizes[0], sizes[1]] }
    let size = sizes[1] == sizes[2] ? "size: \(sizes[1])" : "height: \(sizes[1]), width: \(sizes[2])"
    return "{channels: \(sizes[0]), \(size)}"
  }
}
