import ArgumentParser
import Testing

@testable import cnnc

@Suite("cnnc check") struct CheckCommandTests {
  private static let sound = """
    cnnc: 1
    model: Small
    params: {classes: int = 10}
    input: {channels: 3, size: 8}
    layers:
      - conv: {out: 4, kernel: 3}
      - relu
      - flatten
      - linear: {out: classes}

    """

  @Test("exit status 0 for a clean spec, 1 for findings, 2 for what cannot be read")
  func exitStatus() throws {
    let folder = try TemporaryFolder()
    let good = try folder.write(Self.sound, to: "good.yaml")
    let bad = try folder.write(Self.sound.replacing("kernel: 3", with: "kernel: 30"), to: "bad.yaml")
    #expect(try status(of: ["check", good, "-o", folder.path("out")]) == .success)
    #expect(try status(of: ["check", bad, "-o", folder.path("out")]) == .findings)
    #expect(try status(of: ["check", good, bad, "-o", folder.path("out")]) == .findings)
    // Errors that leave nothing to report leave the report that is there.
    for format in ["text", "csv"] {
      let report = ["-o", folder.path("kept"), "--format", format]
      #expect(try status(of: ["check", good] + report) == .success)
      let kept = try folder.read("kept")
      #expect(try status(of: ["check", bad] + report) == .findings)
      #expect(try !kept.isEmpty && folder.read("kept") == kept)
    }
    #expect(try status(of: ["check", folder.path("none.yaml"), "-o", folder.path("out")]) == .unusable)
    #expect(try status(of: ["check", bad, folder.path("none.yaml"), "-o", folder.path("out")]) == .unusable)
  }

  @Test(
    "what the command line may not say is refused",
    arguments: [
      ["check"], ["check", "a.yaml", "--depth", "0"], ["check", "a.yaml", "--columns", "nonsense"],
      ["check", "a.yaml", "--input", "3xx4"], ["check", "a.yaml", "--input", "0x4x4"],
      ["check", "a.yaml", "--batch", "0"],
      ["check", "a.yaml", "--set", "alpha"], ["check", "a.yaml", "--count-as", "someone"],
      ["check", "a.yaml", "--variant", "v", "--all-variants"], ["check", "-", "--fix"],
      ["check", "a.yaml", "--explain", "conv1", "--format", "json"],
    ])
  func usage(arguments: [String]) {
    #expect(throws: (any Error).self) { _ = try Cnnc.parseAsRoot(arguments) }
  }

