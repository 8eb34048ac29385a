import Blueprints
import Frontend
import GraphIR
import Shapes
import SpecLanguage
import SwiftEmission
import Testing

/// Lists, loops and blocks that no common formula covers, and what is made of them.
@Suite struct FormTests {
  @Test func equalLayersThatAreHandedOverAreOne() throws {
    let source = try Generated.source(
      layers: "  - Unit: {act: relu}\n  - Unit: {act: relu}\n  - Unit: {act: {relu: }}",
      blocks: "blocks: {Unit: {params: {act: layer}, layers: [conv: {out: 4, kernel: 1}, use: act]}}")
    #expect(!source.contains("uses"), "\(source)")
    #expect(source.contains("relu(conv1(input))"), "\(source)")
  }

  @Test(
    "uses that are handed the same in several places are one type",
    arguments: [
      "Inner", "{Inner: {out: 4}}", "{seq: [batch_norm, relu]}", "prelu", "{conv: {out: 4, kernel: 1}}",
      "{residual: [Inner, prelu]}", "{Unit: {act: {Inner: {out: 4}}}}",
    ])
  func whatHasTensorsIsHandedOver(act: String) throws {
    let source = try Generated.source(
      layers: "  - Unit: {act: \(act)}\n  - Unit: {act: \(act)}\n  - Unit: {act: \(act)}",
      blocks: """
        blocks:
          Inner: {params: {out: int = 4}, layers: [conv: {out: out, kernel: 1}, relu]}
          Unit: {params: {act: layer}, layers: [conv: {out: 4, kernel: 1}, use: act]}
        """)
    let isNested = act.contains("Unit")
    #expect(source.components(separatedBy: "struct Unit").count == (isNested ? 3 : 2), "\(source)")
    #expect(source.components(separatedBy: "struct Inner: Module").count == (act.contains("Inner") ? 2 : 1))
    for word in ["isLong", "uses", "if ", "?"] { #expect(!source.contains(word), "\(source)") }
  }

  @Test("what is handed over stands in the rounds of a loop where it is used")
  func roundsWithLayers() throws {
    let source = try Generated.source(
      layers:
        "  - {name: a, Tower: {act: prelu}}\n  - {name: n, for_each: {rows: 3, layers: [batch_norm, use: norm, relu]}}",
      blocks: """
        params: {norm: layer = prelu}
        blocks:
          Tower:
            params: {act: layer}
            layers: [{name: c, for_each: {rows: [{o: 8}, {o: 16}, {o: 4}], layers: [conv: {out: o, kernel: 3}, use: act, sigmoid]}}]
        """)
    #expect(!source.contains("isLong") && !source.contains("if "), "\(source)")
    #expect(source.contains("for o in [8, 16, 4] {") && source.contains("PReLU()"), "\(source)")
  }

  @Test("copies whose number differs from round to round are no table of as many rows")
  func copiesOfOtherNumbers() throws {
    let source = try Generated.source(
      layers: """
          - name: n
            for_each:
              rows:
                - {block: Unit, act: relu, out: 4, n: 1, s: 1}
                - {block: Unit, act: gelu, out: 6, n: 2, s: 2}
                - {block: Unit, act: tanh, out: 8, n: 3, s: 2}
              layers: [{use: block, with: {act: act, out: out, stride: s if first else 1}, repeat: n}]
        """,
      blocks: """
        blocks:
          Unit:
            params: {act: layer, out: int, stride: int}
            layers: [conv: {out: out, kernel: 3, stride: stride}, use: act]
        """)
    // No loop that takes each stage's copies for three.
    #expect(!source.contains("(2, 2),"), "\(source)")
    for type in ["Unit(", "Unit2(", "Unit3("] { #expect(source.contains(type), "\(source)") }
  }

  @Test("what is handed over under other numbers is a parameter of the one type")
  func numbersOfWhatIsHandedOver() throws {
    let source = try Generated.source(
      layers: "  - Unit: {act: {Inner: {out: 4}}}\n  - Unit: {act: {Inner: {out: 6}}}",
      blocks: """
        blocks:
          Inner: {params: {out: int}, layers: [conv: {out: out, kernel: 1}, relu]}
          Unit: {params: {act: layer}, layers: [conv: {out: 4, kernel: 1}, use: act]}
        """)
    #expect(!source.contains("isLong"), "\(source)")
  }

  @Test func wordsThatDifferAreAllWritten() throws {
    let source = try Generated.source(
      layers: """
          - Unit: {act: gelu}
          - Unit: {act: {gelu: {approximate: tanh}}}
          - Resize: {up: {upsample: {by: 2, mode: nearest}}}
          - Resize: {up: {upsample: {by: 2, mode: bilinear}}}
          - Resize: {up: {pad: {padding: 1, mode: reflect}}}
          - Resize: {up: {pad: {padding: 1, value: 2}}}
          - for_each:
              rows: [{act: gelu}, {act: {gelu: {approximate: tanh}}}]
              layers: [Unit: {act: act}]
        """,
      blocks: """
        blocks:
          Unit: {params: {act: layer}, layers: [conv: {out: 4, kernel: 1}, use: act]}
          Resize: {params: {up: layer}, layers: [use: up]}
        """)
    for text in ["x = gelu(x) ", "approximate: true", "mode: .bilinear", "mode: .reflect", "mode: .constant(2)"] {
      #expect(source.contains(text), "\(text) is not in\n\(source)")
    }
  }

  @Test func identityKeepsTheNumbersBehindIt() throws {
    let list = try Generated.source(layers: "  - {name: a, seq: [conv: {out: 4, kernel: 1}, identity, batch_norm]}")
    #expect(list.contains("Identity(), BatchNorm2D(channels: 4))"))
    let loop = try Generated.source(
      layers: "  - {name: n, for_each: {rows: [{o: 3}, {o: 5}], layers: [conv: {out: o, kernel: 1}, identity]}}")
    #expect(loop.contains("for o in [3, 5] {") && loop.contains("n.append(Identity())"))
  }

  @Test func whatIdentityTakesFromElsewhereIsWrittenOut() throws {
    let source = try Generated.source(
      layers: """
          - {name: a, conv: {out: 4, kernel: 1}}
          - {name: b, conv: {out: 4, kernel: 1}}
          - name: f
            seq:
              - {from: a, identity}
              - {from: b, conv: {out: 4, kernel: 1}}
          - {from: [f.0, f.1], add}
        """)
    #expect(source.contains("visitor.visit(&f_1, \"f.1\")"))
  }

  @Test func numbersAsNamesReplaceTheNumbers() throws {
    let source = try Generated.source(
      layers: "  - {name: f, seq: [{name: 7, conv: {out: 4, kernel: 1}}, batch_norm]}\n  - {name: 12, batch_norm}")
    #expect(source.contains("f.append(Conv2D(in: 4, out: 4, kernel: 1, padding: .half), name: \"7\")"))
    #expect(source.contains("visitor.visit(&layer12, \"12\")"))
  }

  @Test func twoLoopsHaveOneVariable() throws {
    let source = try Generated.source(
      layers: """
          - name: f
            seq:
              - for_each: {rows: 2, layers: [conv: {out: prev.c + 1, kernel: 1}]}
              - conv: {out: 9, kernel: 1}
              - for_each: {rows: 2, layers: [conv: {out: prev.c + 1, kernel: 1}]}
        """)
    #expect(source.contains("f.append(Conv2D(in: channels, out: 9, kernel: 1, padding: .half))\n    channels = 9\n"))
  }

  @Test func aLoopThatWidensEndsBeforeWhatFollows() throws {
    let source = try Generated.source(
      layers: "  - {name: b, Widen: {n: 2}}",
      blocks: """
        blocks:
          Widen:
            params: {n: int}
            layers: [{name: m, conv: {out: prev.c + 2, kernel: 1}, repeat: n}, conv: {out: 4, kernel: 1}]
        """)
    #expect(source.contains("width = width + 2"))
    #expect(source.contains("conv1 = Conv2D(in: 8, out: 4, kernel: 1, padding: .half)"))
  }

  @Test func copiesOfSeveralTypesAreLoopsOfTheirOwn() throws {
    let source = try Generated.source(
      layers: "  - {name: body, Rep: {out: 6, stride: 2 if first else 1}, repeat: 4}",
      blocks: """
        blocks:
          Rep:
            params: {out: int, stride: int = 1}
            layers:
              - branches:
                  identity: {when: input.c == out and stride == 1, batch_norm}
                  a: {conv: {out: out, kernel: 1, stride: stride}}
                  b: {conv: {out: out, kernel: 1, stride: stride}}
                join: add
              - relu
        """)
    #expect(source.contains("body.append(Rep(in: 4, out: 6, stride: 2))"))
    #expect(source.contains("for _ in 0..<3 {\n      body.append(Rep2(in: 6, out: 6))"))
  }

  @Test func copiesAloneInAListAreOneElement() throws {
    let source = try Generated.source(
      layers: "  - {name: a, List}",
      blocks: """
        blocks:
          Unit: {layers: [conv: {out: 4, kernel: 1}]}
          List: {seq: [{Unit: {}, repeat: 3}]}
        """)
    // `Sequential(array)` would have the array's elements for its own, under other names.
    #expect(!source.contains("Sequential((0..<3)"))
    #expect(source.contains("a.append("), "\(source)")
  }

  @Test func anArgumentOfRowAndCopyIsWrittenOut() throws {
    let source = try Generated.source(
      layers: """
          - {name: a, for_each: {rows: [{n: 2, p: 1}, {n: 3, p: 2}], layers: [{B: {by: p if first else i}, repeat: n}]}}
        """,
      blocks: """
        blocks:
          B:
            params: {by: float}
            layers: [scale: {by: by}, conv: {out: 4, kernel: 1}]
        """)
    #expect(source.contains("B(in: 4, by: Double(i == 0 ? p : i))"), "\(source)")
  }

  @Test func aSeparableConvolutionMayMultiply() throws {
    let source = try Generated.source(layers: "  - separable_conv: {out: 6, kernel: 3, multiplier: 2}")
    #expect(source.contains("conv1 = SeparableConv2D(in: 4, out: 6, kernel: 3, multiplier: 2)"))
  }

  @Test func whatNothingReadsIsLeftOut() throws {
    // The channels change from round to round, and no layer asks for them.
    let source = try Generated.source(
      layers: """
          - name: f
            for_each:
              rows: [{o: 8, p: 1}, {o: 12, p: 2}]
              layers: [{pad: {channels: [0, 4]}}, relu]
          - {name: end, relu}
          - max_pool: {kernel: 2}
        """, more: "outputs: {a: end, b: f}")
    #expect(!source.contains("channels ="))
    #expect(source.contains("_ = maxPool("))
  }

  @Test func aChoiceOfSeveralTypesIsMadeOne() throws {
    let source = try Generated.source(
      layers: "  - {name: a, B: {by: 0.5 if first else i}, repeat: 3}",
      blocks: """
        blocks:
          B:
            params: {by: float}
            layers: [scale: {by: by}, conv: {out: 4, kernel: 1}]
        """)
    #expect(source.contains("by: i == 0 ? 0.5 : Double(i)"), "\(source)")
  }

  @Test func openSizesAreRefusedWithTheirPlace() throws {
    let text = """
      cnnc: 1
      model: Net
      input: {channels: 3, size: 16}
      blocks: {Stem: {layers: [conv: {out: 8, kernel: 3}]}}
      layers: [{name: stem, Stem}]
      """
    var options = BuildOptions()
    options.input = .maps(3, .symbol("H"), .symbol("W"))
    let compilation = Compilation("net.yaml", options: options, files: MemoryFiles(texts: ["net.yaml": text]))
    let (spec, graph) = (try #require(compilation.spec), try #require(compilation.graph))
    let error = #expect(throws: GenerationError.self) {
      try SwiftGenerator.generate(graph, spec: spec, sources: compilation.sources)
    }
    #expect(error?.place == "net.yaml:3:8")
    #expect(error?.description.contains("'stem.conv1' in block Stem") == true)
    #expect(error?.description.contains("--input 3x224x224") == true)
  }

  @Test("the numbers of a list that differs between uses are taken from the parameter")
  func pairsThatDiffer() throws {
    let source = try Generated.source("specs/resnet20_cifar.yaml").source
    #expect(source.contains("Pad(before: channels2[0], after: channels2[1])"), "\(source)")
  }

  /// The library's and Swift's own names, and two things of one name; `Fixtures/hostile_names.yaml` is compiled as well.
  @Test(arguments: [
    ("{name: Stem, Stem: {}}", "var StemLayer: Stem"),
    ("{name: Tensor, conv: {out: 4, kernel: 1}}", "var TensorLayer: Conv2D"),
    ("{name: Sequential, seq: [conv: {out: 4, kernel: 1}, relu]}", "var SequentialLayer: Sequential"),
    ("{name: Net, conv: {out: 4, kernel: 1}}", "var NetLayer: Conv2D"), ("{name: Net2, Stem: {}}", "var Net2: Stem"),
  ])
  func propertiesAreNotCalledAsTypes(level: String, property: String) throws {
    let source = try Generated.source(
      layers: "  - \(level)\n  - Stem", blocks: "blocks: {Stem: {layers: [conv: {out: 4, kernel: 1}]}}")
    #expect(source.contains(property), "\(source)")
  }

  @Test(arguments: ["Tensor", "Int", "Conv2D", "Module", "URL", "Weights"])
  func networksAreNotCalledAsTypes(name: String) throws {
    let text = "cnnc: 1\nmodel: \(name)\ninput: {channels: 4, size: 16}\nlayers: [conv: {out: 4, kernel: 1}]\n"
    let source = try Generated.source(text: text)
    #expect(source.contains("struct \(name)Network: Model"))
    #expect(!SwiftGenerator.isTypeName(name) && SwiftGenerator.isTypeName("\(name)Network"))
  }
}
