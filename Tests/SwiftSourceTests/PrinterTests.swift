import Diagnostics
import SwiftSource
import Testing

@Suite("Printing Swift source")
struct PrinterTests {
  private func text(_ statements: [Statement]) -> String {
    let function = Function("f", [], access: .internal, documentation: [], body: statements)
    let file = SwiftFile(header: [], imports: [], declarations: [.function(function)])
    return Printer.print(file).split(separator: "\n").dropFirst().dropLast().map { $0.dropFirst(2) }
      .joined(separator: "\n")
  }

  private func text(_ expression: SwiftExpression) -> String { text([.expression(expression)]) }

  private let a = SwiftExpression.name("a")
  private let b = SwiftExpression.name("b")
  private let c = SwiftExpression.name("c")

  @Test func operatorsGetTheParenthesesTheyNeed() {
    #expect(text(.binary(.binary(a, .add, b), .multiply, c)) == "(a + b) * c")
    #expect(text(.binary(a, .add, .binary(b, .multiply, c))) == "a + b * c")
    #expect(text(.binary(a, .subtract, .binary(b, .subtract, c))) == "a - (b - c)")
    #expect(text(.binary(.binary(a, .subtract, b), .subtract, c)) == "a - b - c")
    #expect(text(.binary(.binary(a, .less, b), .equal, c)) == "(a < b) == c")
    #expect(text(.not(.binary(a, .and, b))) == "!(a && b)")
    #expect(
      text(.conditional(.binary(a, .or, b), then: c, else: .conditional(a, then: b, else: c)))
        == "a || b ? c : a ? b : c")
    #expect(text(.conditional(a, then: .conditional(a, then: b, else: c), else: c)) == "a ? (a ? b : c) : c")
    #expect(text(.binary(.optionalCall(a, [Argument(nil, b)]), .coalesce, b)) == "a?(b) ?? b")
    #expect(text(.negation(.binary(a, .add, b))) == "-(a + b)")
    #expect(text(.member(.binary(.integer(0), .range, a), "indices")) == "(0..<a).indices")
  }

  @Test func keywordsStandInBackquotes() {
    #expect(text(.call(.name("repeat"), [Argument("in", .name("default"))])) == "`repeat`(in: `default`)")
    #expect(text(.assignment(.member(.name("x"), "repeat"), a)).hasPrefix("x.`repeat` = a"))
    let file = SwiftFile(header: [], imports: [], declarations: [.extension("class", [])])
    #expect(Printer.print(file).contains("extension `class` {"))
    #expect(Identifier.property("self") == "selfLayer" && Identifier.property("1x1") == "layer1x1")
    #expect(Identifier.lowerCamel("count_padding") == "countPadding" && Identifier.upperCamel("se_block") == "SeBlock")
  }

  @Test func textsAreEscaped() {
    #expect(text(.string("a \"b\" \\(c)\n\u{1}é")) == #""a \"b\" \\(c)\n\u{1}é""#)
    #expect(text(.interpolation([.text("layer"), .expression(.binary(a, .add, .integer(1)))])) == #""layer\(a + 1)""#)
  }

  private func text(_ statement: Statement) -> String { text([statement]) }

  @Test func longCallsAreFilled() {
    let arguments = (0..<12).map { Argument("argument\($0)", .integer($0)) }
    let lines = text(.constant("value", .call("function", arguments))).split(separator: "\n")
    #expect(lines[0] == "let value = function(")
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("  argument") && $0.count <= 118 } && lines.count == 3)
    #expect(lines[2].hasSuffix("argument11: 11)"))
  }

  @Test func longChainsAreBrokenBeforeTheirOperators() {
    let long = SwiftExpression.name(String(repeating: "x", count: 60))
    let sum = SwiftExpression.binary(.binary(long, .add, .binary(a, .multiply, b)), .add, long)
    let x = String(repeating: "x", count: 60)
    #expect(text(.constant("y", sum)) == "let y =\n  \(x)\n  + a * b\n  + \(x)")
    #expect(text(.returned(sum)) == "return \(x)\n  + a * b\n  + \(x)")
    let difference = SwiftExpression.binary(long, .subtract, .binary(long, .subtract, c))
    #expect(text(.returned(difference)) == "return \(x)\n  - (\(x) - c)")
    #expect(text(.constant("y", .binary(long, .add, c))) == "let y = \(x) + c")
  }

  @Test func linesOfAnotherFileEndWithTheStatements() {
    let line = SourceLine(file: "a/\"b\".yaml", line: 3)
    let inner: [Statement] = [.located(line, .assignment(a, b))]
    #expect(
      text([.located(line, .assignment(a, b)), .conditional(.expression(c), then: inner), .returned(a)]) == #"""
        #sourceLocation(file:"a/\"b\".yaml",line:3)
        a = b
        #sourceLocation()
        if c {
          #sourceLocation(file:"a/\"b\".yaml",line:3)
          a = b
          #sourceLocation()
        }
        return a
        """#)
    #expect(line.description == "\"b\".yaml:3")
  }

  @Test func aCommentStaysOnItsLineIfThereIsRoom() {
    #expect(text(.returned(a, comment: "why")) == "return a  // why")
    let long = String(repeating: "word ", count: 23)
    #expect(text(.returned(a, comment: long)).hasPrefix("// word"))
  }

  @Test func aListThatIsCountedIsBrokenWhereItIsTooLong() {
    let flags = (0..<30).map { SwiftExpression.literal($0.isMultiple(of: 2) ? "true" : "false") }
    let loop = Statement.loop(
      pattern: "(i, flag)", .call(.member(.array(flags, isTable: false), "enumerated"), []), [.assignment(a, b)])
    let lines = text(loop).split(separator: "\n")
    #expect(lines.first == "for (i, flag) in [" && lines.allSatisfy { $0.count <= 120 }, "\(lines)")
    #expect(lines.contains("].enumerated() {"))
  }

  @Test func blocks() {
    let loop = Statement.loop(
      pattern: "(i, n)", .call(.member(.array([a, b], isTable: true), "enumerated"), []),
      [.conditional(.bindings(["down", "repeat"]), then: [.assignment(a, b)], else: [.assignment(b, a)])])
    #expect(
      text(loop) == """
        for (i, n) in [
          a,
          b,
        ].enumerated() {
          if let down, let `repeat` {
            a = b
          } else {
            b = a
          }
        }
        """)
    #expect(
      text(.constant("rows", .array([.integer(1), .integer(2)], isTable: true))) == "let rows = [\n  1,\n  2,\n]")
  }

  @Test func textsOfSpecsStayWithinComments() {
    let property = Property(
      "a", type: "Int", access: .internal, documentation: ["one\ntwo\r\nthree"], comment: "1\nlet b = 2")
    let structure = Structure("S", access: .internal, documentation: [], members: [.property(property)])
    let file = SwiftFile(header: ["x\nimport y"], imports: [], declarations: [.structure(structure)])
    #expect(
      Printer.print(file) == """
        // x import y

        struct S {
          /// one
          /// two
          /// three
          let a: Int  // 1 let b = 2
        }

        """)
  }

  @Test func aFile() {
    let property = Property("conv1", type: "Conv2D", isVariable: true, access: .public, documentation: ["The first."])
    let initializer = Function(
      "init",
      [Parameter("channels", label: "in", type: "Int"), Parameter("stride", type: "Int", default: .integer(1))],
      access: .public, documentation: [], body: [.assignment(.name("conv1"), .call("Conv2D"))])
    let structure = Structure(
      "Net", conformances: ["Module"], access: .public, documentation: ["A net.", "", "Its words."],
      members: [.property(property), .function(initializer)])
    let file = SwiftFile(
      header: ["Generated."], imports: ["Tensors", "NeuralNetworks"], declarations: [.structure(structure)])
    #expect(
      Printer.print(file) == """
        // Generated.

        import NeuralNetworks
        import Tensors

        /// A net.
        ///
        /// Its words.
        public struct Net: Module {
          /// The first.
          public var conv1: Conv2D

          public init(in channels: Int, stride: Int = 1) {
            conv1 = Conv2D()
          }
        }

        """)
  }
}
