import Tensors
import Testing

@testable import Kernels

/// Kernels of weights that are made of parameters, and of their gradients, against their definitions in double precision.
@Suite struct WeightFormTests {
  /// The shape of a weight at random.
  private static func shape(_ random: inout SeededGenerator) -> [Int] {
    (0..<Int.random(in: 2...4, using: &random)).map { _ in Int.random(in: 1...7, using: &random) }
  }

  private func check(
    _ operation: any Operation, _ inputs: [Tensor], tolerance: Double = 2e-6, _ kernel: any Kernel,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    checkKernel(
      operation, inputs, isRowMajor: true, tolerance: tolerance, least: 1e-3, sourceLocation: sourceLocation
    ) { _, _, _ in kernel }
  }

  @Test(arguments: 0..<30)
  func weightNorms(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = Self.shape(&random)
    let (rows, length) = (shape[0], shape.dropFirst().reduce(1, *))
    let inputs = [Tensor.random(shape, in: 0.1...1, using: &random), .random([rows], using: &random)]
    check(Operations.WeightNorm(), inputs, WeightNormKernel(.weight, rows: rows, length: length))
    let slopes = [Tensor.random(shape, using: &random)]
    for isByGain in [false, true] {
      check(
        Operations.WeightNormGradient(isByGain: isByGain), slopes + inputs,
        WeightNormKernel(isByGain ? .lengthGradient : .directionGradient, rows: rows, length: length))
    }
  }

  @Test(arguments: 0..<30, [false, true])
  func standardizedWeights(seed: Int, hasGain: Bool) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = Self.shape(&random)
    let (rows, length) = (shape[0], shape.dropFirst().reduce(1, *))
    let form = Operations.StandardizedWeight(factor: hasGain ? 1.7 : 1, epsilon: 0.01)
    let inputs = [Tensor.random(shape, using: &random)] + (hasGain ? [.random([rows], using: &random)] : [])
    func kernel(_ result: StandardizedWeightKernel.Result) -> StandardizedWeightKernel {
      StandardizedWeightKernel(result, of: form, rows: rows, length: length, hasGain: hasGain)
    }
    check(form, inputs, kernel(.weight))
    let slopes = [Tensor.random(shape, using: &random)]
    check(
      Operations.StandardizedWeightGradient(form, isByGain: false), slopes + inputs, tolerance: 1e-5,
      kernel(.weightGradient))
    guard hasGain else { return }
    check(Operations.StandardizedWeightGradient(form, isByGain: true), slopes + inputs, kernel(.gainGradient))
  }

  @Test(arguments: 0..<30)
  func spectralNorms(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = Self.shape(&random)
    let dimension = seed % 2
    let (rows, count) = (shape[dimension], shape.reduce(1, *))
    // A singular value that is far from zero.
    let inputs = [
      Tensor.random(shape, in: 0.1...1, using: &random), .random([rows], in: 0.1...1, using: &random),
      .random([count / rows], in: 0.1...1, using: &random),
    ]
    check(
      Operations.SpectralNorm(dimension: dimension), inputs,
      SpectralNormKernel(dimension: dimension, shape: shape, isGradient: false))
    check(
      Operations.SpectralNormGradient(dimension: dimension), [.random(shape, using: &random)] + inputs,
      SpectralNormKernel(dimension: dimension, shape: shape, isGradient: true))
  }

  @Test(arguments: 0..<30, [Operations.SingularVector.Side.left, .right])
  func singularVectors(seed: Int, side: Operations.SingularVector.Side) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = Self.shape(&random)
    let dimension = seed % 2
    let (rows, count) = (shape[dimension], shape.reduce(1, *))
    let operation = Operations.SingularVector(side, dimension: dimension)
    let other = side == .left ? count / rows : rows
    check(
      operation, [.random(shape, in: 0.1...1, using: &random), .random([other], in: 0.1...1, using: &random)],
      SingularVectorKernel(operation, shape: shape))
  }

  @Test(arguments: 0..<20)
  func tablesOfConnections(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let (outputs, channels) = (1 + seed % 5, 1 + seed * 3 % 7)
    let connections = (0..<outputs).map { _ in (0..<channels).filter { _ in Bool.random(using: &random) } }
    let kernel = [1 + seed % 3, 1 + seed % 4]
    let table = Operations.TableWeight(connections, channels: channels, kernel: kernel)
    let shape = [connections.reduce(0) { $0 + $1.count }] + kernel
    guard shape[0] > 0 else { return }
    check(table, [.random(shape, using: &random)], tolerance: 0, TableWeightKernel(table, isGradient: false))
    check(
      Operations.TableWeightGradient(table, shape: shape), [.random([outputs, channels] + kernel, using: &random)],
      tolerance: 0, TableWeightKernel(table, isGradient: true))
  }

  @Test(arguments: 0..<20, [Operations.FusionWeight.Normalization.none, .relu(epsilon: 0.01), .softmax])
  func fusionWeights(seed: Int, normalization: Operations.FusionWeight.Normalization) {
    var random = SeededGenerator(state: UInt64(seed))
    let count = 1 + seed % 18
    let form = Operations.FusionWeight(seed % count, normalization)
    let learned = Tensor.random([count], using: &random)
    check(form, [learned], FusionWeightKernel(form, count: count, isGradient: false))
    check(
      Operations.FusionWeightGradient(form), [Tensor([0.75]), learned],
      FusionWeightKernel(form, count: count, isGradient: true))
  }

  @Test func copies() {
    var random = SeededGenerator(state: 1)
    for count in [1, 15, 16, 17, 100] {
      check(
        Operations.Reshape([count]), [.random([1, count], using: &random)], tolerance: 0, CopyKernel(count: count))
    }
  }
}
