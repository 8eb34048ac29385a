/// Why bytes are no message, or not one that is read.
package struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    /// The bytes end within a field.
    case truncated
    /// A number takes more than ten bytes, or has more than 64 bits.
    case overlongNumber
    /// A key of a field that cannot be: number 0, or beyond 2^29.
    case invalidKey
    /// A type that is not read: groups, and those that there are not.
    case unsupportedType(UInt8)
    /// A field of another type than the message has it.
    case wrongType(field: Int)
    /// A text that is not UTF-8.
    case invalidText(field: Int)
    /// A number beyond what the field can be.
    case outOfRange(field: Int)
    /// Numbers whose bytes do not end with one.
    case unevenLength(field: Int)
    /// Messages within messages, deeper than the limit.
    case tooDeep(limit: Int)
    /// More fields than the limit.
    case tooManyFields(limit: Int)
  }

  package var reason: Reason
  /// Where in the bytes, from their start.
  package var offset: Int

  package init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// `byte 17: the file ends within a field`.
  package var description: String { "byte \(offset): \(text)" }

  private var text: String {
    switch reason {
    case .truncated: "a length reaches beyond the end of what it is in"
    case .overlongNumber: "a number has more than 64 bits"
    case .invalidKey: "no field can have this number"
    case .unsupportedType(let type): "the wire type \(type) is not one that is read"
    case .wrongType(let field): "field \(field) is of another type than the format says"
    case .invalidText(let field): "field \(field) is a text, and is not UTF-8"
    case .outOfRange(let field): "field \(field) has a number that it cannot have"
    case .unevenLength(let field): "field \(field) is a list of numbers, the last of which is cut off"
    case .tooDeep(let limit): "messages are nested more than \(limit) deep"
    case .tooManyFields(let limit): "there are more than \(limit) fields"
    }
  }
}

/// What a reader takes at most, for the bytes may be anybody's.
package struct WireLimits: Sendable {
  /// Messages within messages.
  package var depth = 64
  /// Fields of all messages together. A field may take two bytes and becomes a value of some hundred.
  package var fields = 1 << 23

  package init() {}
}
