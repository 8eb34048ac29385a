import Testing

@testable import JSON

@Suite("Writing and asking JSON")
struct JSONValueTests {
  @Test func linesStandWhereTheyAreWanted() {
    let value = JSONValue.block([
      ("name", .string("net")), ("sizes", .ints([1, 2])), ("layers", .lines([.object([("a", .int(1))]), .array([])])),
    ])
    let expected = """
      {
       "name": "net",
       "sizes": [1, 2],
       "layers": [
        {"a": 1},
        []
       ]
      }
      """
    #expect(value.text == expected)
    #expect(value.compactText == "{\"name\":\"net\",\"sizes\":[1,2],\"layers\":[{\"a\":1},[]]}")
    #expect(JSONValue.block([]).text == "{}" && JSONValue.lines([]).text == "[]")
  }

  @Test func whatHasNoValueIsLeftOutOrNull() {
    #expect(JSONValue.object(("a", nil), ("b", .bool(false))).text == "{\"b\": false}")
    #expect(JSONValue(nil as Int?).text == "null" && JSONValue("a").text == "\"a\"")
    #expect(JSONValue.double(.infinity).text == "null" && JSONValue.double(.nan).text == "null")
    #expect(JSONValue.string("\u{85}\u{7F}\u{0}").text == "\"\\u0085\\u007f\\u0000\"")
  }

  @Test func piecesAreAsATreeIsWritten() {
    var pieces = JSONPieces()
    pieces.add("[")
    for number in [0, 7, 10, 1_234_567_890_123, -5, .max, .min] {
      pieces.add(number)
      pieces.add(",")
    }
    pieces.add(quoted: "a\"×\n")
    pieces.add("]")
    let tree = JSONValue.array([
      .int(0), .int(7), .int(10), .int(1_234_567_890_123), .int(-5), .int(.max), .int(.min), .string("a\"×\n"),
    ])
    let message = JSONValue.object([("result", pieces.value)])
    #expect(message.compactText == JSONValue.object([("result", tree)]).compactText)
    #expect(pieces.value.kindDescription == "a list")
  }

  private func cursor(_ text: String) throws -> JSONCursor {
    JSONCursor(value: try JSONParser.parse(Array(text.utf8)), path: "")
  }

  @Test func valuesAreAskedForWithTheirPaths() throws {
    let root = try cursor("{\"nodes\": [{\"id\": 3, \"name\": \"a\", \"factor\": 2}]}")
    let nodes = try root.object(required: ["nodes"])("nodes").elements(count: 1...2)
    let node = try nodes[0].object(required: ["id", "name"], optional: ["factor", "kind"])
    #expect(try node("id").int(in: 0...9) == 3 && node("name").string() == "a")
    #expect(try node.optional("factor")?.double() == 2 && node.optionalString("kind") == nil)
    #expect(throws: JSONError("3 is not between 0 and 2", at: "nodes[0].id")) { try node("id").int(in: 0...2) }
    #expect(throws: JSONError("a text belongs here, not 3", at: "nodes[0].id")) { try node("id").string() }
    #expect(throws: JSONError("true or false belongs here, not the text \"a\"", at: "nodes[0].name")) {
      try node("name").bool()
    }
    #expect(throws: JSONError("the list has 1 elements, not 2", at: "nodes")) {
      try root.object(required: ["nodes"])("nodes").elements(count: 2...2)
    }
    #expect(throws: JSONError("the key 'edges' is missing", at: "")) {
      try root.object(required: ["edges"], optional: ["nodes"])
    }
    #expect(throws: JSONError("no key 'nodes' is known here", at: "nodes")) { try root.object(required: []) }
    #expect(throws: JSONError("a list belongs here, not an object", at: "")) { try root.elements() }
    #expect(throws: JSONError("an object belongs here, not 3", at: "nodes[0].id")) { try node("id").members() }
  }
}
