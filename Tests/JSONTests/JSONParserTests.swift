import Testing

@testable import JSON

@Suite("Reading JSON")
struct JSONParserTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

  /// What is read is written as it stood, in the compact form.
  @Test(arguments: [
    "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5", "-0.25", "\"\"",
    "\"ä€𝄞\"", "[]", "{}", "[1,[2,{\"a\":null}]]", "{\"b\":1,\"a\":[true,\"x\"]}", "\"\\\"\\\\\\n\\r\\t\\b\\f\"",
    "\"\\u0001\\u2028\"",
  ])
  func readAndWritten(_ text: String) throws {
    #expect(try parse(text).compactText == text)
    #expect(try parse(" \t\r\n\(text)\n ").compactText == text)
  }

  @Test(arguments: [
    ("1e3", "1000.0"), ("1E+2", "100.0"), ("25e-1", "2.5"), ("-0", "0"), ("\"\\u00e4\\/\"", "\"ä/\""),
    ("\"\\ud834\\udd1e\"", "\"𝄞\""), ("[ 1 , 2 ]", "[1,2]"),
  ])
  func otherSpellings(_ text: String, _ expected: String) throws {
    #expect(try parse(text).compactText == expected)
  }

  @Test(arguments: [
    "", " ", "nul", "tru", "True", "'a'", "[1", "[1,]", "[,1]", "[1 2]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
    "{a:1}",
    "{\"a\":1 \"b\":2}", "1 2", "[] []", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x10", "NaN", "Infinity", "1e999",
    "9223372036854775808", "\"a", "\"\n\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud834\"", "\"\\ud834\\u0041\"",
    "\"\\udd1e\"", "{\"a\":1,\"a\":2}", "// a\n1", "[1]x",
  ])
  func whatIsNoJSONIsRefused(_ text: String) {
    let error = #expect(throws: JSONError.self) { try parse(text) }
    #expect(error?.path.hasPrefix("line ") == true && error?.message.isEmpty == false)
  }

  @Test func placesAreLinesAndColumns() {
    #expect(throws: JSONError("a number has leading zeros", at: "line 3, column 11")) {
      try parse("{\n  \"a\": 1,\n  \"b\": 012}")
    }
    #expect(throws: JSONError("the key \"a\" occurs twice", at: "line 2, column 6")) {
      try parse("{\"a\": 1,\n  \"a\": 2}")
    }
  }

  /// An accent may be written as one scalar or as two: two keys, and a message that quotes one stays short.
  @Test func keysAreTheirBytes() throws {
    let text = "{\"caf\u{E9}\":1,\"cafe\u{301}\":2}"
    #expect(Array(try parse(text).compactText.utf8) == Array(text.utf8))
    let long = "a" + String(repeating: "\u{301}", count: 30)
    let error = #expect(throws: JSONError.self) { try parse("{\"\(long)\":1,\"\(long)\":2}") }
    #expect(error?.message.contains("occurs twice") == true)
  }

  /// To compare texts takes time that grows with the square of a character's marks.
  @Test func marksAreBounded() {
    let long = "a" + String(repeating: "\u{301}\u{316}", count: 20_000)
    let error = #expect(throws: JSONError.self) { try parse("{\"\(long)\":1}") }
    #expect(error?.message == "more than 30 combining marks stand on one character")
  }

  @Test func bytesThatAreNoTextAreRefused() {
    for bytes: [UInt8] in [
      [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0xEF, 0xBB, 0xBF, 0x31], [0], [0x22, 0xED, 0xA0, 0x80, 0x22],
    ] {
      #expect(throws: JSONError.self) { try JSONParser.parse(bytes) }
    }
  }

  @Test func depthIsBounded() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try parse(nested(256)).compactText == nested(256))
    #expect(throws: JSONError.self) { try parse(nested(257)) }
    #expect(throws: JSONError.self) { try parse(String(repeating: "{\"a\":", count: 100_000)) }
  }

  /// Every beginning of a document, and every document with a byte changed, is read or refused, and never more.
  @Test func damagedDocumentsAreReadOrRefused() {
    let document = Array("{\"a\": [1, -2.5e3, true, null], \"b\": {\"c\": \"x\\u00e4\\n\"}}".utf8)
    var read = 0
    for end in 0..<document.count {
      #expect(throws: JSONError.self) { try JSONParser.parse(Array(document[..<end])) }
      for byte: UInt8 in [0, 0x22, 0x2C, 0x30, 0x5C, 0x5D, 0x7D, 0xFF] {
        var damaged = document
        damaged[end] = byte
        if let value = try? JSONParser.parse(damaged) {
          read += 1
          #expect((try? JSONParser.parse(Array(value.text.utf8)).text) == value.text)
        }
      }
    }
    #expect(read > 10)
  }
}
