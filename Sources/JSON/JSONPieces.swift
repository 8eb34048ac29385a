/// A list or an object that is put together as text: of ten thousand elements a tree takes several times as long to make
/// and to write, and as much memory.
package struct JSONPieces: Sendable {
  private var bytes: [UInt8] = []

  /// Nothing yet, with room for so many bytes.
  package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Adds punctuation and keys, as they are.
  package mutating func add(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Adds a text between quotes.
  package mutating func add(quoted text: String) { bytes.append(quoted: text) }

  /// Adds a number.
  package mutating func add(_ number: Int) {
    guard number >= 0 else { return bytes.append(String(number)) }
    let start = bytes.count
    var rest = number
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// What was put together.
  package var value: JSONValue { .written(bytes) }
}
