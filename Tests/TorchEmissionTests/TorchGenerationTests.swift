import Layers
import Testing
import TorchEmission

@Suite("Generated PyTorch")
struct TorchGenerationTests {
  @Test(arguments: TorchSource.specs)
  func everySpecIsGeneratedTheSameEachTime(_ spec: String) throws {
    // A file of blocks is no network.
    guard !spec.hasSuffix("blocks/tail.yaml") else { return }
    let result = try TorchSource.source(spec)
    #expect(try TorchSource.source(spec).source == result.source)
    #expect(result.source.contains("class \(result.typeName)(nn.Module):"))
    #expect(result.reasonForPlain == nil)
    #expect(result.source.hasSuffix("\n") && !result.source.contains("\n\n\n\n"))
    // Nothing is imported that is not there, and nothing of cnnc's.
    for line in result.source.split(separator: "\n") where line.hasPrefix("import ") || line.hasPrefix("from ") {
      let module = line.split(separator: " ")[1].split(separator: ".")[0]
      #expect(["math", "collections", "functools", "typing", "torch"].contains(module), "\(line)")
    }
  }

  @Test func everyKindIsAModuleOrAFunction() {
    for declaration in LayerRegistry.all {
      for hasTensors in [false, true] {
        for axes in 0...3 {
          let spelling = declaration.kind.torch(TorchUse(axes: axes, hasTensors: hasTensors, fields: [:]))
          #expect(spelling.module != nil || spelling.application != nil, "\(declaration.keyword)")
          for name in spelling.fieldNames {
            #expect(declaration.field(named: name) != nil, "\(declaration.keyword): \(name)")
          }
          // What is written without a label comes first.
          let labels = spelling.arguments.map(\.isLabelled)
          #expect(labels == labels.filter { !$0 } + labels.filter { $0 }, "\(declaration.keyword)")
        }
      }
    }
  }

  @Test func usesThatAreHandedTheSameAreOneClass() throws {
    let source = try TorchSource.source(
      layers: "  - Unit: {act: Inner}\n  - Unit: {act: Inner}\n  - Unit: {act: {seq: [batch_norm, prelu]}}\n"
        + "  - Unit: {act: {seq: [batch_norm, prelu]}}",
      blocks: """
        blocks:
          Inner: {layers: [conv: {out: 4, kernel: 1}, relu]}
          Unit: {params: {act: layer}, layers: [conv: {out: 4, kernel: 1}, use: act]}
        """)
    #expect(source.components(separatedBy: "\nclass Unit").count == 3, "\(source)")
    #expect(source.components(separatedBy: "\nclass Inner").count == 2)
    #expect(!source.contains("is_long") && !source.contains("if self."), "\(source)")
  }

  @Test func helpersAreWrittenOnceAndOnlyWhereTheyAreUsed() throws {
    let source = try TorchSource.source(
      layers: """
          - {name: a, conv: {out: 4, kernel: 3, stride: 2, padding: same}}
          - {name: b, conv: {out: 4, kernel: 2, padding: [0, 1, 1, 0]}}
          - {name: c, conv: {out: 4, kernel: 3, padding: same}}
        """)
    #expect(source.components(separatedBy: "class PaddedConv2d(nn.Conv2d):").count == 2)
    #expect(source.contains("self.a = PaddedConv2d(4, 4, kernel_size=3, stride=2, pad=\"same\")"))
    #expect(source.contains("self.b = PaddedConv2d(4, 4, kernel_size=2, pad=(0, 1, 1, 0))"))
    #expect(source.contains("self.c = nn.Conv2d(4, 4, kernel_size=3, padding=\"same\")"))
    #expect(!source.contains("Apply") && !source.contains("def fill"))
  }

  @Test func paddingIsInPixels() throws {
    let source = try TorchSource.source(
      layers: """
          - {name: a, conv: {out: 4, kernel: [3, 5], padding: half, dilation: 2}}
          - {name: b, Block: {k: 3}}
          - {name: c, Block: {k: 5}}
          - {name: d, Any: {k: [1, 3]}}
          - {name: e, Any: {k: 3}}
        """,
      blocks: """
        blocks:
          Block: {params: {k: int}, layers: [conv: {out: 4, kernel: k, padding: half}]}
          Any: {params: {k: size}, layers: [conv: {out: 4, kernel: k, padding: half}]}
        """)
    #expect(source.contains("padding=(2, 4), dilation=2"), "\(source)")
    #expect(source.contains("padding=k // 2"), "\(source)")
    #expect(source.contains("padding=pixels(\"half\", k)"), "\(source)")
  }