  @Test("the report goes to a file whole, and a failed write leaves what was there")
  func outputFile() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.sound, to: "good.yaml")
    #expect(try status(of: ["check", spec, "-o", folder.path("report.txt")]) == .success)
    #expect(try folder.read("report.txt").contains("1,562"))
    #expect(try status(of: ["check", spec, "-o", folder.path("none/report.txt")]) == .unusable)
    #expect(try folder.names() == ["good.yaml", "report.txt"])
  }

  @Test("--set, --input and --variant change what is built")
  func settings() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.sound + "variants: {two: {classes: 2}}\n", to: "m.yaml")
    func output(_ arguments: [String]) throws -> String {
      #expect(try status(of: ["check", spec, "--format", "json", "-o", folder.path("out")] + arguments) == .success)
      let lines = try folder.read("out").split(separator: "\n")
      return lines.filter {
        $0.contains("\"input\": [") && !$0.contains("name") || $0.contains("\"output\": [") && !$0.contains("name")
      }
      .map { String($0.drop { $0 == " " }) }.joined(separator: " ")
    }
    #expect(try output([]) == "\"input\": [3, 8, 8], \"output\": [10],")
    #expect(try output(["--set", "classes=2 + 3"]) == "\"input\": [3, 8, 8], \"output\": [5],")
    #expect(try output(["--variant", "two", "--input", "1x16x12"]) == "\"input\": [1, 16, 12], \"output\": [2],")
  }

  @Test("--train says what memory a step of training takes, and what fits into some")
  func trainingMemory() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.sound, to: "m.yaml")
    func output(_ arguments: [String]) throws -> String {
      #expect(try status(of: ["check", spec, "--train", "-o", folder.path("out")] + arguments) == .success)
      return try folder.read("out")
    }
    let text = try output(["--batch", "4"])
    #expect(text.contains(": a step of training on 4 images"))
    // 1562 parameters in single precision.
    #expect(text.contains("\n  parameters            6.10 KiB\n") && text.contains("The arena is fullest"))
    for row in ["optimizer", "batch", "arena", "total"] { #expect(text.contains("\n  \(row) "), "\(row)") }
    func largest(_ memory: String) throws -> Int? {
      try output(["--memory", memory]).split(separator: "\n").last { $0.contains("largest batch") }
        .flatMap { $0.split(separator: ": ").last }.flatMap { Int($0.dropLast()) }
    }
    let (one, two) = (try #require(try largest("1MB")), try #require(try largest("2000KB")))
    #expect(one > 4 && two > one)
    #expect(try output(["--memory", "100B"]).contains("No batch fits into 100 B"))
    let low = try output(["--batch", "4", "--memory", "low", "--memory", "1MB"])
    #expect(low.contains(", with --memory low\n") && low.contains("largest batch"))
    let wrong = [
      ["--memory", "4GB"], ["--memory", "low"], ["--train", "--memory", "much"], ["--train", "--quiet"],
      ["--train", "--format", "csv"],
    ]
    for arguments in wrong {
      #expect(throws: (any Error).self) { try status(of: ["check", spec] + arguments) }
    }
  }

  @Test("--train goes by the spec's recipe, with heads and what is frozen")
  func trainingMemoryByRecipe() throws {
    let folder = try TemporaryFolder()
    func row(_ name: String, _ text: String, _ arguments: [String] = []) throws -> String? {
      let spec = try folder.write(text, to: "m.yaml")
      #expect(try status(of: ["check", spec, "--train", "-o", folder.path("out")] + arguments) == .success)
      let lines = try folder.read("out").split(separator: "\n")
      if name == "step" { return lines.first { $0.contains(": a step of training") }.map(String.init) }
      return lines.first { $0.hasPrefix("  \(name) ") }.map { String($0.dropFirst(24)) }
    }
    // 1562 parameters: sgd keeps one number of each, adam two, and an average one more.
    func optimizer(_ text: String) throws -> Double {
      let shown = try #require(try row("optimizer", text))
      return try #require(Double(shown.split(separator: " ")[0])) / 1562 * 256
    }
    // Tensors begin at places that vectors can be read from.
    #expect(try 1..<1.05 ~= optimizer(Self.sound))
    let adam = Self.sound + "train: {optimizer: adam, batch: 8}\n"
    #expect(try 2..<2.1 ~= optimizer(adam))
    #expect(try row("step", adam)?.contains("on 8 images, by the spec's recipe, ") == true)
    #expect(try row("batch", adam) == row("batch", Self.sound, ["--batch", "8"]))
    #expect(try row("step", adam, ["--batch", "3"])?.contains("on 3 images, by the spec's") == true)
    let parts = Self.sound + "train: {batch: 8, accumulate: 4}\n"
    #expect(try row("step", parts)?.contains("on 8 images, of which 2 at once, by") == true)
    #expect(try row("batch", parts) == row("batch", Self.sound, ["--batch", "2"]))
    // The fullest of the stages: where the convolution is frozen nothing is kept for it.
    let stages = "train: {batch: 4, stages: [{freeze: conv1, epochs: 1}, {epochs: 1}]}\n"
    #expect(try row("step", Self.sound + stages)?.contains("by the spec's recipe, stage 2, ") == true)
    let frozen = "train: {freeze: conv1, optimizer: {sgd: {momentum: 0.9}}}\n"
    #expect(try 1450.0 / 1562..<0.95 ~= optimizer(Self.sound + frozen))
    let head = Self.sound.replacing(
      "layers:\n  - conv: {out: 4, kernel: 3}\n",
      with: "layers:\n  - {name: a, conv: {out: 4, kernel: 3}}\n")
    let heads = head + "aux:\n  side: {from: a, weight: 0.3, seq: [flatten, linear: {out: classes}]}\n"
    // The head's own 1450 parameters.
    #expect(try row("parameters", head) == "6.10 KiB" && row("parameters", heads) == "11.77 KiB")
  }

  @Test("--train refuses what cannot learn, and says what no data set is for")
  func trainingMemoryOfOthers() throws {
    let folder = try TemporaryFolder()
    let norm = Self.sound.replacing("  - flatten\n", with: "  - global_avg_pool\n  - batch_norm\n  - flatten\n")
    let still = Self.sound.replacing("kernel: 3", with: "kernel: 3, trainable: false")
      .replacing("out: classes", with: "out: classes, trainable: false")
    let maps = "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [conv: {out: 4, kernel: 3}]\n"
    for (text, options, expected) in [
      (norm, [], ExitCode.findings), (norm, ["--batch", "2"], .success), (still, [], .findings), (maps, [], .success),
      (Self.sound + "train: {freeze: \"*\"}\n", [], .findings),
    ] as [(String, [String], ExitCode)] {
      let spec = try folder.write(text, to: "m.yaml")
      let arguments = [spec, "--train", "-o", folder.path("out")] + options
      #expect(try status(of: ["check"] + arguments) == expected)
      let bench = try status(of: ["bench", "--seconds", "0"] + arguments)
      // The recipe is not a matter of bench.
      #expect(bench == (text.contains("freeze") ? .success : expected))
    }
  }

  @Test("--fix changes the file and keeps its comments")
  func fix() throws {
    let folder = try TemporaryFolder()
    let pooled = Self.sound.replacing("  - relu\n", with: "  - relu\n  - global_avg_pool\n")
    let spec = try folder.write(pooled.replacing("  - flatten\n", with: "  # kept\n"), to: "m.yaml")
    #expect(try status(of: ["check", spec, "-o", folder.path("out")]) == .findings)
    #expect(try status(of: ["check", spec, "--fix", "-o", folder.path("out")]) == .success)
    #expect(try folder.read("m.yaml") == pooled.replacing("  - flatten\n", with: "  # kept\n  - flatten\n"))
  }

  @Test(
    "--fix makes the only change there is, one after the other",
    arguments: [
      (
        "  - cnov: {filters: 4, kernel: (3, 3), in_channels: 3}\n  - dropout: 0,5\n",
        "  - conv: {out: 4, kernel: [3, 3]}\n  - dropout: {rate: 0.5}\n"
      ),
      ("  - {name: a, relu}\n  relu6\n  - {from: [a, aa], add}\n", nil),
      ("  - conv: {out:4, kernel: 3}\n  - max_pool: {kernel: 3, padding: same, stride: 50%}\n", nil),
    ])
  func fixes(layers: String, fixed: String?) throws {
    let folder = try TemporaryFolder()
    let head = "cnnc: 1\nmodel: M\ninput: {channels: 3, size: 8}\nlayers:\n"
    let spec = try folder.write(head + layers, to: "m.yaml")
    let found = try status(of: ["check", spec, "--fix", "-o", folder.path("out")])
    if let fixed {
      #expect(try folder.read("m.yaml") == head + fixed)
      #expect(found == .success)
    } else {
      // Whatever was done, nothing is worse than before, and a second run changes nothing.
      let once = try folder.read("m.yaml")
      _ = try status(of: ["check", spec, "--fix", "-o", folder.path("out")])
      #expect(try folder.read("m.yaml") == once)
    }
  }

  @Test(
    "--fix leaves what another change leaves one of several fixes, and what stands behind a fault that is not mended",
    arguments: [
      (
        "  - {name: a, conv: {out: 8, kernel: 3}}\n  - {name: b, residual: [conv: {out: 16, kernel: 3, padding: half}]}\n"
          + "  - {from: [a, b], add}\n", "{name: a, conv: {out: 8, kernel: 3}}"
      ),
      (
        "  - conv: {out: 8, kernel: 1}\n  - residual: [conv: {out: 7, kernel: 3}, conv: {out: 9, kernel: 3}]\n"
          + "  - max_pool: {kernel: 20}\n", "max_pool: {kernel: 20}"
      ),
    ])
  func openFixes(layers: String, kept: String) throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write("cnnc: 1\nmodel: M\ninput: {channels: 3, size: 16}\nlayers:\n" + layers, to: "m.yaml")
    #expect(try status(of: ["check", spec, "--fix", "-o", folder.path("out")]) == .findings)
    let text = try folder.read("m.yaml")
    #expect(text.contains(kept), "\(text)")
    #expect(try status(of: ["check", spec, "--fix", "-o", folder.path("out")]) == .findings)
    #expect(try folder.read("m.yaml") == text)
  }

  @Test("--fix makes none of several changes, and none that changes another layer")
  func noFix() throws {
    let folder = try TemporaryFolder()
    for (name, text) in [
      ("two.yaml", Self.sound.replacing("  - flatten\n", with: "")),
      ("kernel.yaml", Self.sound.replacing("kernel: 3", with: "kernel: 31")),
    ] {
      let spec = try folder.write(text, to: name)
      #expect(try status(of: ["check", spec, "--fix", "-o", folder.path("out")]) == .findings)
      #expect(try folder.read(name) == text)
    }
  }

  @Test("an input with a batch is refused in words", arguments: ["1x3x8x8x8", "3xx8", "a,b,c,d,e"])
  func inputWithABatch(input: String) throws {
    #expect(
      performing: { try Cnnc.parseAsRoot(["check", "m.yaml", "--input", input]) },
      throws: { error in
        let message = Cnnc.message(for: error)
        return message.contains("'\(input)' is no input")
          && message.contains("--batch") == (input.split { "x,".contains($0) }.count == 5)
      })
  }

  /// Four numbers are a volume's, which a spec of maps is not given.
  @Test("a volume in place of maps is refused")
  func volumeForMaps() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.sound, to: "m.yaml")
    #expect(try status(of: ["check", spec, "--input", "1x3x8x8", "-o", folder.path("out")]) == .unusable)
  }

  @Test("--update-expect writes figures where there are none, and mends those that are off")
  func updateExpect() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.sound, to: "m.yaml")
    #expect(try status(of: ["check", spec, "--update-expect", "-o", folder.path("out")]) == .success)
    let written = Self.sound + "expect: {params: 1562, macs: 5328, output: [10]}\n"
    #expect(try folder.read("m.yaml") == written)
    // A rounded figure that holds stays as it is written.
    let rounded = written.replacing("5328", with: "5.4K")
    _ = try folder.write(rounded.replacing("1562", with: "1500"), to: "m.yaml")
    #expect(try status(of: ["check", spec, "-o", folder.path("out")]) == .findings)
    #expect(try status(of: ["check", spec, "--update-expect", "-o", folder.path("out")]) == .success)
    #expect(try folder.read("m.yaml") == rounded)
  }

  @Test("an expectation that two items share is left where it cannot hold for both")
  func sharedExpectations() throws {
    let folder = try TemporaryFolder()
    let text = """
      cnnc: 1
      input: {channels: 3, size: 8}
      layers:
        - {name: a, conv: {out: 8, kernel: 3}, expect: &e {params: 1}}
        - {name: b, conv: {out: 8, kernel: 3}, expect: *e}
      expect: {params: 808}

      """
    let spec = try folder.write(text, to: "m.yaml")
    #expect(try status(of: ["check", spec, "--update-expect", "-o", folder.path("out")]) == .findings)
    #expect(try folder.read("m.yaml") == text)
  }

  @Test(
    "what is written into a file has its line ends, and a byte order mark stays", arguments: ["\n", "\r\n"],
    ["", "\u{FEFF}"])
  func writersKeepTheForm(end: String, mark: String) throws {
    let folder = try TemporaryFolder()
    let lines = [
      "cnnc: 1", "input: {channels: 3, size: 8}", "layers:", "  - conv: {filters: 8, kernel: 3, activation: relu}",
    ]
    let text = mark + lines.joined(separator: end)
    let spec = try folder.write(text, to: "m.yaml")
    let arguments = ["check", spec, "--fix", "--update-expect", "-o", folder.path("out")]
    #expect(try status(of: arguments) == .success)
    let fixed =
      lines[..<3] + [
        "  - conv: {out: 8, kernel: 3}", "  - relu", "expect: {params: 224, macs: 7776, output: [8, 6, 6]}", "",
      ]
    #expect(try Array(folder.read("m.yaml").utf8) == Array((mark + fixed.joined(separator: end)).utf8))
    // A figure that is mended, and blocks whose fields stand below each other.
    _ = try folder.write(
      mark
        + [
          "cnnc: 1", "input: {channels: 3, size: 8}", "layers:", "  - conv:", "      out: 8", "      kernel: 3",
          "  - batch_norm", "",
        ]
        .joined(separator: end), to: "m.yaml")
    #expect(try status(of: ["check", spec, "--fix", "-o", folder.path("out")]) == .success)
    let block = try folder.read("m.yaml")
    #expect(block.contains("bias: false\(end)") && block.hasPrefix("\(mark)cnnc: 1\(end)"))
  }

  @Test("--update-expect changes a variant's figures for the variant alone, and no other's")
  func updateExpectOfVariants() throws {
    let folder = try TemporaryFolder()
    let text = """
      cnnc: 1
      params: {c: int = 4}
      input: {channels: 3, size: 8}
      layers:
        - {name: s, conv: {out: c, kernel: 3}, expect: {params: 112}}
      variants:
        big: {c: 8, expect: {params: 1}}
      expect: {params: 112}

      """
    let spec = try folder.write(text, to: "m.yaml")
    let update = ["check", spec, "--update-expect", "--all-variants", "-o", folder.path("out")]
    // The layer's figure is the spec's own, and does not hold for the variant.
    #expect(try status(of: update) == .findings)
    #expect(try folder.read("m.yaml") == text.replacing("{params: 1}", with: "{params: 224}"))
    #expect(try status(of: update) == .findings)
    #expect(try folder.read("m.yaml") == text.replacing("{params: 1}", with: "{params: 224}"))
    #expect(try status(of: ["check", spec, "-o", folder.path("out")]) == .success)
    // Nor are they what options make of it.
    #expect(try status(of: ["check", spec, "--set", "c=5", "--update-expect", "-o", folder.path("out")]) == .findings)
    #expect(try folder.read("m.yaml") == text.replacing("{params: 1}", with: "{params: 224}"))
  }

  @Test(
    "sizes may stay open, in multiples too",
    arguments: [
      ("3x224x224", "3×224×224"), ("3xHxW", "3×H×W"), ("3x32Hx32W", "3×32·H×32·W"), ("784", "784"), ("3×8×8", "3×8×8"),
    ])
  func inputs(argument: String, shape: String) {
    #expect(InputShape(argument: argument)?.shape.description == shape)
  }
}
