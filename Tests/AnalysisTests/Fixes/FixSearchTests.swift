import Analysis
import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import Testing

/// The fixes that are computed for a spec, and the spec after them.
private struct FixRun {
  var diagnostics: [Diagnostic]
  var sources: SourceTable

  init(_ text: String) throws {
    var compilation = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text]))
    _ = try #require(compilation.attempt)
    compilation.addFixes(within: .seconds(60))
    diagnostics = compilation.diagnostics
    sources = compilation.sources
  }

  /// The text after the first fix of the first finding.
  func fixedText() throws -> String {
    let fix = try #require(diagnostics.first?.fixes.first)
    return sources[fix.edit.span.source].applying([fix.edit])
  }
}

private func findings(_ text: String) -> [String] {
  Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text])).diagnostics.map(\.message)
}

@Suite("Computed fixes") struct FixSearchTests {
  private static let head = "cnnc: 1\ninput: {channels: 16, size: 32}\nlayers:\n"

  @Test(
    "no fix makes one value of two outputs",
    arguments: [("{x: a, y: prev}", false), ("{y: prev}", true), ("{x: a, y: a}", true)])
  func outputsStayApart(outputs: String, isOffered: Bool) throws {
    let text = """
      cnnc: 1
      input: {channels: 3, size: 16}
      layers:
        - {name: a, max_pool: {kernel: 16}}
        - max_pool: {kernel: 2}
      outputs: \(outputs)

      """
    let run = try FixRun(text)
    let fixes = run.diagnostics.flatMap(\.fixes)
    #expect(fixes.contains { $0.description.hasPrefix("leave max_pool") } == isOffered, "\(fixes.map(\.description))")
  }

  @Test(
    "a residual gets a projection, whichever way it is written",
    arguments: [
      (
        "  - residual: [conv: {out: 32, kernel: 3, stride: 2, padding: 1}]\n",
        "  - residual: [conv: {out: 32, kernel: 3, stride: 2, padding: 1}]\n    shortcut: {name: downsample, project: conv}\n"
      ),
      (
        "  - {residual: [conv: {out: 32, kernel: 1}]}   # kept\n",
        "  - {residual: [conv: {out: 32, kernel: 1}], shortcut: {name: downsample, project: conv}}   # kept\n"
      ),
      (
        "  - {residual: [conv: {out: 32, kernel: 1}], shortcut: identity}\n",
        "  - {residual: [conv: {out: 32, kernel: 1}], shortcut: {name: downsample, project: conv}}\n"
      ),
      (
        "  - seq: [residual: [conv: {out: 32, kernel: 1}]]\n",
        "  - seq: [{residual: [conv: {out: 32, kernel: 1}], shortcut: {name: downsample, project: conv}}]\n"
      ),
      (
        "  - residual:\n      - conv: {out: 32, kernel: 1}\n      - batch_norm\n  - relu\n",
        "  - residual:\n      - conv: {out: 32, kernel: 1}\n      - batch_norm\n"
          + "    shortcut: {name: downsample, project: [conv: {bias: false}, batch_norm]}\n  - relu\n"
      ),
    ])
  func projection(written: String, fixed: String) throws {
    let run = try FixRun(Self.head + written)
    #expect(run.diagnostics.map(\.id) == [.residualMismatch])
    #expect(run.diagnostics[0].fixes.first?.isUnambiguous == true)
    #expect(try run.fixedText() == Self.head + fixed)
    #expect(findings(Self.head + fixed) == [])
  }

