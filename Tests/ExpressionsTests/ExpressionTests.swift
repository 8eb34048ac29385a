import Diagnostics
import Testing

@testable import Expressions

@Suite("Expressions")
struct ExpressionTests {
  private static let names: [String: Value] = ["a": .int(7), "b": .int(-7), "x": .float(2.5), "t": .bool(true)]

  static func evaluate(_ text: String, functions: [String: String] = [:]) throws(ExpressionError) -> Value {
    let start = Position(line: 1, column: 1)
    let source = SourceID(index: 0)
    var declared: [String: FunctionDeclaration] = [:]
    for (head, body) in functions {
      let parts = head.split { "(,) ".contains($0) }.map(String.init)
      let expression = try ExpressionParser.parse(body, source: source, start: start)
      declared[parts[0]] = FunctionDeclaration(
        name: parts[0], parameters: Array(parts.dropFirst()), body: expression, span: expression.span)
    }
    let expression = try ExpressionParser.parse(text, source: source, start: start)
    return try Evaluator.evaluate(expression, functions: declared, globals: names) {
      (path, span) throws(ExpressionError) -> Value in
      if let value = names[path.joined(separator: ".")] { return value }
      throw ExpressionError(.unknownName, path.joined(separator: "."), at: span)
    }
  }

  /// Text, value as printed.
  private static let values: [(String, String)] = [
    // Precedence and grouping.
    ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("10 - 4 - 3", "3"), ("2 ** 3 ** 2", "512"), ("-2 ** 2", "-4"),
    ("2 ** -1", "0.5"), ("(-2) ** 2", "4"), ("- - 3", "3"), ("8 // 3 * 3 + 8 % 3", "8"), ("16 / 4 / 2", "2.0"),
    ("not 1 == 2", "true"), ("not true or true", "true"), ("true or false and false", "true"),
    ("1 if true else 2 if true else 3", "1"), ("1 if false else 2 if false else 3", "3"), ("1 + 1 if t else 5", "2"),
    ("(1 if t else 2) + 1", "2"), ("a > 3 and x < 3", "true"),
    // Division rounds down.
    ("7 // 2", "3"), ("b // 2", "-4"), ("7 // -2", "-4"), ("-7 // -2", "3"), ("7 % 3", "1"), ("b % 3", "2"),
    ("7 % -3", "-2"), ("-7 % -3", "-1"), ("6 % -3", "0"), ("7.5 // 2", "3.0"), ("-7.5 // 2", "-4.0"),
    ("-7.5 % 2", "0.5"),
    ("7 / 2", "3.5"), ("6 / 2", "3.0"),
    // Powers.
    ("0 ** 0", "1"), ("1 ** 1000000", "1"), ("(-1) ** 1000001", "-1"), ("2 ** 62", "4611686018427387904"),
    ("(-2) ** 63", "-9223372036854775808"), ("0 ** 5", "0"), ("2.0 ** 3", "8.0"), ("4 ** 0.5", "2.0"), ("10 ** 0", "1"),
    // Comparisons, also between integers and floats.
    ("1 == 1.0", "true"), ("1 != 1.0", "false"), ("2 <= 2", "true"), ("2 >= 3", "false"), ("t == true", "true"),
    ("t != false", "true"), ("2.5 > 2", "true"),
    // Only the chosen side is computed.
    ("1 if true else 1 // 0", "1"), ("1 // 0 if false else 2", "2"), ("true or 1 // 0 == 1", "true"),
    ("false and 1 // 0 == 1", "false"),
    // Functions.
    ("min(3, 1, 2)", "1"), ("max(3, 1.5)", "3"), ("max(1, 2.5)", "2.5"), ("abs(-3)", "3"), ("abs(-2.5)", "2.5"),
    ("sqrt(16)", "4.0"), ("log2(8)", "3.0"), ("log2(0.25)", "-2.0"), ("log(1)", "0.0"),
    ("int(abs((log2(512) + 1) / 2)) // 2 * 2 + 1", "5"), ("floor(2.7)", "2"), ("floor(-2.1)", "-3"), ("ceil(2.1)", "3"),
    ("ceil(-2.7)", "-2"),
    ("round(2.5)", "3"), ("round(0.49999999999999994)", "0"), ("round(3.5)", "4"), ("round(-2.5)", "-2"),
    ("round(2.4999)", "2"), ("round(-2.6)", "-3"),
    ("int(2.9)", "2"), ("int(-2.9)", "-2"), ("int(5)", "5"), ("round(7)", "7"),
    ("divisible(32 * 0.75, 8)", "24"), ("divisible(33, 8)", "32"), ("divisible(3, 8)", "8"), ("divisible(36, 8)", "40"),
    ("divisible(11, 8)", "16"), ("divisible(8 * 1.4, 8)", "16"), ("divisible(0, 8)", "8"), ("divisible(-5, 8)", "8"),
    // Numbers.
    ("1_000_000", "1000000"), (".5", "0.5"), ("1e3", "1000.0"), ("2.5e-1", "0.25"),
    ("9223372036854775807", "9223372036854775807"),
    ("-9223372036854775807 - 1", "-9223372036854775808"), ("0.1 + 0.2", "0.30000000000000004"),
  ]

  @Test(arguments: values)
  func value(_ text: String, _ expected: String) throws {
    #expect(try Self.evaluate(text).description == expected)
  }

