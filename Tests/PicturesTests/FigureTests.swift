import GraphIR
import Testing

@testable import Pictures

@Suite("Figures")
struct FigureTests {
  @Test func convolutionsTakeTheirNormAndActivation() throws {
    let figure = Picture(of: try Networks.text("  [conv: {out: 8, kernel: 3}, batch_norm, relu, relu]"), depth: 1)
      .figure
    #expect(figure.boxes.map(\.lines) == [["input 4×16×16"], ["conv 3×3, 8", "BN · ReLU · ReLU"], ["output 8×16×16"]])
  }

  @Test func aUsedValueEndsItsBox() throws {
    let layers = """
        - {name: a, conv: {out: 8, kernel: 3}}
        - {name: b, relu}
        - {from: [a, b], add}
      """
    let figure = Picture(of: try Networks.text(layers), depth: 1).figure
    #expect(figure.boxes.map(\.nodes) == [[], [0], [1], [2], []])
  }

  /// A layer that takes a value twice has two arrows, each with a way of its own; a folded block takes it once.
  @Test func aValueTwiceHasTwoArrows() throws {
    let layers = """
        - {name: a, conv: {out: 8, kernel: 1}}
        - {name: j, from: [a, a, a], concat}
        - {name: k, from: [j, j], add}
        - {branches: [identity, identity], join: multiply}
      """
    let graph = try Networks.text(layers)
    let figure = Picture(of: graph, depth: 1).figure
    let counts = figure.boxes.map { box in figure.edges.count { $0.to == box.id } }
    #expect(figure.boxes.map(\.nodes) == [[], [0], [1], [2], [3], []])
    #expect(counts == [0, 1, 3, 2, 2, 1])
    for direction in [Direction.down, .right] {
      let layout = Layout(figure, direction: direction)
      #expect(Set(layout.routes.map { $0.map { [$0.x, $0.y] } }).count == figure.edges.count)
      #expect(layout.routes.allSatisfy { $0.count >= 2 })
    }
    let dot = Picture(of: graph, depth: 1).dot()
    #expect(dot.split(separator: "\n").count { $0.contains("b1 -> b2") } == 3)
    let folded = try Networks.text(
      "  - {name: m, layers: [{name: x, relu}, {from: [x, x], add}]}\n")
    #expect(Picture(of: folded, depth: 1).figure.edges.count == 2)
    #expect(Picture(of: folded, depth: nil).figure.edges.count == 4)
  }

  @Test func preactivationLeads() throws {
    let layers = "  [batch_norm, relu, conv: {out: 8, kernel: 3}, batch_norm, relu, conv: {out: 8, kernel: 1}]"
    let boxes = Picture(of: try Networks.text(layers), depth: 1).figure.boxes
    #expect(
      boxes.dropFirst().dropLast().map(\.lines) == [["BN · ReLU", "conv 3×3, 8"], ["BN · ReLU", "conv 1×1, 8"]])
    #expect(boxes[1].titleLine == 1)
  }

  @Test func copiesFoldIntoStacks() throws {
    let graph = try Networks.published("resnet50.yaml")
    let folded = Picture(of: graph, depth: 1).figure
    #expect(folded.boxes.filter { $0.form == .block }.map(\.copies) == [3, 4, 6, 3])
    #expect(folded.boxes[3].lines == ["layer1 · Bottleneck ×3", "64×56×56 → 256×56×56", "216 K parameters"])
    let open = Picture(of: graph, depth: 2).figure
    #expect(
      open.frames.map(\.title).prefix(4) == [
        "layer1.0 · Bottleneck", "layer1.1–2 · Bottleneck ×2", "layer2.0 · Bottleneck", "layer2.1–3 · Bottleneck ×3",
      ])
    #expect(Picture(of: graph, depth: nil).figure.frames.count == 16)
  }

  @Test func copiesThatGrowSayWhoseShapesAreShown() throws {
    let figure = Picture(of: try Networks.published("densenet121.yaml"), depth: 2).figure
    #expect(figure.frames[0].title == "denseblock1.denselayer1–6 · DenseLayer ×6")
    #expect(figure.frames[0].subtitle == "shapes of the first")
    let last = try #require(figure.edges.first { figure.boxes[$0.to].frame == 1 && figure.boxes[$0.from].frame == 0 })
    #expect(figure.shapes[last.value] == "256×56×56")
  }

  @Test func headsStandBeside() throws {
    let figure = Picture(of: try Networks.published("googlenet.yaml"), depth: 1).figure
    #expect(
      figure.sides.map { figure.boxes[$0.source].lines[0] } == ["inception4a · Inception", "inception4d · Inception"])
    #expect(
      figure.boxes.filter { $0.color == .head }.map { $0.lines[2] }
        == Array(repeating: "3.19 M parameters · weight 0.3", count: 2))
  }

  @Test func outputsThatAreNotTheLastStandBeside() throws {
    let layers = """
        - {name: a, conv: {out: 8, kernel: 3}}
        - {name: b, relu}
      """
    let figure = Picture(of: try Networks.text(layers, more: "outputs: {one: a, two: b}"), depth: 1).figure
    #expect(figure.sides.count == 1)
    #expect(figure.boxes.suffix(2).map(\.lines) == [["output one 8×16×16"], ["output two 8×16×16"]])
  }

  @Test func referencesIntoBranchesPassBoxes() throws {
    let layers = """
        - {name: p, conv: {out: 8, kernel: 3}}
        - branches:
            a: [conv: {out: 8, kernel: 3}, {name: mid, relu}]
            b: [{from: [p, a.mid], add}, conv: {out: 8, kernel: 3}]
            c: [{from: a.mid, conv: {out: 8, kernel: 3}}, relu, max_pool: {kernel: 3, stride: 1, padding: half}]
          join: concat
      """
    let figure = Picture(of: try Networks.text(layers, more: "outputs: {one: p}"), depth: 1).figure
    for direction in Direction.allCases {
      let layout = Layout(figure, direction: direction)
      #expect(LayoutFaults.overlaps(layout) + LayoutFaults.crossings(figure, layout) == [])
    }
  }

  @Test func skipsRunAtTheSide() throws {
    for depth in [1, 2] {
      let figure = Picture(of: try Networks.unet(), depth: depth).figure
      for direction in Direction.allCases {
        let layout = Layout(figure, direction: direction)
        #expect(LayoutFaults.overlaps(layout) + LayoutFaults.crossings(figure, layout) == [])
        #expect(LayoutFaults.strays(figure, layout) == [])
      }
    }
  }
}
