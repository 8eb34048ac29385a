import Tensors
import Testing

@testable import Kernels

@Suite("Linear layers")
struct LinearKernelTests {
  /// Around the outputs of a block and of a panel, and the images that share a tile.
  @Test(arguments: [1, 15, 16, 17, 48, 63, 64, 65, 130], [1, 2, 5])
  func vectors(_ outputs: Int, _ images: Int) {
    var random = SeededGenerator(state: UInt64(outputs * 10 + images))
    check([images, .random(in: 1...40, using: &random)], outputs: outputs, using: &random)
  }

  /// So many inputs and images that a panel is read in parts.
  @Test(arguments: [6, 7, 13])
  func panelsInParts(_ images: Int) {
    var random = SeededGenerator(state: UInt64(images))
    check([images, 1100], outputs: 70, using: &random)
  }

  /// Maps are flattened in the order of channels, rows and columns.
  @Test(arguments: [(3, 2, 5), (16, 1, 2), (17, 3, 3), (40, 2, 2)])
  func flattenedMaps(_ channels: Int, _ height: Int, _ width: Int) {
    var random = SeededGenerator(state: UInt64(channels))
    check([2, channels, height, width], outputs: 20, using: &random)
  }

  @Test(arguments: ConvolutionCase.activations)
  func activations(_ activation: Activation) {
    var random = SeededGenerator(state: 3)
    check([3, 17], outputs: 30, activation: activation, using: &random)
  }

  private func check(
    _ shape: [Int], outputs: Int, activation: Activation? = nil, using random: inout SeededGenerator
  ) {
    let input = Tensor.random(shape, using: &random)
    let features = input.count / shape[0]
    let weight = Tensor.random([outputs, features], using: &random)
    let scale = Bool.random(using: &random) ? Tensor.random([outputs], in: 0.5...2, using: &random).elements : nil
    let bias = Tensor.random([outputs], using: &random).elements
    let residual = Bool.random(using: &random) ? Tensor.random([shape[0], outputs], using: &random) : nil
    let activation = activation ?? (Bool.random(using: &random) ? .relu : nil)
    var expected = Plain.linear(
      input.reshaped(to: [shape[0], features]),
      weight: Tensor(
        weight.elements.enumerated().map { $0.element * (scale?[$0.offset / features] ?? 1) }, shape: weight.shape),
      bias: Tensor(bias))
    if let residual {
      expected = Tensor(zip(expected.elements, residual.elements).map { $0 + $1 }, shape: expected.shape)
    }
    if let activation { expected = Plain.activate(expected, activation) }
    let (source, added) = (BlockedMemory(input, gap: 16), residual.map { BlockedMemory($0, gap: 32) })
    for loops in availableLoops {
      var bits: BlockedMemory.Bits?
      for workers in 1...4 {
        let output = BlockedMemory([shape[0], outputs], gap: 16)
        let kernel = LinearKernel(
          input: source.maps, output: output.maps,
          epilogue: Epilogue(activation: activation, residualImageStride: added?.maps.imageStride), loops: loops)
        kernel.run(
          source, residual: added, into: output, weights: KernelWeights(weight: weight, scale: scale, bias: bias),
          workers: workers)
        #expect(output.tensor.error(to: expected) < 2e-6, "\(shape) to \(outputs)")
        #expect(output.isGuardIntact && output.areSpareLanesFinite)
        if let bits { #expect(bits == output.bits) }
        bits = output.bits
      }
    }
  }
}
