import Diagnostics
import Expressions
import Testing

@testable import SpecLanguage

@Suite("Reading specs")
struct SpecReaderTests {
  private static let start = "cnnc: 1\ninput: {channels: 3, size: 32}\n"

  private func read(_ texts: [String: String], _ path: String = "a/spec.yaml") -> (spec: Spec?, findings: [String]) {
    var reader = SpecReader(files: MemoryFiles(texts: texts))
    let spec = reader.read(path)
    return (
      spec,
      reader.diagnostics.sorted.map {
        "\(reader.sources[$0.span.source].path):\($0.span.start.line):\($0.span.start.column) \($0.id.rawValue)"
      }
    )
  }

  private func read(_ text: String) -> (spec: Spec?, findings: [String]) {
    read(["a/spec.yaml": Self.start + text])
  }

  @Test func parameters() throws {
    let spec = try #require(
      read(
        "params:\n  a: int\n  b: float = 0.5\n  c: size = [3, 5]\n  d: padding = half\n  e: layer = relu\n"
          + "  f: bool = true\n  g: int=  2 * a\nlayers: [relu]\n"
      ).spec)
    #expect(spec.parameters.map(\.name) == ["a", "b", "c", "d", "e", "f", "g"])
    #expect(spec.parameters.map(\.type) == [.int, .float, .size, .padding, .layer, .bool, .int])
    #expect(spec.parameters[0].defaultValue == nil)
    // The place of a default is that of its text.
    #expect(spec.parameters[6].defaultValue?.span.start == Position(line: 10, column: 12))
    guard case .list(let sides)? = spec.parameters[2].defaultValue?.form else {
      Issue.record("no size")
      return
    }
    #expect(sides.compactMap(\.literal) == [.int(3), .int(5)])
  }

  /// `train` and `recipes` are read by their own declarations, with findings in their place.
  @Test func recipes() throws {
    let spec = try #require(
      read("train: {epochs: 3, batch: 8}\nrecipes: {quick: {epochs: 1}, long: {epochs: 90}}\nlayers: [relu]\n").spec)
    #expect(spec.training?["epochs"] == .integer(3) && spec.training?["batch"] == .integer(8))
    #expect(spec.recipes.map(\.name) == ["quick", "long"] && spec.recipes[1].settings["epochs"] == .integer(90))
    #expect(read("train: {epochs: x}\nlayers: [relu]\n").findings == ["a/spec.yaml:3:17 spec.wrong-type"])
    #expect(
      read("recipes: {quick: {epoch: 1}}\nlayers: [relu]\n").findings == ["a/spec.yaml:3:19 spec.unknown-key"])
    #expect(read("recipes: 3\nlayers: [relu]\n").findings == ["a/spec.yaml:3:10 spec.wrong-type"])
    // Another file's network may be trained otherwise.
    let texts = [
      "a/base.yaml": Self.start + "train: {epochs: 3}\nlayers: [relu]\n",
      "a/same.yaml": "cnnc: 1\nnetwork: base.yaml\n",
      "a/other.yaml": "cnnc: 1\nnetwork: base.yaml\ntrain: {batch: 5}\n",
    ]
    #expect(read(texts, "a/same.yaml").spec?.training?["epochs"] == .integer(3))
    let other = try #require(read(texts, "a/other.yaml").spec?.training)
    #expect(other["epochs"] == nil && other["batch"] == .integer(5))
  }

  @Test func defaultsAndFunctionsOfTheirFile() throws {
    let texts = [
      "a/spec.yaml": Self.start
        + "import: [blocks/b.yaml]\ndefaults: {conv: {bias: false}}\nfunctions:\n  f(x): g(x)\nlayers: [B]\n",
      "a/blocks/b.yaml": "cnnc: 1\nimport: [deep/c.yaml]\nfunctions:\n  g(x): h(x)\nblocks:\n  B: {seq: [C]}\n",
      "a/blocks/deep/c.yaml":
        "cnnc: 1\nfunctions: {\"h(x)\": x}\ndefaults: {conv: {padding: half}}\nblocks:\n  C: {seq: [relu]}\n",
    ]
    let spec = try #require(read(texts).spec)
    #expect(spec.units.count == 3)
    #expect(spec.units[0].functions.keys.sorted() == ["f", "g", "h"])
    #expect(spec.units[0].defaults.keys.sorted() == ["conv"])
    #expect(spec.units[2].functions.keys.sorted() == ["h"])
    #expect(spec.blocks["B"]?.unit == 1)
    #expect(spec.blocks["C"]?.unit == 2)
  }

  @Test func fileImportedTwiceCountsOnce() throws {
    let texts = [
      "spec.yaml": Self.start + "import: [b.yaml, c.yaml, ./b.yaml]\nlayers: [B, C]\n",
      "b.yaml": "cnnc: 1\nblocks: {B: {seq: [relu]}}\n",
      "c.yaml": "cnnc: 1\nimport: [b.yaml]\nblocks: {C: {seq: [B]}}\n",
    ]
    #expect(read(texts, "spec.yaml").findings.isEmpty)
  }

  /// Every file that imports functions can call them, whichever file was the first to do so.
  @Test(arguments: ["a.yaml, b.yaml, c.yaml", "c.yaml, b.yaml, a.yaml", "b.yaml, a.yaml, c.yaml, a.yaml"])
  func functionsOfAFileThatSeveralImport(order: String) throws {
    let texts = [
      "spec.yaml": Self.start + "import: [\(order)]\nfunctions: {\"f(x)\": g(h(k(x)))}\nlayers: [B, C]\n",
      "a.yaml": "cnnc: 1\nfunctions: {\"g(x)\": 2 * x}\n",
      "b.yaml": "cnnc: 1\nimport: [a.yaml]\nfunctions: {\"h(x)\": 3 * g(x)}\nblocks: {B: {seq: [relu]}}\n",
      "c.yaml": "cnnc: 1\nimport: [a.yaml]\nfunctions: {\"k(x)\": g(x)}\nblocks: {C: {seq: [B]}}\n",
    ]
    let found = read(texts, "spec.yaml")
    #expect(found.findings.isEmpty)
    let spec = try #require(found.spec)
    let functions = spec.units.map { $0.functions.keys.sorted() }
    #expect(functions.first == ["f", "g", "h", "k"])
    #expect(functions.contains(["g", "h"]) && functions.contains(["g", "k"]))
  }

  @Test(arguments: [
    ("../b.yaml", "spec.import"), ("/etc/passwd", "spec.import"), ("x/../../b.yaml", "spec.import"),
    ("nothing.yaml", "spec.unreadable-file"), ("spec.yaml", "spec.import"), ("./spec.yaml", "spec.import"),
  ])
  func importsAtFault(_ name: String, _ id: String) {
    let texts = ["a/spec.yaml": Self.start + "import: [\(name)]\nlayers: [relu]\n", "b.yaml": "cnnc: 1\n"]
    #expect(read(texts).findings == ["a/spec.yaml:3:10 \(id)"])
  }

  /// What uses a block that is at fault, or one of a file that cannot be read, is no finding of its own.
  @Test(arguments: [
    ("cnnc: 1\nblocks:\n  B: {params: {n: int}}\n", ["a/b.yaml:3:3 spec.missing-key"]),
    ("cnnc: 1\nblocks:\n  B: {layers: [relu], layer: 3}\n", ["a/b.yaml:3:23 spec.unknown-key"]),
    ("cnnc: 1\nblocks:\n  B: {layers: [relu], seq: [relu]}\n", ["a/b.yaml:3:23 spec.conflict"]),
    ("cnnc: 1\nblocks:\n  B: [relu\n", ["a/b.yaml:3:6 spec.syntax"]),
    ("cnnc: 1\nblocks: [B]\n", ["a/b.yaml:2:9 spec.wrong-type"]),
    ("[B]\n", ["a/b.yaml:1:1 spec.wrong-type"]),
    (nil, ["a/spec.yaml:3:10 spec.unreadable-file"]),
    // A file that is whole has no such block, and a layer is none.
    ("cnnc: 1\nblocks: {}\n", ["a/spec.yaml:4:10 spec.unknown-operation", "a/spec.yaml:4:23 spec.unknown-operation"]),
  ])
  func blocksAtFault(imported: String?, findings: [String]) {
    var texts = ["a/spec.yaml": Self.start + "import: [b.yaml]\nlayers: [B, {name: x, B}]\n"]
    texts["a/b.yaml"] = imported
    #expect(read(texts).findings == findings)
    texts["a/spec.yaml"] = Self.start + "import: [b.yaml]\nlayers: [B, {name: x, B}, rleu]\n"
    #expect(read(texts).findings.contains("a/spec.yaml:4:27 spec.unknown-operation"))
  }

  @Test func importsOfImportsStayBelowTheSpec() {
    let texts = [
      "a/spec.yaml": Self.start + "import: [blocks/b.yaml]\nlayers: [relu]\n",
      "a/blocks/b.yaml": "cnnc: 1\nimport: [../c.yaml, ../../d.yaml]\n", "a/c.yaml": "cnnc: 1\n", "d.yaml": "cnnc: 1\n",
    ]
    #expect(read(texts).findings == ["a/blocks/b.yaml:2:21 spec.import"])
  }

  @Test func importsNestWithinABound() {
    var texts = ["spec.yaml": Self.start + "import: [i0.yaml]\nlayers: [relu]\n"]
    for level in 0..<40 { texts["i\(level).yaml"] = "cnnc: 1\nimport: [i\(level + 1).yaml]\n" }
    #expect(read(texts, "spec.yaml").findings.map { $0.split(separator: " ")[1] } == ["spec.limit"])
  }

  @Test func oversizedFile() {
    let bytes = [UInt8](repeating: UInt8(ascii: "#"), count: (16 << 20) + 1)
    var reader = SpecReader(files: MemoryFiles(["spec.yaml": bytes]))
    let spec = reader.read("spec.yaml")
    #expect(spec == nil)
    #expect(reader.diagnostics.sorted.map(\.id) == [.limit])
  }

  @Test func byteOrderMarkIsNoText() throws {
    let text = "\u{FEFF}cnnc: 1\ninput: {channels: 3, size: 32}\nlayers: [relu]\n"
    #expect(read(["a/spec.yaml": text]).findings.isEmpty)
    let twice = "\u{FEFF}\u{FEFF}cnnc: 1\ninput: {channels: 3, size: 32}\nlayers: [relu]\n"
    #expect(!read(["a/spec.yaml": twice]).findings.isEmpty)
  }

  @Test func variantsAndSweeps() throws {
    let spec = try #require(
      read(
        "params: {a: float = 1.0, n: int = 1}\nlayers: [relu]\n"
          + "variants: {slim: {a: 0.5, expect: {params: 1331592}}, plain: {}, none: }\n"
          + "sweeps: {t: {over: {a: [1.0, 0.5], n: [1, 2]}, expect: {macs: [1M, 2M, 3M, 4M]}}}\n"
      ).spec)
    #expect(spec.variants.map(\.name) == ["slim", "plain", "none"])
    #expect(spec.variant(named: "slim")?.expectation?.figures.first?.expected.value == 1_331_592)
    #expect(spec.variant(named: "plain")?.expectation == nil)
    #expect(spec.sweeps[0].axes.map(\.parameter) == ["a", "n"])
    #expect(spec.sweeps[0].columns[0].values.count == 4)
  }

  @Test func blocksMayBeUsedBeforeTheyAreDeclared() {
    #expect(read("layers: [B]\nblocks:\n  B: {seq: [C]}\n  C: {seq: [relu]}\n").findings.isEmpty)
  }

  @Test func assignmentsOfTheCommandLine() throws {
    var reader = SpecReader(
      files: MemoryFiles(texts: ["s.yaml": Self.start + "params: {n: int = 1}\nlayers: [relu]\n"]))
    let read = reader.read("s.yaml")
    let spec = try #require(read)
    let assignment = reader.assignment("n=3", in: spec)
    #expect(assignment?.name == "n")
    for (text, id) in [
      ("m=3", DiagnosticID.unknownParameter), ("n=", .missingKey), ("n", .missingKey), ("n=[", .syntax),
    ] {
      var copy = reader
      let none = copy.assignment(text, in: spec)
      #expect(none == nil)
      #expect(copy.diagnostics.sorted.map(\.id) == [id])
    }
  }
}

