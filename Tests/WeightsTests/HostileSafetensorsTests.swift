import Testing

@testable import Weights

@Suite struct HostileSafetensorsTests {
  private static func tensor(_ name: String, _ shape: String, _ range: String, type: String = "F32") -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(range)]}"
  }

  @Test(
    arguments: [
      ("{", "expected"),
      ("{}x", "the end is expected"),
      ("{\"a\":1}", "'{' is expected"),
      ("{\"a\":{\"dtype\":\"F32\"}}", "lacks"),
      ("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", "'dtype' twice"),
      ("{\"a\":{\"color\":1}}", "unknown key 'color'"),
      ("{\(tensor("a", "2", "0,8")),\(tensor("a", "2", "8,16"))}", "twice"),
      ("{\(tensor("a", "2", "0,8")),\(tensor("b", "2", "4,12"))}", "overlaps 'a'"),
      ("{\(tensor("a", "2", "0,8")),\(tensor("b", "2", "12,20"))}", "gap of 4 bytes"),
      ("{\(tensor("a", "2", "4,12"))}", "gap of 4 bytes"),
      ("{\(tensor("a", "2", "0,8"))}", "12 bytes behind the last tensor"),
      ("{\(tensor("a", "3", "0,8"))}", "has 8 bytes"),
      ("{\(tensor("a", "-2", "0,8"))}", "not negative"),
      ("{\(tensor("a", "2.0", "0,8"))}", "',' is expected"),
      ("{\(tensor("a", "2e0", "0,8"))}", "',' is expected"),
      ("{\(tensor("a", "02", "0,8"))}", "whole and not negative"),
      ("{\(tensor("a", "2", "8,0"))}", "no range"),
      ("{\(tensor("a", "2", "0,8,8"))}", "no range"),
      ("{\(tensor("a", "4611686018427387904,4611686018427387904", "0,8"))}", "has 8 bytes"),
      ("{\(tensor("a", "4611686018427387904", "0,0"))}", "has 0 bytes"),
      ("{\(tensor("a", "99999999999999999999", "0,8"))}", "too large"),
      ("{\(tensor("a", "1000000000", "0,4000000000"))}", "takes bytes 0 to 4000000000"),
      ("{\(tensor("a", Array(repeating: "1", count: 40).joined(separator: ","), "0,4"))}", "more than 32"),
      ("{\"\\ud800\":{}}", "surrogate"),
      ("{\"\\u12\":{}}", "four digits"),
      ("{\"a\nb\":{}}", "control character"),
      // To compare a name takes time that grows with the square of a character's marks.
      ("{\"a\(String(repeating: "\u{301}\u{316}", count: 100_000))\":{}}", "stacks marks"),
      ("{\"__metadata__\":{\"a\":1}}", "'\"' is expected"),
      ("{\"__metadata__\":{},\"__metadata__\":{}}", "twice"),
    ])
  func header(_ header: String, says text: String) {
    expectError(safetensors(header, data: 20), .malformed, text)
  }

  @Test func depth() {
    let lists = String(repeating: "[", count: 100_000)
    expectError(safetensors("{\"a\":\(lists)"), .malformed, "'{' is expected")
    expectError(safetensors("{\"a\":{\"shape\":\(lists)"), .malformed, "whole and not negative")
    let objects = String(repeating: "{\"a\":", count: 100_000)
    expectError(safetensors(objects), .malformed, "unknown key 'a'")
  }

  @Test func lengths() {
    expectError(safetensors("{}", length: 3), .malformed, "announces a header of 3 bytes, but 2 follow")
    expectError(safetensors("{}", length: 4 << 30), .malformed, "announces a header of 4294967296 bytes")
    expectError(safetensors("{}", length: 1 << 55), .malformed, "announces a header")
    expectError(safetensors("{}", length: UInt64.max), .unknownFormat, "formats known")
    let spaces = "{" + String(repeating: " ", count: SafetensorsReader.largestHeader)
    expectError(safetensors(spaces), .limit, "at most 16777216")
  }

  @Test(arguments: ["F8_E4M3", "C64", "f32", "", "F128"])
  func typesAreRefusedByName(type: String) {
    expectError(safetensors("{\(Self.tensor("a", "2", "0,8", type: type))}", data: 8), .refused, "'\(type)'")
  }

  @Test func invalidText() {
    var bytes = safetensors("{\"name\":{}}")
    bytes[11] = 0xFF
    expectError(bytes, .malformed, "UTF-8")
  }

  /// What the format allows is read: empty tensors, several at one place among them, and escapes.
  @Test func unusualFiles() throws {
    let header =
      "{ \"a\\u00e9\\n\" : {\"shape\":[0,3],\"dtype\":\"F32\",\"data_offsets\":[0,0]},"
      + "\(Self.tensor("b", "0", "0,0")),\(Self.tensor("c", "1", "0,4"))}  "
    let file = try WeightFile(bytes: safetensors(header, data: 4), name: "x")
    #expect(file.tensors.map(\.name) == ["aé\n", "b", "c"])
    #expect(try file.float32(named: "aé\n").isEmpty)
    #expect(try file.float32(named: "c") == [0])
    #expect(try WeightFile(bytes: safetensors("{}"), name: "x").tensors.isEmpty)
  }
}
