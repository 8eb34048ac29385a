import Shapes
import Testing

@testable import Layers

@Suite("The table of layers")
struct LayerCaseTests {
  @Test(arguments: LayerCase.all)
  func outputShapeAndCost(_ layerCase: LayerCase) throws {
    let layer = try parseLayer(layerCase.layer)
    let inputs = parseShapes(layerCase.inputs)
    let output = try layer.outputShape(of: inputs)
    #expect(output == parseShape(layerCase.output))
    #expect(layer.macs(for: inputs, output: output) == .known(layerCase.macs))
  }

  @Test(arguments: LayerCase.all)
  func tensors(_ layerCase: LayerCase) throws {
    let layer = try parseLayer(layerCase.layer)
    let tensors = layer.tensors(for: parseShapes(layerCase.inputs))
    let text = tensors.map { "\($0.name)=\($0.shape.map(String.init).joined(separator: "x"))" }.joined(separator: " ")
    #expect(text == layerCase.tensors)
    for tensor in tensors {
      let role: ParameterSpec.Role =
        tensor.name.hasPrefix("running") || tensor.name == "weight_u"
          || tensor.name == "weight_v" && layerCase.layer.contains("spectral")
        ? .buffer
        : tensor.name == "centers" || layerCase.layer.contains("trainable=false")
          || layerCase.layer.hasPrefix("scale init")
          ? .fixed : .trainable
      #expect(tensor.role == role)
    }
  }

  @Test(arguments: LayerCase.all)
  func explanationEndsInTheOutput(_ layerCase: LayerCase) throws {
    let layer = try parseLayer(layerCase.layer)
    let inputs = parseShapes(layerCase.inputs)
    let output = try layer.outputShape(of: inputs)
    let lines = layer.explanation(for: inputs, output: output)
    #expect(!lines.isEmpty && lines.allSatisfy { !$0.isEmpty && !$0.contains("nil") && !$0.contains("Optional") })
    #expect(!layer.summary(axes: parseShapes(layerCase.inputs)[0].axisCount).contains("Optional"))
  }

  @Test func explanationShowsTheNumbers() throws {
    let pool = try parseLayer("max_pool kernel=3 stride=2 padding=half")
    let input = parseShape("64x112x112")
    #expect(
      try pool.explanation(for: [input], output: pool.outputShape(of: [input]))[0]
        == "H' = ⌊(H + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1 = ⌊(112 + 1 + 1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 56"
    )
    #expect(pool.summary(axes: 2) == "3×3 /2" && pool.summary(axes: 1) == "3 /2")
  }

  @Test func reach() throws {
    func reach(_ layer: String, _ input: String) throws -> Reach {
      try parseLayer(layer).reach(over: parseShape(input))
    }
    #expect(
      try reach("conv out=1 kernel=3,5 dilation=2,1 stride=1,2", "3x9x9")
        == .window(extent: AxisSizes(5, 5), stride: AxisSizes(1, 2)))
    #expect(
      try reach("transposed_conv out=1 kernel=4 stride=2", "3x9x9") == .enlarged(extent: AxisSizes(2), by: AxisSizes(2))
    )
    #expect(try reach("upsample by=2 mode=bilinear", "3x9x9") == .enlarged(extent: AxisSizes(2), by: AxisSizes(2)))
    #expect(try reach("upsample by=0.5", "3x9x9") == .window(extent: .one, stride: AxisSizes(2)))
    #expect(try reach("adaptive_avg_pool size=2", "3x8x6") == .window(extent: AxisSizes(4, 3), stride: AxisSizes(4, 3)))
    #expect(try reach("adaptive_avg_pool size=1", "3x8x6") == .global)
    #expect(try reach("reshape shape=1,8,18", "3x8x6") == .global)
    #expect(try reach("relu", "3x8x6") == .pointwise)
  }
}
