import Testing

/// Several inputs, and layers that share weights, as Swift.
@Suite struct SharedWeightTests {
  @Test("what is shared is one property that is called again; inputs are arguments by their names")
  func sharing() throws {
    let source = try Generated.source("Tests/GraphIRTests/Fixtures/sharing.yaml").source
    for line in [
      "static let inputShapes = [[3, 16, 16], [3, 16, 16], [5]]",
      "func callAsFunction(left: Tensor, right: Tensor, hint: Tensor) -> Tensor {",
      "concat([a(left), a(right)])", "mix(mix(mix(x)))", "mlp(globalAveragePool(input)) + mlp(globalMaxPool(input))",
      "struct Inputs: TensorGroup {", "return self(left: inputs.left, right: inputs.right, hint: inputs.hint)",
    ] { #expect(source.contains(line), "\(line) is not in\n\(source)") }
    #expect(!source.contains("var b:") && !source.contains("var other:"))
  }

  @Test("where something within a list is shared, its layers are properties by themselves")
  func withinLists() throws {
    let source = try Generated.source(
      layers: """
          - {name: stem, seq: [conv: {out: 8, kernel: 3}, relu, {name: last, conv: {out: 8, kernel: 3}}]}
          - {name: again, share: stem.last}
        """)
    #expect(source.contains("stem_last(stem_last(") || source.contains("stem_last(x)"), "\(source)")
    #expect(source.contains(#"visitor.visit(&stem_last, "stem.last")"#), "\(source)")
  }

  @Test("an input may have a name that Swift has taken")
  func inputNames() throws {
    let text = """
      cnnc: 1
      model: Net
      inputs: {image: {features: 4}, self: {features: 4}}
      layers: [{name: a, linear: {out: 3}}, {name: b, from: self, linear: {out: 3}}, {from: [a, b], add}]

      """
    let source = try Generated.source(text: text)
    #expect(source.contains("func callAsFunction(image: Tensor, selfLayer: Tensor) -> Tensor {"), "\(source)")
    #expect(source.contains("b(selfLayer)"), "\(source)")
  }

  @Test func copiesWithNamesOfTheirOwnAreOneArrayThatIsCalledTwice() throws {
    let source = try Generated.source(
      layers: """
          - {name: tower, layers: [relu, {Unit: {out: 8}, repeat: 3}]}
          - {from: input, share: tower}
        """,
      blocks: "blocks: {Unit: {params: {out: int}, layers: [conv: {out: out, kernel: 1}, relu]}}")
    #expect(source.contains("tower_unit = (0..<3).map { i in Unit(in: i == 0 ? 4 : 8, out: 8) }"))
    #expect(source.split(separator: "tower_unit(x)").count == 3, "\(source)")
  }

  @Test("a use whose layers follow its input is written out, with the layers that are shared")
  func followingUses() throws {
    let source = try Generated.source(
      layers: """
          - {name: d, max_pool: {kernel: 4}}
          - {name: m, from: input, max_pool: {kernel: 2}}
          - {name: u, from: [d, m], Up}
          - {name: v, from: [u, input], share: u}
        """,
      blocks: "blocks: {Up: {inputs: [x, k], layers: [upsample: {like: k}, conv: {out: 4, kernel: 1}]}}")
    #expect(
      source.split(separator: "u_conv1(").count == 3 && source.split(separator: "upsample").count >= 3, "\(source)")
    #expect(source.contains(#"visitor.visit(&u_conv1, "u.conv1")"#), "\(source)")
  }

  @Test func usesOfAListWithoutWeightsFollowTheirInputsToo() throws {
    let source = try Generated.source(
      layers: """
          - {name: p, conv: {out: 4, kernel: 1}}
          - {name: u, seq: [upsample: {size: prev.h * 2}, relu]}
          - {name: v, share: u}
        """)
    #expect(source.contains("32") && source.contains("64"), "\(source)")
  }
}