@Suite("Expected numbers")
struct ExpectedNumberTests {
  private let span = Span(
    source: SourceID(index: 0), start: Position(line: 1, column: 1), end: Position(line: 1, column: 2))

  @Test(arguments: [
    ("4231976", 4_231_976, 0), ("569M", 569_000_000, 1_000_000), ("4.2M", 4_200_000, 100_000), ("7.9K", 7900, 100),
    ("1.25G", 1_250_000_000, 10_000_000), ("25_557_032", 25_557_032, 0), ("0", 0, 0), ("3.000M", 3_000_000, 1000),
  ])
  func value(_ text: String, _ value: Int, _ tolerance: Int) throws {
    let number = try #require(ExpectedNumber(text, span: span))
    #expect(number.value == value)
    #expect(number.tolerance == tolerance)
    #expect(number.accepts(value))
    #expect(number.accepts(value + tolerance) && number.accepts(value - tolerance))
    #expect(!number.accepts(value + tolerance + 1) && !number.accepts(value - tolerance - 1))
  }

  @Test(arguments: [
    "", "M", "-1", "1.5", "1.M", ".5M", "1e6", "1T", "one", "99999999999999999999", "9223372036854775807G", "1.2.3M",
    "0.0001K", "١٢",
  ])
  func noNumber(_ text: String) { #expect(ExpectedNumber(text, span: span) == nil) }

  @Test func hugeDifferences() throws {
    let number = try #require(ExpectedNumber("9223372036854775807", span: span))
    #expect(!number.accepts(-2))
    #expect(!number.accepts(Int.min))
  }
}
