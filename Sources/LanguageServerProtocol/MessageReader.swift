import JSON

/// Takes messages out of a stream of bytes: headers with `Content-Length`, then so many bytes of JSON.
///
/// What arrives is hostile until checked: headers and contents have bounds, and a stream that breaks the framing is given
/// up, for where its next message begins cannot be known.
package struct MessageReader: Sendable {
  /// The bounds of what a client sends.
  package enum Limit {
    /// Bytes of all headers of a message.
    package static let header = 8 << 10
    /// Bytes of a message: a spec of the largest size, each byte escaped.
    package static let content = 128 << 20
  }

  /// What is wrong with the framing; nothing that follows can be read.
  package struct FramingError: Error, Hashable, Sendable {
    package var message: String
  }

  private var buffer: [UInt8] = []
  /// Where in the buffer the next message begins.
  private var start = 0
  /// The length of the content that is waited for, once its headers are read.
  private var expected: Int?
  /// Up to where the end of the headers was looked for.
  private var searched = 0

  package init() {}

  /// Takes what has arrived.
  package mutating func append(_ bytes: some Sequence<UInt8>) { buffer.append(contentsOf: bytes) }

  /// Whether a message has begun that is not whole.
  package var isWithinMessage: Bool { start < buffer.count || expected != nil }

  /// The content of the next message; nil if it is not whole yet.
  ///
  /// - Throws: `FramingError` for headers that are none.
  package mutating func next() throws(FramingError) -> [UInt8]? {
    if expected == nil {
      guard let length = try header() else { return nil }
      expected = length
    }
    guard let length = expected, buffer.count - start >= length else { return nil }
    let content = Array(buffer[start..<(start + length)])
    start += length
    expected = nil
    compact()
    return content
  }

  private mutating func compact() {
    if start == buffer.count {
      buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 16)
    } else if start > 1 << 16 {
      buffer.removeFirst(start)
    } else {
      searched = start
      return
    }
    start = 0
    searched = 0
  }

  /// The content's length by the headers, which are taken; nil if they are not whole.
  private mutating func header() throws(FramingError) -> Int? {
    var index = max(start, searched)
    while index + 3 < buffer.count, buffer[index..<(index + 4)] != [13, 10, 13, 10] { index += 1 }
    searched = index
    guard index + 3 < buffer.count else {
      guard buffer.count - start <= Limit.header else { throw FramingError(message: "the headers do not end") }
      return nil
    }
    guard index - start <= Limit.header else {
      throw FramingError(message: "the headers are longer than \(Limit.header) bytes")
    }
    let text = String(decoding: buffer[start..<index], as: UTF8.self)
    start = index + 4
    searched = start
    var length: Int?
    for line in text.split(separator: "\r\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { throw FramingError(message: "a header without a colon") }
      guard parts[0].lowercased() == "content-length" else { continue }
      let digits = parts[1].drop { $0 == " " }
      guard length == nil, !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
        let number = Int(digits), number <= Limit.content
      else { throw FramingError(message: "Content-Length is no length of at most \(Limit.content) bytes") }
      length = number
    }
    guard let length else { throw FramingError(message: "a message without Content-Length") }
    return length
  }
}

extension JSONValue {
  /// The value as a message: its header, and its content in parts.
  package var framed: (header: [UInt8], content: [[UInt8]]) {
    let content = compactParts
    return (Array("Content-Length: \(content.reduce(0) { $0 + $1.count })\r\n\r\n".utf8), content)
  }
}
