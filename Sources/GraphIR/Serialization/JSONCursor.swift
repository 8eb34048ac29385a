/// A value of a document with the path that leads to it, for messages.
struct JSONCursor {
  let value: JSONValue
  let path: String

  func failure(_ message: String) -> GraphJSONError { GraphJSONError(message, at: path) }

  private func failure(expected: String) -> GraphJSONError {
    failure("\(expected) belongs here, not \(value.kindDescription)")
  }

  // MARK: Scalars

  func string() throws(GraphJSONError) -> String {
    guard case .string(let text) = value else { throw failure(expected: "a text") }
    return text
  }

  func int(in range: ClosedRange<Int>) throws(GraphJSONError) -> Int {
    guard case .int(let number) = value else { throw failure(expected: "an integer") }
    guard range.contains(number) else {
      throw failure("\(number) is not between \(range.lowerBound) and \(range.upperBound)")
    }
    return number
  }

  func double() throws(GraphJSONError) -> Double {
    switch value {
    case .double(let number): return number
    case .int(let number): return Double(number)
    default: throw failure(expected: "a number")
    }
  }

  func bool() throws(GraphJSONError) -> Bool {
    guard case .bool(let flag) = value else { throw failure(expected: "true or false") }
    return flag
  }

  /// A name as specs have it: letters, digits and `_`.
  func name() throws(GraphJSONError) -> String {
    let text = try string()
    guard text.isGraphName else { throw failure("'\(text.prefix(40))' is not a name") }
    return text
  }

  /// Names joined by dots.
  func namePath() throws(GraphJSONError) -> String {
    let text = try string()
    guard text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ $0.isGraphName }) else {
      throw failure("'\(text.prefix(40))' is no path of names joined by dots")
    }
    return text
  }

  // MARK: Collections

  func elements(count: ClosedRange<Int> = 0...Int.max) throws(GraphJSONError) -> [JSONCursor] {
    guard case .array(let values) = value else { throw failure(expected: "a list") }
    guard count.contains(values.count) else {
      let expected =
        count.lowerBound == count.upperBound ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
      throw failure("the list has \(values.count) elements, not \(expected)")
    }
    return values.enumerated().map { JSONCursor(value: $1, path: "\(path)[\($0)]") }
  }

  /// A list with every element read.
  func list<Element>(
    count: ClosedRange<Int> = 0...Int.max, of read: (JSONCursor) throws(GraphJSONError) -> Element
  ) throws(GraphJSONError) -> [Element] {
    var result: [Element] = []
    for element in try elements(count: count) { result.append(try read(element)) }
    return result
  }

  /// The members in order, with any keys.
  func members() throws(GraphJSONError) -> [(key: String, value: JSONCursor)] {
    guard case .object(let members) = value else { throw failure(expected: "an object") }
    return members.map { ($0.key, JSONCursor(value: $0.value, path: path.isEmpty ? $0.key : "\(path).\($0.key)")) }
  }

  /// The members, whose keys must be among `required` and `optional`.
  func object(required: [String], optional: [String] = []) throws(GraphJSONError) -> JSONMembers {
    var result: [String: JSONCursor] = [:]
    for (key, value) in try members() {
      guard required.contains(key) || optional.contains(key) else {
        throw value.failure("no key '\(key.prefix(40))' is known here")
      }
      result[key] = value
    }
    for key in required where result[key] == nil { throw failure("the key '\(key)' is missing") }
    return JSONMembers(owner: self, values: result)
  }
}

/// The members of an object by key; the required ones are there.
struct JSONMembers {
  let owner: JSONCursor
  private let values: [String: JSONCursor]

  init(owner: JSONCursor, values: [String: JSONCursor]) {
    self.owner = owner
    self.values = values
  }

  /// A member that may be missing.
  func optional(_ key: String) -> JSONCursor? { values[key] }

  /// A required member.
  func callAsFunction(_ key: String) throws(GraphJSONError) -> JSONCursor {
    guard let value = values[key] else { throw owner.failure("the key '\(key)' is missing") }
    return value
  }

  func optionalString(_ key: String) throws(GraphJSONError) -> String? { try values[key]?.string() }
}

extension StringProtocol {
  /// Whether the text is a name: 1 to 128 letters, digits and `_`.
  var isGraphName: Bool {
    (1...128).contains(utf8.count)
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
