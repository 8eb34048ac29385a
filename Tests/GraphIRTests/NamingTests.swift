import GraphIR
import Testing

/// The rules by which layers and tensors get their names.
@Suite struct NamingTests {
  private func paths(_ layers: String, blocks: String = "") throws -> [String] {
    try TestSpecs.build(layers: layers, blocks: blocks).layerPaths
  }

  private func message(_ layers: String, blocks: String = "") -> String {
    do {
      return try TestSpecs.build(layers: layers, blocks: blocks).name
    } catch {
      return "\(error)".split(separator: "\n").first.map(String.init) ?? ""
    }
  }

  private static let unit = "blocks:\n  Unit: {layers: [conv: {out: 4, kernel: 3}, batch_norm, relu]}\n"
  private static let pair = "blocks:\n  Pair: {seq: [conv: {out: 4, kernel: 3}, batch_norm]}\n"

  // MARK: 1. What has a name is a level

  @Test func namesOfLevelsMakePathsAndListsWithoutNamesAddNothing() throws {
    let layers = """
        - {name: stem, Unit}
        - seq: [conv: {out: 4, kernel: 1}, seq: [conv: {out: 4, kernel: 1}]]
        - {name: part, seq: [{name: inner, Unit}]}
      """
    #expect(
      try paths(layers, blocks: Self.unit) == [
        "stem.conv1", "stem.bn1", "conv1", "conv2", "part.inner.conv1", "part.inner.bn1",
      ])
  }

  @Test func tensorsAreNamedAsInPyTorch() throws {
    let graph = try TestSpecs.build(layers: "  - {name: stem, Unit}", blocks: Self.unit)
    #expect(
      graph.tensorNames == [
        "stem.conv1.weight", "stem.conv1.bias", "stem.bn1.weight", "stem.bn1.bias", "stem.bn1.running_mean",
        "stem.bn1.running_var",
      ])
  }

  @Test func modulesInPlaceAreLevelsWithoutNumbers() throws {
    let layers = "  - {name: stem, layers: [conv: {out: 4, kernel: 1}, {residual: [conv: {out: 4, kernel: 1}]}]}"
    #expect(try TestSpecs.build(layers: layers).nodes.map(\.path) == ["stem.conv1", "stem.conv2", "stem.add1"])
    #expect(message("  - layers: [relu]").hasSuffix("layers in place make a level, which needs a name"))
  }

  @Test(arguments: ["a.b", "a-b", "ä", "''"])
  func namesAreLettersDigitsAndUnderscores(_ name: String) {
    #expect(message("  - {name: \(name), relu}").contains("error["))
  }

  // MARK: 2. A list with a name numbers its items

  @Test func namedListsNumberTheirItems() throws {
    let layers = """
        - name: f
          seq:
            - conv: {out: 4, kernel: 1}
            - relu
            - {name: norm, batch_norm}
            - conv: {out: 4, kernel: 1}
            - seq: [conv: {out: 4, kernel: 1}, relu, batch_norm]
            - Unit
      """
    #expect(
      try paths(layers, blocks: Self.unit) == ["f.0", "f.norm", "f.3", "f.4.0", "f.4.2", "f.5.conv1", "f.5.bn1"])
  }

  @Test func repeatMakesAListOfCopies() throws {
    #expect(
      try paths("  - {name: layer1, Unit, repeat: 3}", blocks: Self.unit) == [
        "layer1.0.conv1", "layer1.0.bn1", "layer1.1.conv1", "layer1.1.bn1", "layer1.2.conv1", "layer1.2.bn1",
      ])
    #expect(
      try paths("  - {name: f, seq: [{Unit, repeat: 2}, {repeat: 2, conv: {out: 4, kernel: 1}}]}", blocks: Self.unit)
        == [
          "f.0.0.conv1", "f.0.0.bn1", "f.0.1.conv1", "f.0.1.bn1", "f.1.0", "f.1.1",
        ])
    #expect(
      try paths("  - {Unit, repeat: 2}", blocks: Self.unit) == ["unit1.conv1", "unit1.bn1", "unit2.conv1", "unit2.bn1"])
    #expect(
      try paths("  - {name: none, Unit, repeat: 0}\n  - conv: {out: 1, kernel: 1}", blocks: Self.unit) == ["conv1"])
  }

  @Test func itemsThatAreSwitchedOffTakeNoNumber() throws {
    let layers = "  - {name: f, seq: [{when: false, relu}, conv: {out: 4, kernel: 1}, {when: 1 > 0, batch_norm}]}"
    #expect(try paths(layers) == ["f.0", "f.1"])
  }

  // MARK: 3. for_each is written out in place

  @Test func forEachTakesTheNumbersOfTheListAroundIt() throws {
    let body = "rows: [{out: 4}, {out: 5}], layers: [conv: {out: out, kernel: 1}, relu]"
    #expect(
      try paths("  - {name: f, seq: [batch_norm, {for_each: {\(body)}}, batch_norm]}") == ["f.0", "f.1", "f.3", "f.5"])
    #expect(try paths("  - {name: f, for_each: {\(body)}}") == ["f.0", "f.2"])
    #expect(try paths("  - for_each: {\(body)}") == ["conv1", "conv2"])
    #expect(try paths("  - for_each: {rows: 3, layers: [Unit]}", blocks: Self.unit).count == 6)
    let nested = "rows: 2, layers: [for_each: {rows: 2, layers: [conv: {out: 4, kernel: 1}]}, relu]"
    #expect(try paths("  - {name: f, for_each: {\(nested)}}") == ["f.0", "f.1", "f.3", "f.4"])
  }

  // MARK: 4. One item in place of a list takes the name itself

  @Test func oneItemTakesTheNameOfItsBranch() throws {
    let layers = """
        - branches:
            b1: {Unit}
            b2: [Unit, Unit]
            b3: {conv: {out: 4, kernel: 1}}
            b4: [conv: {out: 4, kernel: 1}]
          join: concat
      """
    #expect(
      try paths(layers, blocks: Self.unit) == [
        "b1.conv1", "b1.bn1", "b2.0.conv1", "b2.0.bn1", "b2.1.conv1", "b2.1.bn1", "b3", "b4.0",
      ])
  }

  @Test func oneItemTakesTheNameOfItsShortcutAndHead() throws {
    let residual = "residual: [conv: {out: 8, kernel: 3}]"
    #expect(try paths("  - {\(residual), shortcut: {name: down, project: conv}}") == ["conv1", "down"])
    #expect(
      try paths("  - {\(residual), shortcut: {name: down, project: [conv, batch_norm]}}") == [
        "conv1", "down.0", "down.1",
      ])
    let text = """
      cnnc: 1
      model: Heads
      input: {channels: 4, size: 8}
      \(Self.unit)
      layers: [{name: a, conv: {out: 4, kernel: 1}}]
      aux: {one: {from: a, Unit}, two: {from: a, conv: {out: 2, kernel: 1}}, three: {from: a, seq: [Unit]}}
      """
    #expect(
      try TestSpecs.build(text: text).graph.layerPaths == [
        "a", "one.conv1", "one.bn1", "two", "three.0.conv1", "three.0.bn1",
      ])
  }

  @Test func ordinalsStandApartFromADigit() throws {
    let layers = "  - relu6\n" + String(repeating: "  - relu\n", count: 61)
    let names = try TestSpecs.build(layers: layers).nodes.map(\.path)
    #expect(names.first == "relu6_1" && names.last == "relu61")
  }

  @Test func unknownReferenceIsTheOnlyFindingOfItsItem() throws {
    let layers = """
        - {name: a, conv: {out: 4, kernel: 1}}
        - {from: [a, nowhere], add}
      """
    let failure = #expect(throws: BuildFailure.self) { try TestSpecs.build(layers: layers) }
    let text = try #require(failure?.description)
    #expect(text.contains("[name.unknown-reference]") && text.ranges(of: "error[").count == 1, "\(text)")
  }

  // MARK: 5. Blocks with layers are modules, blocks with seq lists

  @Test func blocksWithSeqAreNamedByTheirPlace() throws {
    let layers = """
        - Pair
        - {name: down, Pair}
        - {name: f, seq: [Pair, {name: x, Pair}]}
        - {name: y$(i), Pair}
      """
    #expect(
      try paths(layers, blocks: Self.pair) == [
        "conv1", "bn1", "down.0", "down.1", "f.0.0", "f.0.1", "f.x.0", "f.x.1", "y0", "y1",
      ])
  }

  // MARK: 6. Automatic names

  @Test func automaticNamesCountByKind() throws {
    let blocks = "blocks:\n  MBConv: {layers: [batch_norm]}\n  SE: {layers: [batch_norm]}\n"
    let layers = """
        - conv: {out: 4, kernel: 1}
        - {name: second, conv: {out: 4, kernel: 1}}
        - depthwise_conv: {kernel: 3}
        - batch_norm
        - MBConv
        - SE
        - {name: other, MBConv}
        - MBConv
        - prelu
        - flatten
        - linear: {out: 2}
      """
    #expect(
      try paths(layers, blocks: blocks) == [
        "conv1", "second", "conv3", "bn1", "mb_conv1.bn1", "se1.bn1", "other.bn1", "mb_conv3.bn1", "prelu1", "fc1",
      ])
  }

  @Test func referencesNeverUseAutomaticNames() {
    let layers = "  - conv: {out: 4, kernel: 1}\n  - {from: conv1, relu}"
    #expect(message(layers).contains("it has that name by itself, and references use written names"))
  }

  // MARK: 7. Integers in names

  @Test func integersArePutIntoNames() throws {
    let layers = """
        - for_each:
            as: stage
            rows: [{units: 2}, {units: 1}]
            layers:
              - {name: block$(stage.i + 1), seq: [{name: layer$(i + 1), Unit, repeat: units}]}
      """
    #expect(
      try paths(layers, blocks: Self.unit) == [
        "block1.layer1.conv1", "block1.layer1.bn1", "block1.layer2.conv1", "block1.layer2.bn1", "block2.layer1.conv1",
        "block2.layer1.bn1",
      ])
    #expect(
      try paths("  - {name: b_$(i + 1), seq: [conv: {out: 4, kernel: 1}, {when: false, relu}, batch_norm]}") == [
        "b_1", "b_2",
      ])
    #expect(message("  - {name: a$(0 - 1), relu}").contains("a name takes non-negative integers in $()"))
    #expect(message("  - {name: a$(1 / 2), relu}").contains("a name takes non-negative integers in $()"))
  }

  // MARK: 8. Residuals

  @Test func theNameOfAResidualIsItsBodys() throws {
    let layers = """
        - name: rep
          residual: [relu, conv: {out: 8, kernel: 3}]
          shortcut: {project: [{name: skip, conv}, {name: skipbn, batch_norm}]}
        - {name: one, residual: {conv: {out: 8, kernel: 1}}}
        - {residual: [conv: {out: 8, kernel: 1}]}
        - {name: f, seq: [{residual: [conv: {out: 4, kernel: 1}], shortcut: {name: down, project: conv}}]}
      """
    #expect(try paths(layers) == ["rep.1", "skip", "skipbn", "one", "conv3", "f.0.0", "f.down"])
  }

  @Test func aShortcutInANumberedListNeedsAName() {
    let layers = "  - {name: f, seq: [{residual: [conv: {out: 8, kernel: 1}], shortcut: {project: conv}}]}"
    #expect(message(layers).contains("in a numbered list a shortcut with layers needs a name"))
  }

  // MARK: Two nodes with one path

  @Test func twoNodesWithOnePathAreAnError() {
    #expect(message("  - {name: a, relu}\n  - {name: a, tanh}").contains("two nodes are called a; choose another name"))
    #expect(
      message("  - relu\n  - {name: relu1, tanh}").contains(
        "two nodes are called relu1; the other one has the name by itself"))
    #expect(
      message("  - {name: relu2, tanh}\n  - relu\n  - relu").contains(
        "two nodes are called relu2; give this one a name"))
    #expect(message("  - {name: l, seq: [relu]}\n  - {name: l, seq: [relu]}").contains("two nodes are called l"))
  }

  @Test func joinsCountByKindAndGiveWay() throws {
    let layers = """
        - {residual: [relu]}
        - {name: f, seq: [{name: add1, residual: [relu]}, {name: x, layers: [{name: add1, relu}, {residual: [relu]}]}]}
        - {residual: [relu]}
      """
    let paths = try TestSpecs.build(layers: layers).nodes.filter { $0.keyword == "add" }.map(\.path)
    #expect(paths == ["add1", "f.add1.add1", "f.x.add2", "add2"])
  }

  @Test func joinsGiveWayToNamesWrittenLater() throws {
    let layers = """
        - {residual: [relu]}
        - {name: add1, sigmoid}
        - {name: out, from: add1, tanh}
      """
    let graph = try TestSpecs.build(layers: layers)
    #expect(graph.nodes.map(\.path) == ["relu1", "add2", "add1", "out"])
    #expect(graph.nodes[3].inputs == [.output(ofNode: 2)])
  }
}
