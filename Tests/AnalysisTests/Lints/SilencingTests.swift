import Analysis
import Diagnostics
import Testing

@Suite("Silencing lints") struct SilencingTests {
  private static let pool = "  - max_pool: {kernel: 5}"

  @Test(
    "a comment silences its line, the line below it, or the file",
    arguments: [
      spec("\(pool)  # cnnc: ignore lint.dropped-pixels\n"),
      spec("\(pool)  #cnnc: ignore lint.dropped-pixels (the paper does so)\n"),
      spec("  # cnnc: ignore lint.dropped-pixels\n\(pool)\n"),
      spec("  # cnnc: ignore lint.dropped-pixels\n  # for the paper does so\n\n\(pool)\n"),
      "# cnnc: ignore lint.dropped-pixels\n" + spec("\(pool)\n"),
      "# A network.\n\n# cnnc: ignore lint.*\n" + spec("\(pool)\n"),
      spec("\(pool)  # cnnc: ignore lint.*\n"),
    ])
  func comments(text: String) throws {
    #expect(try Advice(text).lines == [])
  }

  @Test("several identifiers stand in one comment")
  func several() throws {
    let text = spec("\(Self.pool)\n  - relu\n  - relu\n")
    let before = try Advice(text).ids
    #expect(before == ["lint.dropped-pixels", "lint.repeated-activation"])
    let all = try Advice("# cnnc: ignore lint.dropped-pixels, lint.repeated-activation\n" + text)
    #expect(all.lines == [])
  }

  @Test("the command line silences too")
  func ignoring() throws {
    let text = spec("\(Self.pool)\n  - relu\n  - relu\n")
    #expect(try Advice(text, ignoring: ["lint.dropped-pixels"]).ids == ["lint.repeated-activation"])
    #expect(try Advice(text, ignoring: ["lint.dropped-pixels", "lint.repeated-activation"]).ids == [])
    #expect(try Advice(text, ignoring: ["lint.*"]).ids == [])
    #expect(Linter.silenceable.contains("lint.*") && Linter.silenceable.contains("lint.unused-ignore"))
  }

  @Test(
    "a comment elsewhere, about something else, or that is none silences nothing",
    arguments: [
      spec("  - relu  # cnnc: ignore lint.dropped-pixels\n\(pool)\n"),
      spec("\(pool)  # cnnc: ignore lint.unused-node\n"),
    ])
  func elsewhere(text: String) throws {
    #expect(try Advice(text).ids == ["lint.dropped-pixels", "lint.unused-ignore"])
  }

  @Test(
    "a # in a text is no comment",
    arguments: [
      "summary: \"# cnnc: ignore lint.dropped-pixels\"", "summary: '# cnnc: ignore lint.dropped-pixels'",
      "summary: 'it''s # cnnc: ignore lint.dropped-pixels'", "summary: \"\\\" # cnnc: ignore lint.dropped-pixels\"",
      "summary: |\n  # cnnc: ignore lint.dropped-pixels", "summary: >-\n\n  two\n  # cnnc: ignore lint.dropped-pixels",
      "summary: a#cnnc: ignore lint.dropped-pixels".replacing(": ignore", with: ":ignore"),
      "labels: [\"a # cnnc: ignore lint.dropped-pixels\", '\n  # cnnc: ignore lint.dropped-pixels']",
    ])
  func noComment(line: String) throws {
    #expect(try Advice("\(line)\n" + spec("\(Self.pool)\n")).ids == ["lint.dropped-pixels"])
  }

  @Test(
    "quotes within words open nothing",
    arguments: [
      "summary: the network's own # cnnc: ignore lint.dropped-pixels",
      "summary: a 'word' in quotes # cnnc: ignore lint.dropped-pixels",
      "summary: 'a | b' # cnnc: ignore lint.dropped-pixels",
      "summary: |\n  text\n# cnnc: ignore lint.dropped-pixels\nlabels: {}".replacing("\nlabels: {}", with: ""),
    ])
  func afterQuotes(line: String) throws {
    // The comment is found, and not about the pool.
    let found = try Advice("\(line)\n" + spec("\(Self.pool)\n")).ids
    #expect(found == ["lint.dropped-pixels", "lint.unused-ignore"])
  }

  // MARK: lint.unused-ignore

  @Test func unusedIgnore() throws {
    let text = spec(
      "  - relu  # cnnc: ignore lint.unused-node, lint.bias-befor-norm, shape.rank\n  # cnnc: ignore\n  - tanh\n")
    #expect(
      try Advice(text, ignoring: ["lint.repeated-activation"]).lines == [
        "4:26: warning[lint.unused-ignore]: lint.unused-node finds nothing to ignore in line 4",
        "4:44: warning[lint.unused-ignore]: there is no lint 'lint.bias-befor-norm'; did you mean 'lint.bias-before-norm'?",
        "4:66: warning[lint.unused-ignore]: 'shape.rank' is an error, which cannot be ignored",
        "5:5: warning[lint.unused-ignore]: no lint is named, such as lint.unused-block",
      ])
    #expect(
      try Advice("# cnnc: ignore lint.*\n" + spec("  - relu\n")).lines == [
        "1:16: warning[lint.unused-ignore]: lint.* finds nothing to ignore in the file"
      ])
  }

  @Test("a comment that a variant needs is used")
  func neededByVariant() throws {
    let text = """
      cnnc: 1
      params: {norm: bool = false}
      input: {channels: 8, size: 32}
      layers:
        - conv: {out: 8, kernel: 1}   # cnnc: ignore lint.bias-before-norm
        - {when: norm, batch_norm}
      variants: {bn: {norm: true}}

      """
    #expect(try Advice(text).lines == [])
    #expect(try Advice(text, variant: "bn").lines == [])
    #expect(try Advice(text.replacing("{norm: true}", with: "{norm: false}")).ids == ["lint.unused-ignore"])
  }

  @Test("a comment about what only further builds show is judged with them")
  func thorough() throws {
    let text = "# cnnc: ignore lint.no-effect\n" + spec("  - relu\n")
    #expect(try Advice(text).lines == [])
    #expect(try Advice(text, isThorough: true).ids == ["lint.unused-ignore"])
    let used = "# cnnc: ignore lint.no-effect\nparams: {a: int = 1}\n" + spec("  - {repeat: a // a, relu}\n")
    #expect(try Advice(used, isThorough: true).lines == [])
  }

  @Test("comments of an imported file silence what is found in it, and need not")
  func imported() throws {
    let library = """
      cnnc: 1
      blocks:
        Pool: {layers: [max_pool: {kernel: 5}]}   # cnnc: ignore lint.dropped-pixels
        Other: {layers: [relu]}   # cnnc: ignore lint.unused-node

      """
    let text = "cnnc: 1\nimport: [lib.yaml]\ninput: {channels: 8, size: 32}\nlayers: [Pool]\n"
    #expect(try Advice(text, files: ["lib.yaml": library]).lines == [])
  }
}
