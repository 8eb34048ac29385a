import Diagnostics

extension SourceFile {
  /// Where a line's content ends, before spaces and a comment: the place of a hint.
  package func contentEnd(ofLine number: Int) -> Position {
    let scalars = Array(line(number).unicodeScalars)
    let end = Self.commentStart(in: scalars) ?? scalars.count
    var last = end
    while last > 0, scalars[last - 1] == " " || scalars[last - 1] == "\t" { last -= 1 }
    return Position(line: number, column: last + 1)
  }

  /// Where the comment of a line begins, if it has one.
  static func commentStart(in scalars: [Unicode.Scalar]) -> Int? {
    var quote: Unicode.Scalar?
    var isOpen = true
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      if let mark = quote {
        let isDoubled = mark == "'" && scalar == mark && index + 1 < scalars.count && scalars[index + 1] == mark
        if mark == "\"" && scalar == "\\" || isDoubled { index += 1 } else if scalar == mark { quote = nil }
        isOpen = false
      } else if scalar == "#", index == 0 || scalars[index - 1] == " " || scalars[index - 1] == "\t" {
        return index
      } else if isOpen, scalar == "'" || scalar == "\"" {
        quote = scalar
      } else if scalar != " " {
        isOpen = ["[", "{", ",", ":", "-"].contains(scalar)
      }
      index += 1
    }
    return nil
  }

  /// The spaces before a line's text; nil for a line that has none, or a comment alone.
  func indent(ofLine number: Int) -> Int? {
    let bytes = line(number).utf8
    let spaces = bytes.prefix { $0 == UInt8(ascii: " ") }.count
    guard let first = bytes.dropFirst(spaces).first, first != UInt8(ascii: "#") else { return nil }
    return spaces
  }

  /// The text with some lines left empty, so that every other keeps its place.
  func blanking(_ lines: Set<Int>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for number in 1...lineCount {
      let line = lineBytes(number)
      if !lines.contains(number) { result += line }
      result += bytes[line.endIndex..<(number < lineCount ? lineBytes(number + 1).startIndex : bytes.count)]
    }
    return result
  }
}
