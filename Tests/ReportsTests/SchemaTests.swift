import Diagnostics
import Foundation
import Layers
import Reports
import SpecLanguage
import Testing
import YAML

/// The schema that editors use, held to the language that the compiler reads.
@Suite struct SchemaTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let validator = SchemaValidator(JSONSchema.value)

  private static func faults(_ text: String) -> [String] {
    var diagnostics = DiagnosticBag()
    guard let node = YAMLComposer.compose(Array(text.utf8), source: SourceID(index: 0), into: &diagnostics) else {
      return diagnostics.sorted.map(\.message)
    }
    return validator.faults(in: node)
  }

  /// What the schema says of one item of a spec's layers.
  private static func faults(inItem item: String, more: String = "") -> [String] {
    faults("cnnc: 1\ninput: {channels: 3, size: 8}\n\(more)\nlayers:\n  - \(item)\n")
  }

  @Test func fileIsFresh() throws {
    let file = Self.root.appending(path: "schema/cnnc.schema.json")
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    let text = JSONSchema.text()
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil, recorded != text {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(recorded == text, "RECORD_GOLDEN=1 make test writes schema/cnnc.schema.json anew")
  }

  static let specs: [String] = {
    let folder = root.appending(path: "specs")
    let names = FileManager.default.enumerator(atPath: folder.path(percentEncoded: false))?.allObjects as? [String]
    return (names ?? []).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix("errors/") }.sorted()
  }()

  @Test(arguments: specs) func specIsValid(_ name: String) throws {
    let text = try String(contentsOf: Self.root.appending(path: "specs/\(name)"), encoding: .utf8)
    #expect(Self.faults(text) == [])
  }

  // MARK: Broken specs

  /// Findings that a schema can make too.
  static let findings = [
    "spec.unknown-key", "spec.missing-key", "spec.wrong-word", "spec.wrong-type", "spec.unknown-operation",
    "spec.no-operation", "spec.two-operations", "spec.version",
  ]
  /// Broken specs with such findings whose fault a schema cannot know: it depends on what the file declares, where any
  /// word may be a parameter's name, and 1e3 is a whole number for JSON.
  static let unknowable: Set = [
    "beginner_exponent.yaml", "beginner_keras_padding.yaml", "block_argument_misspelled.yaml", "fields_forgotten.yaml",
    "import_of_a_spec.yaml", "kernel_forgotten.yaml", "parameter_without_value.yaml", "unknown_block.yaml",
  ]

  static let brokenSpecs: [String] = {
    let folder = root.appending(path: "specs/errors")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
    return names.filter { name in
      guard name.hasSuffix(".yaml"),
        let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
      else { return false }
      return findings.contains { text.contains("error[\($0)]") }
    }.sorted()
  }()

  @Test(arguments: brokenSpecs) func brokenSpecIsNotValid(_ name: String) throws {
    let text = try String(contentsOf: Self.root.appending(path: "specs/errors/\(name)"), encoding: .utf8)
    #expect(Self.faults(text).isEmpty == Self.unknowable.contains(name))
  }

  @Test func thereAreBrokenSpecs() { #expect(Self.brokenSpecs.count >= 40) }

  // MARK: Items and declarations

  @Test func recipes() {
    let recipe = """
      {data: {idx: mnist}, validation: test, epochs: 3, loss: {cross_entropy: {label_smoothing: 0.1}}, optimizer: {sgd: 0.1},
      schedule: {multi_step: {milestones: [3, 4], per: epoch}}, warmup: 2, rates: {"*": 0.1}, augment: [flip, erase: 0.1],
      mix: {mixup: 0.2}, freeze: [a.*], ema: {decay: 0.9}, expect: {top1: 0.9}}
      """
    #expect(Self.faults(inItem: "relu", more: "train: \(recipe)\nrecipes: {other: \(recipe)}") == [])
    for wrong in [
      "{epochs: x}", "{epoch: 3}", "{optimizer: {sgd: {rate: 1}}}", "{augment: [hflip]}", "{schedule: step}",
    ] {
      #expect(Self.faults(inItem: "relu", more: "train: \(wrong)") != [], "\(wrong)")
    }
  }

  @Test(arguments: LayerRegistry.all.map(\.keyword)) func exampleOfKindIsValid(_ keyword: String) throws {
    let declaration = try #require(LayerRegistry.declaration(keyword))
    #expect(Self.faults(inItem: declaration.kind.documentation.example) == [])
    #expect(Self.faults(inItem: keyword) == [])
    #expect(Self.faults(inItem: "{\(keyword): {no_such_field: 1}}") != [])
  }

  @Test(arguments: CombinatorDocumentation.all.map(\.keyword)) func exampleOfCombinatorIsValid(_ keyword: String) throws
  {
    let documentation = try #require(CombinatorDocumentation.all.first { $0.keyword == keyword })
    #expect(Self.faults(inItem: documentation.example) == [])
  }

  @Test(arguments: [
    "relu", "ConvBN", "{name: se, SE}", "{name: block$(stage.i + 1), when: i > 0, repeat: n, relu}",
    "{conv: {out: 8, kernel: [1, 7], padding: [1, 2, 3, 4], bias: norm}}", "{scale: {by: 2}}",
    "{residual: [relu], scale: 0.17, shortcut: pad_channels}", "{residual: relu, shortcut: {name: a, identity}}",
    "{residual: relu, shortcut: {name: a, project: ConvBN}}", "{residual: relu, shortcut: [relu, ConvBN]}",
    "{conv: {out: 8, kernel: 3, init: he_normal}}",
    "{conv: {out: 8, kernel: 3, init: {weight: {normal: {std: 0.01}}, bias: zeros}}}",
    "{from: [up, features.3], concat: {axis: channels}, expect: {output: [512, 7, 7], params: 4.2M}}",
    "{from: [prev, enc$(k - 1).0, input], Up}", "{from: a if i == 0 else cell$(i - 2), relu}", "{splice: ConvBN}",
    "{splice: [ConvBN: {out: 3}, relu]}", "{use: block, with: {out: 2 * out, act: relu, k: [1, 3]}}",
    "{for_each: {rows: [{a: relu, b: {B: {out: 3}}}], layers: [use: b]}}",
  ]) func itemIsValid(_ item: String) { #expect(Self.faults(inItem: item) == []) }

  @Test(arguments: [
    "cnov", "{cnov: {out: 8}}", "{conv: {out: 8, kernal: 3}}", "{conv: {out: 8.5, kernel: 3}}",
    "{conv: {out: 0, kernel: 3}}", "{conv: {out: 8, kernel: [1, 2, 3, 4]}}", "{conv: {out: [8], kernel: 3}}",
    "{conv: {out: 8, kernel: 3, bias: no}}",
    "{max_pool: {kernel: 2, round: up}}", "{name: a}", "{}", "{name: a b, relu}", "{repaet: 2, relu}",
    "{relu: , conv: {out: 8}}", "{ConvBN: , relu: }", "{scale: 0.17}", "{branches: [relu]}",
    "{branches: [relu], join: sum}", "{relu: , join: add}", "{relu: , shortcut: identity}", "[relu]",
    "{residual: [], shortcut: identity}", "{residual: [relu], shortcut: idendity}",
    "{branches: {a b: relu}, join: add}",
    "{relu: , with: {out: 3}}", "{from: a if b, relu}", "{from: enc$k, relu}", "{from: a.$(b, relu}",
    "{for_each: {rows: 3}}", "{for_each: {rows: 3, layers: [relu]}, repeat: 2}", "{for_each: {row: 3, layers: [relu]}}",
    "{conv: {out: 8, kernel: 3, init: he_norml}}", "{relu: , expect: {parms: 3}}", "{relu: , expect: {params: 4.2}}",
  ]) func itemIsNotValid(_ item: String) { #expect(Self.faults(inItem: item) != []) }

  @Test(arguments: [
    "params: {a: int = 3, b: float, c: 'size = [1, 2]', d: layer = relu}", "functions: {f(c): 2 * c}",
    "defaults: {conv: {bias: false}}", "blocks: {A: {params: {out: int}, seq: [relu]}}",
    "variants: {a: , b: {n: 3, s: [1, 2], expect: {params: 3}}}", "labels: [cat, dog]", "import: [a.yaml]",
    "sweeps: {t: {over: {alpha: [1.0, 0.5]}, expect: {macs: [569M, 149M]}}}", "outputs: {logits: fc}",
    "aux: {aux1: {from: a.b, weight: 0.3, Head}}", "weights: {published: {blocks.*.conv: _blocks.#.conv}}",
    "blocks: {A: {inputs: [x, skip], seq: [relu]}}", "outputs: {a: \"stage$(n).0\"}",
    "preprocess: {resize: [256, 256], crop: resolution, mean: 0.5, std: [1, 1, 1], order: bgr}",
  ]) func declarationIsValid(_ text: String) { #expect(Self.faults(inItem: "relu", more: text) == []) }

  @Test(arguments: [
    "parms: {}", "params: {a: integer}", "params: {a: int 3}", "functions: {f: 2}", "defaults: {cnov: {}}",
    "defaults: {conv: {biass: true}}", "blocks: {a: {seq: [relu]}}", "blocks: {A: {}}",
    "blocks: {A: {inputs: [], seq: [relu]}}", "blocks: {A: {inputs: [a b], seq: [relu]}}",
    "blocks: {A: {seq: [relu], layers: [relu]}}", "variants: {a: 3}", "sweeps: {t: {expect: {macs: [1]}}}",
    "sweeps: {t: {over: {a: [1]}, expect: {flops: [1]}}}", "aux: {aux1: {weight: 0.3, Head}}",
    "aux: {aux1: {from: a, weight: 0.3}}", "preprocess: {interpolation: cubic}", "expect: {param: 3}",
  ]) func declarationIsNotValid(_ text: String) { #expect(Self.faults(inItem: "relu", more: text) != []) }

  @Test func filesOfBlocksAreValid() {
    #expect(Self.faults("cnnc: 1\nblocks: {A: {seq: [relu]}}\n") == [])
    #expect(Self.faults("blocks: {A: {seq: [relu]}}\n") != [])
  }

  @Test func aNetworkOfAnotherFileBringsItsLayers() {
    let text =
      "cnnc: 1\nmodel: A\nnetwork: base.yaml\nparams: {n: 3, act: relu, b: {B: {out: n}}}\nexpect: {params: 3}\n"
    #expect(Self.faults(text) == [])
    #expect(Self.faults(text + "layers: [relu]\n") != [])
    #expect(Self.faults(text.replacing("n: 3", with: "1n: 3")) != [])
  }

  @Test func specsNeedInputAndLayers() {
    let missing = Self.faults("cnnc: 1\nmodel: A\nlayers: [relu]\n")
    #expect(!missing.isEmpty && missing.allSatisfy { $0.contains(#"["input"]"#) && $0.contains(#"["inputs"]"#) })
    #expect(Self.faults("cnnc: 1\ninputs: {a: {features: 3}, b: {features: 3}}\nlayers: [relu]\n") == [])
    #expect(Self.faults("cnnc: 1\ninput: {features: 3}\ninputs: {a: {features: 3}}\nlayers: [relu]\n") != [])
    #expect(Self.faults("cnnc: 1\ninputs: {a: {channels: 3}}\nlayers: [relu]\n") != [])
    #expect(Self.faults("cnnc: 2\ninput: {features: 3}\nlayers: [relu]\n").count == 1)
    #expect(Self.faults("cnnc: 1\ninput: {channels: 3}\nlayers: [relu]\n").count == 1)
    #expect(Self.faults("cnnc: 1\ninput: {channels: 3, size: 8, width: 8}\nlayers: [relu]\n").count == 1)
  }
}
