import PythonSource
import Testing

@Suite("Printed Python")
struct PrinterTests {
  private func text(_ statements: [PythonStatement], width: Int = 88) -> String {
    let function = PythonFunction("f", [PythonParameter("x", "Tensor")], result: "None", body: statements)
    let file = PythonFile(documentation: ["A file."], declarations: [.function(function)])
    let text = PythonPrinter.print(file, width: width)
    let head = "-> None:\n"
    let parts = text.split(separator: head, maxSplits: 1)
    #expect(parts.count == 2 && parts[0].hasPrefix("\"\"\"A file.\"\"\"\n\n\ndef f("))
    return String(parts.last ?? "")
  }

  private func name(_ text: String) -> PythonExpression { .name(text) }

  private func call(_ function: String, _ arguments: String...) -> PythonExpression {
    .call(function, arguments.map { PythonArgument(nil, .name($0)) })
  }

  @Test func argumentsStandOnALineOfTheirOwnWhereTheyFitThere() {
    let value = call("function", "first", "second", "third")
    #expect(text([.expression(value)], width: 40) == "    function(first, second, third)\n")
    #expect(text([.expression(value)], width: 30) == "    function(\n        first, second, third\n    )\n")
    #expect(
      text([.expression(value)], width: 26)
        == "    function(\n        first,\n        second,\n        third,\n    )\n")
  }

  @Test func aLoneArgumentHasNoCommaBehindIt() {
    let value = PythonExpression.call(
      "outer", [PythonArgument(nil, call("inner", "first", "second", "third"))])
    #expect(text([.returned(value)], width: 36) == "    return outer(\n        inner(first, second, third)\n    )\n")
    #expect(
      text([.returned(value)], width: 34)
        == "    return outer(\n        inner(\n            first, second, third\n        )\n    )\n")
  }

  @Test func whatIsCalledOnAResultStandsBehindItsBracket() {
    let frozen = PythonExpression.call(
      .member(call("Layer", "first", "second"), "requires_grad_"), [PythonArgument(nil, .literal("False"))])
    #expect(
      text([.returned(frozen)], width: 40)
        == "    return Layer(\n        first, second\n    ).requires_grad_(False)\n")
  }

  @Test("of one operator what follows it is broken where it ends in brackets, as ruff does")
  func brackets() {
    let long = call("pool", "first", "second", "third")
    func times(_ right: PythonExpression) -> PythonExpression { .binary(name("half"), .multiply, right) }
    #expect(
      text([.returned(times(long))], width: 36) == "    return half * pool(\n        first, second, third\n    )\n")
    let sum = PythonExpression.binary(name("x"), .add, long)
    #expect(
      text([.returned(times(sum))], width: 40)
        == "    return half * (\n        x + pool(first, second, third)\n    )\n")
    #expect(
      text([.returned(times(sum))], width: 36)
        == "    return half * (\n        x\n        + pool(first, second, third)\n    )\n")
    // Of several operators each begins a line.
    let several = PythonExpression.binary(.binary(name("x"), .add, name("y")), .add, long)
    #expect(
      text([.returned(several)], width: 38)
        == "    return (\n        x\n        + y\n        + pool(first, second, third)\n    )\n")
    let part = PythonExpression.subscripted(long, .tuple([.slice(nil, nil), .slice(nil, 24)]))
    #expect(
      text([.returned(part)], width: 38) == "    return pool(\n        first, second, third\n    )[:, :24]\n")
  }

  @Test func listsAndTuplesHaveALineForEachElement() {
    let list = PythonExpression.list([name("first"), name("second")])
    #expect(text([.assignment(name("x"), list)], width: 20) == "    x = [\n        first,\n        second,\n    ]\n")
    #expect(text([.returned(.tuple([name("first")]))]) == "    return (first,)\n")
    let dictionary = PythonExpression.dictionary([
      PythonArgument("a", name("first")), PythonArgument("b", name("second")),
    ])
    #expect(text([.returned(dictionary)]) == "    return {\"a\": first, \"b\": second}\n")
    #expect(
      text([.returned(dictionary)], width: 30)
        == "    return {\n        \"a\": first,\n        \"b\": second,\n    }\n")
  }

  @Test func aComprehensionIsBrokenBeforeItsFor() {
    let block = call("Block", "first", "second")
    let list = PythonExpression.call(
      "Sequential",
      [
        PythonArgument(
          nil, .starred(.comprehension(block, variable: "i", in: .call("range", [PythonArgument(nil, .integer(3))]))))
      ])
    #expect(
      text([.expression(list)], width: 44) == """
            Sequential(
                *[
                    Block(first, second)
                    for i in range(3)
                ]
            )

        """)
  }

  @Test func operatorsThatDoNotFitStandInParenthesesAtTheBeginningOfTheirLines() {
    let sum = PythonExpression.binary(.binary(name("first"), .or, name("second")), .or, name("third"))
    #expect(
      text([.assignment(name("x"), sum)], width: 24)
        == "    x = (\n        first\n        or second\n        or third\n    )\n")
    #expect(
      text([.conditional(sum, then: [.returned(name("x"))])], width: 24)
        == "    if (\n        first\n        or second\n        or third\n    ):\n        return x\n")
  }

  @Test func parenthesesStandWhereTheyAreNeeded() {
    let sum = PythonExpression.binary(name("a"), .add, name("b"))
    #expect(PythonPrinter.flat(.binary(sum, .divide, .integer(2))) == "(a + b) / 2")
    #expect(PythonPrinter.flat(.binary(name("c"), .subtract, sum)) == "c - (a + b)")
    #expect(PythonPrinter.flat(.binary(sum, .subtract, name("c"))) == "a + b - c")
    #expect(PythonPrinter.flat(.not(.binary(name("a"), .and, name("b")))) == "not (a and b)")
    #expect(PythonPrinter.flat(.not(.binary(name("a"), .equal, name("b")))) == "not a == b")
    let choice = PythonExpression.conditional(name("c"), then: name("a"), else: name("b"))
    #expect(PythonPrinter.flat(.binary(choice, .multiply, .integer(2))) == "(a if c else b) * 2")
    #expect(
      PythonPrinter.flat(.conditional(choice, then: name("x"), else: choice))
        == "x if (a if c else b) else a if c else b")
    #expect(PythonPrinter.flat(.member(.literal("-1"), "abs")) == "(-1).abs")
  }

  @Test func textsAreEscaped() {
    #expect(PythonPrinter.flat(.string("a\"b")) == "'a\"b'")
    #expect(PythonPrinter.flat(.string("a'\"b\\")) == "\"a'\\\"b\\\\\"")
    #expect(PythonPrinter.flat(.string("\n\u{1}")) == "\"\\n\\x01\"")
    #expect(PythonPrinter.flat(.string("\u{202E}\u{9F}")) == "\"\\u202e\\x9f\"")
    let marked = PythonFile(documentation: ["a\u{1B}[31m\u{202E}b\u{2028}c"], declarations: [])
    #expect(PythonPrinter.print(marked) == "\"\"\"a\\\\u{1B}[31m\\\\u{202E}b\\\\u{2028}c\"\"\"\n")
    #expect(PythonPrinter.flat(.formatted([.text("a{"), .expression(name("i"))])) == "f\"a{{{i}\"")
    let file = PythonFile(documentation: ["A \"\"\" in it", "", "and \\ at the end \""], declarations: [])
    #expect(PythonPrinter.print(file) == "\"\"\"A \\\"\"\" in it\n\nand \\\\ at the end \"\n\"\"\"\n")
  }

  @Test func declarationsStandApart() {
    let type = PythonClass(
      "Net", bases: ["nn.Module"], documentation: ["A network."],
      methods: [
        PythonFunction(
          "forward", [PythonParameter("self", ""), PythonParameter("x", "Tensor", default: .literal("None"))],
          result: "Tensor", body: [.returned(name("x"))])
      ])
    let file = PythonFile(
      documentation: ["A file."], imports: [[], ["import torch"]],
      declarations: [
        .constant("A", .integer(1)), .constant("B", .integer(2)), .structure(type), .source("class C: ..."),
      ])
    #expect(
      PythonPrinter.print(file) == """
        \"""A file.\"""

        import torch

        A = 1
        B = 2


        class Net(nn.Module):
            \"""A network.\"""

            def forward(self, x: Tensor = None) -> Tensor:
                return x


        class C: ...

        """)
  }

  @Test func namesAreMadeOfWhatPythonTakes() {
    #expect(PythonNames.name("3x3-conv") == "layer3x3_conv" && PythonNames.name("class") == "class_")
    #expect(
      PythonNames.isName("conv1") && !PythonNames.isName("1") && !PythonNames.isName("is")
        && !PythonNames.isName("größe"))
  }
}
