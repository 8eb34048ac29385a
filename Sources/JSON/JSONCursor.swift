/// A value of a document with the path that leads to it, for messages.
package struct JSONCursor {
  package let value: JSONValue
  package let path: String

  package init(value: JSONValue, path: String) {
    self.value = value
    self.path = path
  }

  package func failure(_ message: String) -> JSONError { JSONError(message, at: path) }

  private func failure(expected: String) -> JSONError {
    failure("\(expected) belongs here, not \(value.kindDescription)")
  }

  // MARK: Scalars

  package func string() throws(JSONError) -> String {
    guard case .string(let text) = value else { throw failure(expected: "a text") }
    return text
  }

  package func int(in range: ClosedRange<Int>) throws(JSONError) -> Int {
    guard case .int(let number) = value else { throw failure(expected: "an integer") }
    guard range.contains(number) else {
      throw failure("\(number) is not between \(range.lowerBound) and \(range.upperBound)")
    }
    return number
  }

  package func double() throws(JSONError) -> Double {
    switch value {
    case .double(let number): return number
    case .int(let number): return Double(number)
    default: throw failure(expected: "a number")
    }
  }

  package func bool() throws(JSONError) -> Bool {
    guard case .bool(let flag) = value else { throw failure(expected: "true or false") }
    return flag
  }

  // MARK: Collections

  package func elements(count: ClosedRange<Int> = 0...Int.max) throws(JSONError) -> [JSONCursor] {
    guard case .array(let values) = value else { throw failure(expected: "a list") }
    guard count.contains(values.count) else {
      let expected =
        count.lowerBound == count.upperBound ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
      throw failure("the list has \(values.count) elements, not \(expected)")
    }
    return values.enumerated().map { JSONCursor(value: $1, path: "\(path)[\($0)]") }
  }

  /// A list with every element read.
  package func list<Element>(
    count: ClosedRange<Int> = 0...Int.max, of read: (JSONCursor) throws(JSONError) -> Element
  ) throws(JSONError) -> [Element] {
    var result: [Element] = []
    for element in try elements(count: count) { result.append(try read(element)) }
    return result
  }

  /// The members in order, with any keys.
  package func members() throws(JSONError) -> [(key: String, value: JSONCursor)] {
    guard case .object(let members) = value else { throw failure(expected: "an object") }
    return members.map { key, value in
      (key, JSONCursor(value: value, path: path.isEmpty ? key : "\(path).\(key)"))
    }
  }

  /// The members, whose keys must be among `required` and `optional`.
  package func object(required: [String], optional: [String] = []) throws(JSONError) -> JSONMembers {
    var result: [String: JSONCursor] = [:]
    for (key, value) in try members() {
      guard required.contains(key) || optional.contains(key) else {
        throw value.failure("no key '\(key.beginning)' is known here")
      }
      result[key] = value
    }
    for key in required where result[key] == nil { throw failure("the key '\(key)' is missing") }
    return JSONMembers(owner: self, values: result)
  }
}

/// The members of an object by key; the required ones are there.
package struct JSONMembers {
  package let owner: JSONCursor
  private let values: [String: JSONCursor]

  package init(owner: JSONCursor, values: [String: JSONCursor]) {
    self.owner = owner
    self.values = values
  }

  /// A member that may be missing.
  package func optional(_ key: String) -> JSONCursor? { values[key] }

  /// A required member.
  package func callAsFunction(_ key: String) throws(JSONError) -> JSONCursor {
    guard let value = values[key] else { throw owner.failure("the key '\(key)' is missing") }
    return value
  }

  package func optionalString(_ key: String) throws(JSONError) -> String? { try values[key]?.string() }
}