  /// Text, identifier, column of the fault.
  private static let faults: [(String, String, Int)] = [
    ("", "expr.syntax", 1), ("1 +", "expr.syntax", 4), ("(1", "expr.syntax", 3), ("1)", "expr.syntax", 2),
    ("1 2", "expr.syntax", 3), ("1 < 2 < 3", "expr.syntax", 7), ("1 if 2", "expr.syntax", 7),
    ("f(1,)", "expr.syntax", 5),
    ("f(1 2)", "expr.syntax", 5), ("1 = 2", "expr.syntax", 3), ("2 ^ 3", "expr.syntax", 3), ("!t", "expr.syntax", 1),
    ("t && t", "expr.syntax", 3), ("3x", "expr.syntax", 1), ("[1, 2]", "expr.syntax", 1), ("\"a\"", "expr.syntax", 1),
    (".nan", "expr.syntax", 1), ("a.", "expr.syntax", 2), ("and", "expr.syntax", 1), ("1 + * 2", "expr.syntax", 5),
    ("ä", "expr.syntax", 1), ("lambda x: x", "expr.syntax", 8), ("1 + y", "expr.unknown-name", 5),
    ("nope(1)", "expr.unknown-function", 1), ("min(1)", "expr.argument-count", 1),
    ("1 + sqrt(1, 2)", "expr.argument-count", 5),
    ("t + 1", "expr.type", 1), ("2 * t", "expr.type", 1), ("1 if a else 2", "expr.type", 6), ("not a", "expr.type", 5),
    ("a and t", "expr.type", 1), ("t or a", "no fault", 0), ("t < t", "expr.type", 1), ("abs(t)", "expr.type", 1),
    ("divisible(8, 2.0)", "expr.type", 1), ("divisible(8, 0)", "spec.out-of-range", 1), ("-t", "expr.type", 1),
    ("1 // 0", "expr.division-by-zero", 1), ("2 + 1 % 0", "expr.division-by-zero", 5),
    ("1 / 0", "expr.division-by-zero", 1),
    ("0.0 / 0", "expr.division-by-zero", 1), ("0 ** -1", "expr.division-by-zero", 1),
    ("1.0 % 0.0", "expr.division-by-zero", 1),
    ("9223372036854775808", "expr.overflow", 1), ("9223372036854775807 + 1", "expr.overflow", 1),
    ("-9223372036854775807 - 2", "expr.overflow", 1), ("9223372036854775807 * 2", "expr.overflow", 1),
    ("2 ** 63", "expr.overflow", 1),
    ("3 ** 1000000000000", "expr.overflow", 1), ("(-9223372036854775807 - 1) // -1", "expr.overflow", 1),
    ("(-9223372036854775807 - 1) % -1", "expr.overflow", 1), ("-(-9223372036854775807 - 1)", "expr.overflow", 1),
    ("abs(-9223372036854775807 - 1)", "expr.overflow", 1), ("int(1e300)", "expr.overflow", 1),
    ("round(9.3e18)", "expr.overflow", 1),
    ("divisible(1e300, 8)", "expr.overflow", 1),
    ("1e999", "expr.not-finite", 1), ("1e308 * 10", "expr.not-finite", 1), ("sqrt(-1)", "expr.not-finite", 1),
    ("log(0)", "expr.not-finite", 1), ("1 + log2(-2.5)", "expr.not-finite", 5), ("log2()", "expr.argument-count", 1),
    ("(-8) ** 0.5", "expr.not-finite", 1), ("-1e308 - 1e308", "expr.not-finite", 1),
  ]

  @Test(arguments: faults)
  func fault(_ text: String, _ id: String, _ column: Int) {
    do {
      _ = try Self.evaluate(text)
      #expect(id == "no fault")
    } catch {
      #expect(error.id.rawValue == id)
      #expect(error.span.start.column == column)
    }
  }

  @Test func functionsSeeTheirParametersAndGlobals() throws {
    let functions = ["width(c)": "max(8, int(c * x))", "twice(c)": "width(c) + width(c)", "none()": "3"]
    #expect(try Self.evaluate("twice(10)", functions: functions) == .int(50))
    #expect(try Self.evaluate("none()", functions: functions) == .int(3))
    #expect(throws: ExpressionError.self) { try Self.evaluate("f(1)", functions: ["f(c)": "d"]) }
    #expect(throws: ExpressionError.self) { try Self.evaluate("f(1, 2)", functions: ["f(c)": "c"]) }
  }

  @Test func bounds() {
    func id(_ text: String, _ functions: [String: String] = [:]) -> DiagnosticID? {
      do {
        _ = try Self.evaluate(text, functions: functions)
        return nil
      } catch { return error.id }
    }
    #expect(id(String(repeating: "(", count: 2000) + "1" + String(repeating: ")", count: 2000)) == .expressionLimit)
    #expect(id(String(repeating: "-", count: 4000) + "1") == .expressionLimit)
    #expect(id(String(repeating: "not ", count: 1000) + "t") == .expressionLimit)
    #expect(id(String(repeating: "2 ** ", count: 800) + "1") == .expressionLimit)
    #expect(id(String(repeating: "1 + ", count: 500_000) + "1") == .expressionLimit)
    #expect(id(String(repeating: "1 + ", count: 1000) + "1") == nil)
    #expect(id("f(1)", ["f(x)": "f(x)"]) == .recursiveFunction)
    var functions = ["f0(x)": "x"]
    for level in 1...40 { functions["f\(level)(x)"] = "f\(level - 1)(x) + f\(level - 1)(x)" }
    #expect(id("f40(1)", functions) == .expressionLimit)
  }

  @Test func spansCoverTheOperands() throws {
    let start = Position(line: 3, column: 10)
    let expression = try ExpressionParser.parse("max(a, 2) + (b)", source: SourceID(index: 0), start: start)
    #expect(expression.span.start == start)
    #expect(expression.span.end == Position(line: 3, column: 25))
    guard case .binary(.add, let left, let right) = expression.node else {
      Issue.record("not a sum")
      return
    }
    #expect(left.span.end == Position(line: 3, column: 19))
    #expect(right.span.start == Position(line: 3, column: 22))
  }
}