  @Test func firstValuesAreTheSpecs() throws {
    let source = try TorchSource.source(
      layers: """
          - {name: a, conv: {out: 4, kernel: 1, init: he_normal}}
          - {name: b, conv: {out: 4, kernel: 1, init: {weight: {normal: {std: 0.01}}, bias: zeros}}}
          - {name: c, conv: {out: 4, kernel: 1, init: {truncated_normal: {std: 0.5}}}}
          - {name: d, conv: {out: 4, kernel: 1, bias: false, trainable: false, init: ones}}
          - {name: e, batch_norm: {trainable: false}}
          - {name: f, conv: {out: 4, kernel: 1, normalize_weight: weight_norm, init: xavier_uniform}}
          - {name: g, conv: {out: 4, kernel: 1, normalize_weight: spectral_norm}}
        """)
    for line in [
      "self.a = start(nn.Conv2d(4, 4, kernel_size=1), weight=nn.init.kaiming_normal_)",
      "weight=partial(nn.init.normal_, std=0.01),", "bias=nn.init.zeros_,",
      "weight=partial(nn.init.trunc_normal_, std=0.5, a=-1.0, b=1.0),",
      "self.d = fixed(nn.Conv2d(4, 4, kernel_size=1, bias=False), weight=[1])",
      "self.e = nn.BatchNorm2d(4).requires_grad_(False)",
      "self.f = set_lengths(", "WeightNormConv2d(4, 4, kernel_size=1)", "weight_v=nn.init.xavier_uniform_",
      "self.g = nn.utils.spectral_norm(nn.Conv2d(4, 4, kernel_size=1))", "from functools import partial",
    ] { #expect(source.contains(line), "\(line) is not in\n\(source)") }
  }

  @Test func whatIsAddedLaterIsNotWrittenOver() throws {
    let source = try TorchSource.source(
      layers: """
          - {name: a, conv: {out: 4, kernel: 1}}
          - {residual: [{avg_pool: {kernel: 2, stride: 1, padding: [0, 1, 0, 1]}}, {scale: {by: 2.0}}], scale: 0.5}
        """)
    let lines = source.split(separator: "\n").map { $0.drop { $0 == " " } }
    let pool = try #require(lines.firstIndex { $0.contains("* padded_avg_pool2d(x,") })
    #expect(!lines[pool].hasPrefix("x = "), "\(source)")
  }

  @Test func headsAreInTrainingOnly() throws {
    let source = try TorchSource.source(
      layers: """
          - {name: a, conv: {out: 4, kernel: 1}}
          - {name: b, conv: {out: 4, kernel: 1}}
          - global_avg_pool
          - flatten
        """, more: "aux: {aux1: {from: a, weight: 0.3, seq: [global_avg_pool, flatten, linear: {out: 10}]}}")
    for line in [
      "def __init__(self, heads: bool = True) -> None:", "        if heads:\n", "        self.has_heads = heads\n",
      "        if self.training and self.has_heads:\n", "return (result, aux1)",
      "-> Tensor | tuple[Tensor, ...]:",
    ] { #expect(source.contains(line), "\(line) is not in\n\(source)") }
    #expect(source.contains("nn.Linear(4, 10)"))
  }

  /// An hourglass: a block that is handed to itself, as deep as one likes. A type cannot hold itself.
  @Test(arguments: 1...5)
  func blocksWithinThemselves(levels: Int) throws {
    let inner = (0..<levels).reduce("R") { inner, _ in "{H: {inner: \(inner)}}" }
    let source = try TorchSource.source(
      layers: "  - {name: stem, conv: {out: 4, kernel: 1}}\n  - {name: hg, \(inner.dropFirst().dropLast())}",
      blocks: """
        blocks:
          R: {layers: [conv: {out: 4, kernel: 1}]}
          H: {params: {inner: layer}, layers: [{name: low, use: inner}]}
        """)
    let types = source.matches(of: /class (H\d*)\(/).map { String($0.1) }
    #expect(Set(types) == Set((1...levels).map { $0 == 1 ? "H" : "H\($0)" }), "\(source)")
    #expect(source.matches(of: /self\.(hg|low) = H\d*\(/).count == levels)
  }

  @Test func severalInputsAndOutputsHaveTheirNames() throws {
    let source = try TorchSource.source("Tests/GraphIRTests/Fixtures/sharing.yaml").source
    #expect(source.contains("def forward(self, left: Tensor, right: Tensor, hint: Tensor) -> Tensor:"), "\(source)")
    #expect(source.contains("self.a(left)") && source.contains("self.a(right)"))
    let taps = try TorchSource.source("Tests/SwiftEmissionTests/Fixtures/taps.yaml").source
    #expect(taps.contains("dict[str, Tensor]"), "\(taps)")
  }

  @Test func namesThatPythonHasTakenAreNamesOfTensorsAllTheSame() throws {
    let source = try TorchSource.source(
      layers: """
          - {name: train, conv: {out: 4, kernel: 1}}
          - {name: lambda, conv: {out: 4, kernel: 1}}
          - {name: seq, seq: [{name: append, conv: {out: 4, kernel: 1}}, {name: last, conv: {out: 4, kernel: 1}}]}
          - {name: level, layers: [{name: keys, conv: {out: 4, kernel: 1}}, {name: inner, conv: {out: 4, kernel: 1}}]}
          - {name: block, Block: {range: 3, nn: 1}}
        """,
      blocks: "blocks: {Block: {params: {range: int, nn: int}, layers: [conv: {out: range, kernel: nn}]}}")
    for line in [
      "self._modules[\"train\"] = nn.Conv2d(", "self._modules[\"lambda\"] = nn.Conv2d(",
      "seq._modules[\"append\"] = nn.Conv2d(", "self.level = nn.ModuleDict()",
      "self.level._modules[\"keys\"] = nn.Conv2d(", "self.level[\"inner\"] = nn.Conv2d(",
    ] { #expect(source.contains(line), "\(line) is not in\n\(source)") }
    #expect(!source.contains("range: int") && !source.contains("nn: int"))
  }

  @Test("names of Python's own are no variables, and what a module cannot be called is refused")
  func namesOfPythonsOwn() throws {
    for (name, variable) in [("_", "__"), ("__", "___"), ("__class__", "__class___")] {
      let source = try TorchSource.source(layers: "  - {name: \(name), seq: [batch_norm, relu], repeat: 2}")
      #expect(source.contains("        \(variable) = nn.Sequential()\n"), "\(source)")
      #expect(source.contains("for _ in range(2):"))
    }
    for name in ["training", "__deepcopy__"] {
      let error = #expect(throws: (any Error).self) {
        try TorchSource.source(layers: "  - {name: \(name), conv: {out: 4, kernel: 3}}")
      }
      #expect(error.map { "\($0)" }?.contains("a module of PyTorch cannot be called '\(name)'") == true)
    }
  }

  @Test func commentsNameTheSpecsLinesOnRequest() throws {
    let layers = "  - {name: a, conv: {out: 4, kernel: 1}}\n  - relu\n  - max_pool: {kernel: 2}"
    #expect(try !TorchSource.source(layers: layers).contains("# net.yaml"))
    let source = try TorchSource.source(layers: layers, options: TorchOptions(locatesSources: true))
    #expect(source.contains("        # net.yaml:6\n        x = F.relu(self.a(x))\n"), "\(source)")
  }

  @Test("a learned factor is a real number, whatever it is written as")
  func wholeFactor() throws {
    let source = try TorchSource.source(layers: "  - {name: a, scale: {by: 2, trainable: true}}")
    #expect(source.contains("self.a = ChannelScale(4, by=2)") && source.contains("float(by)"), "\(source)")
  }

  @Test func firstValuesOfAFileAreInTheSource() throws {
    let layers = "  - {name: a, conv: {out: 2, kernel: 1, bias: false, init: {file: data/first.txt}}}"
    let source = try TorchSource.source(layers: layers, files: ["data/first.txt": "1 2 3 4 5 6 7 8"])
    #expect(source.contains("weight=partial(fill, values=[1, 2, 3, 4, 5, 6, 7, 8]),"), "\(source)")
    #expect(!source.contains("def fixed") && source.contains("def fill"))
  }

  @Test func numbersOfAFileAreInTheSource() throws {
    let source = try TorchSource.source(
      layers: "  - global_avg_pool\n  - flatten\n  - {name: first, rbf: {out: 3, centers: data/a-codes.txt}}",
      files: ["data/a-codes.txt": "1 -1 0.5 1e3\n2 3 4 1e-9\n0 0 0 0"])
    #expect(source.contains("self.first = fixed(RadialBasis(4, 3), centers=A_CODES)"), "\(source)")
    #expect(source.contains("A_CODES = \"\"\"\n1 -1 0.5 1000 2 3 4 1e-09 0 0 0 0\n\"\"\"\n"), "\(source)")
  }
}

extension TorchSpelling.Argument {
  fileprivate var isLabelled: Bool {
    switch self {
    case .channels, .channelsTimes, .shape, .inputCount, .field(_, nil), .required(_, nil): false
    case .constant(let text): text.contains("=")
    default: true
    }
  }
}
