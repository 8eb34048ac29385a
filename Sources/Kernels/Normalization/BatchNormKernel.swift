import CKernels
import Tensors

/// Batch normalization with statistics that another step has made: `y = weight · (x − mean) / √(variance + ε) + bias`.
///
/// It reads the maps, the mean, the variance, and the weight and the bias if there are some, vectors of as many channels.
package struct BatchNormKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let epsilon: Double
  private let hasWeight: Bool
  private let hasBias: Bool
  private let loops: Loops

  /// Input and output have one shape.
  package init(
    input: BlockedMaps, output: BlockedMaps, epsilon: Double, hasWeight: Bool, hasBias: Bool, loops: Loops
  ) {
    precondition(input.hasShape(of: output), "a norm keeps the shape")
    (self.input, self.output, self.epsilon) = (input, output, epsilon)
    (self.hasWeight, self.hasBias, self.loops) = (hasWeight, hasBias, loops)
  }

  package var name: String { "batch norm" }

  /// A block's factors, for each thread.
  package func scratchCount(threads: Int) -> Int { threads * Self.factorCount }

  private static let factorCount = 3 * BlockedMaps.lanes

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let factors = scratch + worker.index * Self.factorCount
    input.forEachBlock(of: worker) { image, block in
      setFactors(block, memory, into: factors)
      let source = memory.input + input.offset(image: image, block: block)
      loops.table.blend(
        source, source, memory.output + output.offset(image: image, block: block), input.pixels, factors,
        factors + BlockedMaps.lanes, factors + 2 * BlockedMaps.lanes)
    }
  }

  /// What a block's lanes are multiplied by, nothing, and what is added to them.
  private func setFactors(_ block: Int, _ memory: KernelMemory, into factors: UnsafeMutablePointer<Float>) {
    for lane in 0..<BlockedMaps.lanes {
      let channel = block * BlockedMaps.lanes + lane
      var (scale, shift) = (0.0, 0.0)
      if channel < input.channels {
        let root = (Double(memory.reads[2][channel]) + epsilon).squareRoot()
        scale = (hasWeight ? Double(memory.reads[3][channel]) : 1) / root
        let bias = hasBias ? Double(memory.reads[hasWeight ? 4 : 3][channel]) : 0
        shift = bias - Double(memory.reads[1][channel]) * scale
      }
      factors[lane] = Float(scale)
      factors[BlockedMaps.lanes + lane] = 0
      factors[2 * BlockedMaps.lanes + lane] = Float(shift)
    }
  }
}
