import CKernels
import Tensors

/// The gradients of batch normalization with the batch's own statistics: of its input, weight and bias.
///
/// With x̂ = (x − mean) / √(variance + ε): `dbias = Σ dy`, `dweight = Σ dy · x̂`, and
/// `dx = weight / √(variance + ε) · (dy − (dbias + x̂ · dweight) / n)` over the n pixels of all images.
///
/// It reads the input, the gradient of the result, the mean, the variance, and the weight if there is one, and writes the
/// gradient of the input, of the weight and of the bias; all but the first two of both are vectors of as many channels.
package struct BatchNormGradient: Kernel {
  private let input: BlockedMaps
  private let gradient: BlockedMaps
  private let output: BlockedMaps
  private let epsilon: Double
  private let hasWeight: Bool
  private let loops: Loops

  /// - Parameters:
  ///   - input: What was normalized.
  ///   - gradient: The gradient of the result.
  ///   - output: The gradient of the input. All three have one shape.
  package init(
    input: BlockedMaps, gradient: BlockedMaps, output: BlockedMaps, epsilon: Double, hasWeight: Bool, loops: Loops
  ) {
    precondition(input.hasShape(of: gradient) && input.hasShape(of: output), "a norm keeps the shape")
    (self.input, self.gradient, self.output) = (input, gradient, output)
    (self.epsilon, self.hasWeight, self.loops) = (epsilon, hasWeight, loops)
  }

  package var name: String { "batch norm gradient" }

  /// Sums, and with them the results.
  package var phases: Int { 2 }

  /// In double precision for each image and channel two sums and for each thread a block's means, in single precision for
  /// each thread three pixels.
  package func scratchCount(threads: Int) -> Int { 2 * 2 * sums + threads * Self.workerCount }

  private static let workerCount = (2 + 3) * BlockedMaps.lanes
  private var lanes: Int { input.blocks * BlockedMaps.lanes }
  private var sums: Int { input.images * lanes }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let sums = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)
    let own = scratch + 4 * self.sums + worker.index * Self.workerCount
    if phase == 0 {
      let means = UnsafeMutableRawPointer(own).assumingMemoryBound(to: Double.self)
      input.forEachBlock(of: worker) { image, block in
        for lane in 0..<BlockedMaps.lanes {
          means[lane] = Double(memory.reads[2][block * BlockedMaps.lanes + lane])
        }
        loops.table.norm_sums(
          memory.reads[1] + gradient.offset(image: image, block: block),
          memory.input + input.offset(image: image, block: block), input.pixels, means,
          sums + (image * input.blocks + block) * 2 * BlockedMaps.lanes)
      }
      return
    }
    let factors = own + 2 * BlockedMaps.lanes
    for block in worker.share(of: input.blocks) { writeSums(block, sums, memory) }
    input.forEachBlock(of: worker) { image, block in
      setFactors(block, sums, memory, into: factors)
      loops.table.blend(
        memory.reads[1] + gradient.offset(image: image, block: block),
        memory.input + input.offset(image: image, block: block),
        memory.output + output.offset(image: image, block: block), input.pixels, factors,
        factors + BlockedMaps.lanes, factors + 2 * BlockedMaps.lanes)
    }
  }

  /// Σ dy and Σ dy · (x − mean) of a lane, over the images.
  private func totals(_ sums: UnsafePointer<Double>, block: Int, lane: Int) -> (sum: Double, product: Double) {
    var (sum, product) = (0.0, 0.0)
    for image in 0..<input.images {
      let place = (image * input.blocks + block) * 2 * BlockedMaps.lanes + lane
      sum += sums[place]
      product += sums[place + BlockedMaps.lanes]
    }
    return (sum, product)
  }

  /// 1 / √(variance + ε) of a channel.
  private func scale(_ channel: Int, _ memory: KernelMemory) -> Double {
    1 / (Double(memory.reads[3][channel]) + epsilon).squareRoot()
  }

  /// The gradients of a block's weights and biases.
  private func writeSums(_ block: Int, _ sums: UnsafePointer<Double>, _ memory: KernelMemory) {
    for lane in 0..<BlockedMaps.lanes {
      let channel = block * BlockedMaps.lanes + lane
      let isThere = channel < input.channels
      let (sum, product) = isThere ? totals(sums, block: block, lane: lane) : (0, 0)
      memory.writes[1][channel] = isThere ? Float(product * scale(channel, memory)) : 0
      memory.writes[2][channel] = Float(sum)
    }
  }

  /// What the gradient, the input and 1 are multiplied by in a block's lanes.
  private func setFactors(
    _ block: Int, _ sums: UnsafePointer<Double>, _ memory: KernelMemory, into factors: UnsafeMutablePointer<Float>
  ) {
    let count = Double(input.images * input.pixels)
    for lane in 0..<BlockedMaps.lanes {
      let channel = block * BlockedMaps.lanes + lane
      var (a, b, c) = (0.0, 0.0, 0.0)
      if channel < input.channels {
        let (sum, product) = totals(sums, block: block, lane: lane)
        let scale = scale(channel, memory)
        a = scale * (hasWeight ? Double(memory.reads[4][channel]) : 1)
        b = -a * scale * scale * product / count
        c = -a * sum / count - b * Double(memory.reads[2][channel])
      }
      factors[lane] = Float(a)
      factors[BlockedMaps.lanes + lane] = Float(b)
      factors[2 * BlockedMaps.lanes + lane] = Float(c)
    }
  }
}