  @Test("a projection says what it adds")
  func effect() throws {
    let run = try FixRun(Self.head + "  - residual: [conv: {out: 32, kernel: 3, stride: 2, padding: 1, bias: false}]\n")
    // A 1×1 convolution with bias: 16·32 + 32 parameters, 16·16·16·32 MACs.
    #expect(
      run.diagnostics[0].fixes.first?.description
        == "shortcut: {name: downsample, project: conv}     inserts a 1×1 stride-2 16→32 projection, +544 parameters, +131,072 MACs"
    )
  }

  @Test(
    "a linear layer on maps gets a flatten",
    arguments: [
      ("  - relu\n  - linear: {out: 10}\n", "  - relu\n  - flatten\n  - linear: {out: 10}\n"),
      ("  - seq: [relu, linear: {out: 10}]\n", "  - seq: [relu, flatten, linear: {out: 10}]\n"),
      ("  - name: fc\n    linear: {out: 10}\n", "  - flatten\n  - name: fc\n    linear: {out: 10}\n"),
    ])
  func flatten(written: String, fixed: String) throws {
    let run = try FixRun(Self.head + written)
    #expect(run.diagnostics.map(\.id) == [.wrongRank])
    #expect(try run.fixedText() == Self.head + fixed)
    #expect(findings(Self.head + fixed) == [])
  }

  @Test("a pool with the wrong stride is found behind an expectation")
  func forgottenStride() throws {
    let text =
      Self.head + """
          - max_pool: {kernel: 3, stride: 1}   # kept
          - flatten
          - {name: fc, linear: {out: 10}, expect: {input: [3600]}}

        """
    let run = try FixRun(text)
    #expect(run.diagnostics.map(\.message) == ["the input of linear is 14400, but 3600 is expected"])
    #expect(run.diagnostics[0].fixes.first?.isUnambiguous == true)
    #expect(try run.fixedText() == text.replacing("stride: 1", with: "stride: 2"))
    #expect(
      run.diagnostics[0].notes.last?.message
        == "the chain first leaves what is expected at max_pool max_pool1: 16×30×30 instead of 16×15×15")
  }

  @Test("a pool forgotten at the end of every row is found")
  func forgottenPools() throws {
    let text =
      Self.head + """
          - for_each:
              rows: [{out: 8}, {out: 16}]
              layers:
                - conv: {out: out, kernel: 3, padding: half}
                - relu   # the last
          - flatten
          - {name: fc, linear: {out: 10}, expect: {input: [1024]}}

        """
    let run = try FixRun(text)
    let fixes = run.diagnostics[0].fixes.map(\.description)
    #expect(fixes.contains { $0.hasPrefix("put max_pool: {kernel: 2} after relu (line 8), at the end of each row") })
    let edit = try #require(run.diagnostics[0].fixes.first { $0.description.hasPrefix("put max_pool") }?.edit)
    let fixed = run.sources[edit.span.source].applying([edit])
    #expect(fixed == text.replacing("# the last\n", with: "# the last\n        - max_pool: {kernel: 2}\n"))
    #expect(findings(fixed) == [])
  }

  @Test("a parameter of a block is changed where the block is used")
  func throughBlocks() throws {
    let text = """
      cnnc: 1
      input: {channels: 3, size: 8}
      blocks:
        Conv:
          params: {out: int, groups: int = 1}
          layers: [conv: {out: out, kernel: 1, groups: groups}]
      layers:
        - Conv: {out: 8}
        - Conv: {out: 9, groups: 3}

      """
    let run = try FixRun(text)
    #expect(run.diagnostics.map(\.id) == [.notDivisible])
    let edited = run.diagnostics[0].fixes.map { run.sources[$0.edit.span.source].applying([$0.edit]) }
    for text in edited { #expect(findings(text) == []) }
  }

  @Test(
    "every fix that is shown mends its finding and makes no other",
    arguments: [
      "  - conv: {out: 8, kernel: 40}\n", "  - conv: {out: 10, kernel: 1, groups: 4}\n",
      "  - max_pool: {kernel: 2, padding: 2}\n",
      "  - {branches: [conv: {out: 4, kernel: 3}, conv: {out: 4, kernel: 1}], join: concat}\n",
      "  - {branches: [conv: {out: 4, kernel: 1}, conv: {out: 6, kernel: 1}], join: add}\n",
      "  - gate: [global_avg_pool, conv: {out: 4, kernel: 1}]\n",
    ])
  func shownFixesHold(written: String) throws {
    let run = try FixRun(Self.head + written)
    let fixes = try #require(run.diagnostics.first?.fixes)
    #expect(!fixes.isEmpty)
    for fix in fixes {
      #expect(findings(run.sources[fix.edit.span.source].applying([fix.edit])) == [], "\(fix.description)")
    }
  }

  @Test(
    "only what does not fit is changed, along the axes along which it does not",
    arguments: [
      (
        "{channels: 3, depth: 4, height: 12, width: 12}", "max_pool: {kernel: [1, 30, 2]}",
        ["max_pool: {kernel: [1, 12, 2]}"]
      ),
      (
        "{channels: 3, depth: 4, height: 12, width: 12}", "conv: {out: 8, kernel: [3, 3, 15], padding: [1, 0, 0]}",
        [
          "conv: {out: 8, kernel: [3, 3, 15], padding: [1, 0, 7]}",
          "conv: {out: 8, kernel: [3, 3, 12], padding: [1, 0, 0]}",
        ]
      ),
      (
        "{channels: 3, size: [4, 12]}", "conv: {out: 8, kernel: [9, 3]}",
        ["conv: {out: 8, kernel: [9, 3], padding: [4, 0]}", "conv: {out: 8, kernel: [4, 3]}"]
      ),
      (
        "{channels: 3, size: [4, 12]}", "max_pool: {kernel: [9, 3], stride: 1, padding: [0, 1]}",
        [
          "max_pool: {kernel: [9, 3], stride: 1, padding: half}",
          "max_pool: {kernel: [4, 3], stride: 1, padding: [0, 1]}",
        ]
      ),
      (
        "{channels: 3, size: 12}", "avg_pool: {kernel: [3, 5], padding: [2, 0]}",
        ["avg_pool: {kernel: [3, 5], padding: [1, 0]}", "avg_pool: {kernel: [3, 5], padding: valid}"]
      ),
      (
        "{channels: 3, size: 4}", "conv: {out: 8, kernel: 9}",
        ["conv: {out: 8, kernel: 9, padding: half}", "conv: {out: 8, kernel: 4}"]
      ),
      ("{channels: 3, length: 12}", "max_pool: {kernel: 30}", ["max_pool: {kernel: 12}"]),
      (
        "{channels: 3, length: 12}", "conv: {out: 8, kernel: 9, dilation: 2}",
        ["conv: {out: 8, kernel: 9, dilation: 2, padding: 8}"]
      ),
      (
        "{channels: 3, size: [12, 8]}", "transposed_conv: {out: 8, kernel: 4, padding: [20, 1]}",
        ["transposed_conv: {out: 8, kernel: 4, padding: [2, 1]}"]
      ),
      (
        "{channels: 3, size: 12}", "max_pool: {kernel: 3, stride: 1, dilation: 2, padding: half}",
        [
          "max_pool: {kernel: 3, stride: 1, dilation: 2, padding: 1}",
          "max_pool: {kernel: 3, stride: 1, dilation: 2, padding: same}",
          "max_pool: {kernel: 3, stride: 1, dilation: 2, padding: valid}",
        ]
      ),
    ])
  func alongTheAxisAtFault(input: String, written: String, fixed: [String]) throws {
    let head = "cnnc: 1\ninput: \(input)\nlayers:\n  - relu\n"
    let run = try FixRun("\(head)  - \(written)\n  - relu\n")
    let fixes = try #require(run.diagnostics.first?.fixes)
    let texts = fixes.map { run.sources[$0.edit.span.source].applying([$0.edit]) }
    #expect(texts == fixed.map { "\(head)  - \($0)\n  - relu\n" })
    #expect(fixes.map(\.isUnambiguous) == fixed.map { _ in fixed.count == 1 })
  }

  @Test("a stride before a window that does not fit is changed along the axis at fault")
  func strideAlongTheAxisAtFault() throws {
    let text =
      "cnnc: 1\ninput: {channels: 3, size: [12, 40]}\nlayers:\n  - conv: {out: 4, kernel: 1, stride: 4}\n  - max_pool: {kernel: 4}\n"
    let run = try FixRun(text)
    let texts = try #require(run.diagnostics.first?.fixes.map { run.sources[$0.edit.span.source].applying([$0.edit]) })
    #expect(texts.contains(text.replacing("max_pool: {kernel: 4}", with: "max_pool: {kernel: [3, 4]}")))
    #expect(texts.contains(text.replacing("stride: 4", with: "stride: [1, 4]")), "\(texts)")
    #expect(!texts.contains(text.replacing("stride: 4", with: "stride: 1")), "\(texts)")
  }

  @Test("findings that no edit mends are left as they are")
  func nothingFound() throws {
    let run = try FixRun(Self.head + "  - conv: {out: 0, kernel: 1}\n")
    #expect(run.diagnostics.map(\.id) == [.outOfRange])
    #expect(run.diagnostics[0].fixes.isEmpty)
  }
}
