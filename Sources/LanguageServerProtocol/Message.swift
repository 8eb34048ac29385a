import JSON

/// What tells a request from others: a number or a text.
package enum RequestID: Hashable, Sendable {
  case number(Int)
  case text(String)

  package init?(_ value: JSONValue) {
    switch value {
    case .int(let number): self = .number(number)
    case .string(let text): self = .text(text)
    default: return nil
    }
  }

  package var json: JSONValue {
    switch self {
    case .number(let number): .int(number)
    case .text(let text): .string(text)
    }
  }
}

/// A message from the client.
package enum IncomingMessage: Sendable {
  case request(RequestID, method: String, JSONValue)
  case notification(method: String, JSONValue)
  /// What the client says to a request of the server; nil where it has refused.
  case response(RequestID, JSONValue?)

  /// Reads a message.
  ///
  /// - Throws: `ResponseError` for what is no JSON, or no message.
  package init(_ content: [UInt8]) throws(ResponseError) {
    let value: JSONValue
    do {
      value = try JSONParser.parse(content, isLenient: true)
    } catch {
      throw ResponseError(.parseError, error.description)
    }
    guard case .object = value else { throw ResponseError(.invalidRequest, "a message is an object") }
    let id = value["id"].flatMap(RequestID.init)
    let parameters = value["params"] ?? .null
    switch (value["method"], id) {
    case (.string(let method)?, let id?): self = .request(id, method: method, parameters)
    case (.string(let method)?, nil): self = .notification(method: method, parameters)
    case (nil, let id?): self = .response(id, value["error"] == nil ? value["result"] ?? .null : nil)
    default: throw ResponseError(.invalidRequest, "a message has a method or an id")
    }
  }
}

/// Why a request has no result.
package struct ResponseError: Error, Sendable {
  package enum Code: Int, Sendable {
    case parseError = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParameters = -32602
    case internalError = -32603
    case notInitialized = -32002
    case requestFailed = -32803
    case contentModified = -32801
    case requestCancelled = -32800
  }

  package var code: Code
  package var message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

/// A message to the client.
package enum OutgoingMessage {
  package static func result(_ id: RequestID, _ value: JSONValue) -> JSONValue {
    .object([("jsonrpc", .string("2.0")), ("id", id.json), ("result", value)])
  }

  /// An answer without a result; without an id where the request could not be read.
  package static func failure(_ id: RequestID?, _ error: ResponseError) -> JSONValue {
    .object([
      ("jsonrpc", .string("2.0")), ("id", id?.json ?? .null),
      ("error", .object([("code", .int(error.code.rawValue)), ("message", .string(error.message))])),
    ])
  }

  package static func notification(_ method: String, _ parameters: JSONValue) -> JSONValue {
    .object([("jsonrpc", .string("2.0")), ("method", .string(method)), ("params", parameters)])
  }

  package static func request(_ id: RequestID, _ method: String, _ parameters: JSONValue) -> JSONValue {
    .object([("jsonrpc", .string("2.0")), ("id", id.json), ("method", .string(method)), ("params", parameters)])
  }
}

extension JSONValue {
  /// A member of an object; nil for other values, and for null.
  package subscript(key: String) -> JSONValue? {
    let members: [(String, JSONValue)]
    switch self {
    case .object(let own), .block(let own): members = own
    default: return nil
    }
    guard let value = members.last(where: { $0.0 == key })?.1 else { return nil }
    if case .null = value { return nil }
    return value
  }

  package var stringValue: String? { if case .string(let text) = self { text } else { nil } }
  package var intValue: Int? { if case .int(let number) = self { number } else { nil } }
  package var boolValue: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  package var elements: [JSONValue]? {
    switch self {
    case .array(let values), .lines(let values): values
    default: nil
    }
  }

  /// A member further in, by the keys that lead there.
  package func at(_ path: String...) -> JSONValue? {
    path.reduce(Optional(self)) { $0?[$1] }
  }
}
