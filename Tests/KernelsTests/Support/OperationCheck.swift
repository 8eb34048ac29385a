import Kernels
import Tensors
import Testing

/// A shape at random, its channels around the vector's width.
func randomShape(_ random: inout SeededGenerator) -> [Int] {
  [
    .random(in: 1...3, using: &random), [1, 2, 15, 16, 17, 31, 32, 33, 40, 48].randomElement(using: &random) ?? 1,
    .random(in: 1...7, using: &random), .random(in: 1...9, using: &random),
  ]
}

/// Compares what a kernel makes of tensors with an operation's definition in double precision, for every instruction set.
///
/// A weight is read last, in row-major order; all else is too if `isRowMajor`, and results that are vectors. Errors are
/// relative to the largest element, or to `least` where that is more: where a group has one number, its gradient is 0, the
/// difference of equal terms.
func checkKernel(
  _ operation: any Operation, _ inputs: [Tensor], weight: Tensor? = nil, reads order: [Int]? = nil,
  isRowMajor: Bool = false, tolerance: Double = 2e-6, least: Double = 0,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ make: (_ reads: [BlockedMaps], _ output: BlockedMaps, Loops) -> any Kernel
) {
  let double = Operands(
    inputs.map { DoubleTensor(converting: $0) }, weight: weight.map { DoubleTensor(converting: $0) })
  let expected = operation.plain(double)
  let memories = (order ?? Array(inputs.indices)).map { index in
    let input = inputs[index]
    return BlockedMemory(
      isRowMajor || input.rank == 1 ? input.reshaped(to: [1, input.count]) : input, gap: isRowMajor ? 0 : 16, filler: 9)
  }
  let factors = weight.map { [BlockedMemory($0.reshaped(to: [1, $0.count]), filler: .nan)] } ?? []
  let isVector = isRowMajor || operation.yieldsVector || expected.shape.count == 1
  let shape = isVector ? [1, expected.count] : expected.shape
  for loops in availableLoops {
    let found = runKernel(
      memories + factors, writes: [shape], gap: shape.count == 4 ? 32 : 0, sourceLocation: sourceLocation
    ) {
      make(memories.map(\.maps), $0[0], loops)
    }[0]
    let largest = max(least, expected.elements.map(abs).max() ?? 0)
    let error = zip(found.elements, expected.elements).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(
      found.elements.allSatisfy(\.isFinite) && error <= tolerance * largest,
      "\(operation), \(inputs[0].shape), \(loops.set)",
      sourceLocation: sourceLocation)
  }
}
