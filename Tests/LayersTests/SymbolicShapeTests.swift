import Shapes
import Testing

@testable import Layers

@Suite("Open heights and widths")
struct SymbolicShapeTests {
  static let height = Extent.symbol("H")

  @Test func nestedQuotientsBecomeOne() {
    let once = (Self.height + 1).dividedRoundingDown(by: 2)
    #expect((once + 1).dividedRoundingDown(by: 2) == (Self.height + 3).dividedRoundingDown(by: 4))
    #expect("\((once + 1).dividedRoundingDown(by: 2))" == "⌊(H + 3)/4⌋")
  }

  @Test func sumsAndProductsAreInNormalForm() {
    let (height, width) = (Self.height, Extent.symbol("W"))
    #expect(height * width * 2 == width * (height + height))
    #expect((height + 3) - height == 3)
    #expect((height * 4 + 7).dividedRoundingDown(by: 2) == height * 2 + 3)
    #expect((height + 1) * (width + 1) == height * width + height + width + 1)
    #expect("\(height * width * 2 - 1)" == "2·H·W − 1")
  }

  /// A product's factors that are sums stand in parentheses, quotients among their summands too.
  @Test func sumsStandInParentheses() {
    let (height, width) = (Self.height, Extent.symbol("W"))
    let half = height.dividedRoundingDown(by: 2)
    let shape = Shape([16, half - 2, width.dividedRoundingDown(by: 2) - 2])
    #expect("\(shape)" == "16×(⌊H/2⌋ − 2)×(⌊W/2⌋ − 2)")
    #expect(shape.pixels == "(⌊H/2⌋ − 2)×(⌊W/2⌋ − 2)")
    #expect("\(Shape([1, (height + 1).dividedRoundingDown(by: 2), width]))" == "1×⌊(H + 1)/2⌋×W")
    #expect(
      "\(Shape([1, half + (width * 3).dividedRoundingDown(by: 4), half * width]))" == "1×(⌊3·W/4⌋ + ⌊H/2⌋)×W·⌊H/2⌋")
    #expect("\((half - 2).dividedRoundingDown(by: 3))" == "⌊(H + 2)/6⌋ − 1")
    #expect("\((half + width).dividedRoundingDown(by: 2))" == "⌊(W + ⌊H/2⌋)/2⌋")
  }

  /// ResNet's stem and four stages by two ways: convolutions of 3 with padding 1, and 1×1 projections.
  @Test func bodyAndProjectionAgree() throws {
    let body = try parseLayer("conv out=8 kernel=3 stride=2 padding=half")
    let projection = try parseLayer("conv out=8 kernel=1 stride=2")
    let pool = try parseLayer("max_pool kernel=3 stride=2 padding=half")
    var shape = parseShape("3xHxW")
    for _ in 0..<5 {
      let next = try body.outputShape(of: [shape])
      #expect(try projection.outputShape(of: [shape]) == next)
      #expect(try pool.outputShape(of: [next]).spatial == projection.outputShape(of: [next]).spatial)
      shape = next
    }
    #expect("\(shape)" == "8×⌊(H + 31)/32⌋×⌊(W + 31)/32⌋")
  }

  static let layers = [
    "conv out=4 kernel=7 stride=2 padding=half", "conv out=4 kernel=3 stride=3 dilation=2 padding=1,0,2,1",
    "conv out=4 kernel=3 stride=2 padding=same", "depthwise_conv kernel=5 stride=2",
    "separable_conv out=4 kernel=3 stride=2", "transposed_conv out=4 kernel=4 stride=2 padding=1",
    "max_pool kernel=3 stride=2 round=ceil", "max_pool kernel=2 stride=3 padding=1 round=ceil",
    "max_pool kernel=2 stride=2 padding=1 round=ceil", "max_pool kernel=3 stride=2 padding=same round=ceil",
    "avg_pool kernel=3 stride=5 padding=half round=ceil", "avg_pool kernel=3 padding=1,0,0,1",
    "adaptive_avg_pool size=7", "global_avg_pool", "batch_norm", "layer_norm", "group_norm groups=1",
    "relu", "softmax", "upsample by=2", "upsample by=0.5", "upsample by=1.75 mode=bilinear", "upsample size=9",
    "pad padding=1,2,3,4", "crop size=2", "space_to_depth block=1", "channel_slice channels=1", "identity",
    "depth_pool kernel=2", "subsample kernel=2",
  ]

  /// The formula of an open size has the value that the layer finds for the size itself.
  @Test(arguments: layers)
  func formulaAgreesWithNumbers(_ text: String) throws {
    let layer = try parseLayer(text)
    let open = parseShape("4xHxW")
    let output = try layer.outputShape(of: [open])
    let macs = layer.macs(for: [open], output: output)
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<200 {
      let (height, width) = (Int.random(in: 7...300, using: &generator), Int.random(in: 7...300, using: &generator))
      let values = ["H": height, "W": width]
      let known = Shape.maps(4, .known(height), .known(width))
      let expected = try layer.outputShape(of: [known])
      #expect(output.dimensions.map { $0.evaluated(with: values) } == expected.dimensions.map(\.value), "\(known)")
      #expect(macs.evaluated(with: values) == layer.macs(for: [known], output: expected).value)
      #expect(layer.tensors(for: [open]) == layer.tensors(for: [known]))
    }
  }

  /// The same of an open length, where the layer takes signals.
  @Test(arguments: [
    "conv out=4 kernel=7 stride=2 padding=half", "conv out=4 kernel=3 stride=2 padding=same",
    "depthwise_conv kernel=5 stride=2", "transposed_conv out=4 kernel=4 stride=2 padding=1",
    "max_pool kernel=2 stride=2 padding=1 round=ceil", "avg_pool kernel=3 padding=1,0", "adaptive_avg_pool size=7",
    "global_avg_pool", "batch_norm", "upsample by=1.75 mode=linear", "pad padding=1,2", "crop size=2",
  ])
  func formulaOfALengthAgreesWithNumbers(_ text: String) throws {
    let layer = try parseLayer(text)
    let open = parseShape("4xL")
    let output = try layer.outputShape(of: [open])
    let macs = layer.macs(for: [open], output: output)
    for length in 7...99 {
      let known = Shape([4, .known(length)])
      let expected = try layer.outputShape(of: [known])
      #expect(
        output.dimensions.map { $0.evaluated(with: ["L": length]) } == expected.dimensions.map(\.value), "\(known)")
      #expect(macs.evaluated(with: ["L": length]) == layer.macs(for: [known], output: expected).value)
      #expect(layer.parameters(for: [open]) == layer.parameters(for: [known]))
    }
  }

  @Test func chainsOfWindowsAgreeWithNumbers() throws {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<300 {
      let windows = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
        Window(
          kernel: AxisSizes(Int.random(in: 1...4, using: &generator)),
          stride: AxisSizes(Int.random(in: 1...3, using: &generator)),
          padding: [.half, .valid, .same].randomElement(using: &generator) ?? .valid,
          rounding: Bool.random(using: &generator) ? .ceil : .floor)
      }
      let size = Int.random(in: 3000...4000, using: &generator)
      var (open, known) = (Self.height, Extent.known(size))
      for window in windows {
        open = try window.output(over: Shape([1, open]))[0]
        known = try window.output(over: Shape([1, known]))[0]
      }
      #expect(open.evaluated(with: ["H": size]) == known.value, "\(windows)")
    }
  }

  @Test func joinsCompareFormulas() throws {
    let concat = try parseLayer("concat")
    #expect(try concat.outputShape(of: parseShapes("3xHxW; 5xHxW")) == parseShape("8xHxW"))
    #expect(throws: ShapeError.self) { try concat.outputShape(of: parseShapes("3xHxW; 5xWxH")) }
    let add = try parseLayer("add")
    #expect(try add.outputShape(of: parseShapes("3xHxW; 3xHxW")) == parseShape("3xHxW"))
    #expect(throws: ShapeError.self) { try add.outputShape(of: parseShapes("3xHxW; 3xHx1")) }
    let multiply = try parseLayer("multiply")
    #expect(try multiply.outputShape(of: parseShapes("3xHxW; 3x1x1")) == parseShape("3xHxW"))
  }
}
