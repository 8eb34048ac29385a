import CKernels
import Tensors

/// The gradient by a gate that was spread over maps: the sums of the gradient of the product times the maps, over pixels or
/// over channels, in double precision. Hu et al. 2017, arXiv:1709.01507.
///
/// It reads the gradient of the product and the maps.
package struct GateGradient: Kernel {
  private let gradient: BlockedMaps
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let loops: Loops

  /// - Parameters:
  ///   - gradient: The gradient of the product.
  ///   - input: The maps, in its shape.
  ///   - output: The gradient of the gate: a number for each channel, or for each pixel.
  package init(gradient: BlockedMaps, input: BlockedMaps, output: BlockedMaps, loops: Loops) {
    precondition(gradient.hasShape(of: input), "a gate keeps the shape of the maps")
    precondition(Self.supports(input: input, gate: output), "a gate has a number for each channel or for each pixel")
    (self.gradient, self.input, self.output, self.loops) = (gradient, input, output, loops)
  }

  /// Whether a gate of maps is spread as this kernel knows it.
  package static func supports(input: BlockedMaps, gate: BlockedMaps) -> Bool {
    gate.images == input.images
      && (gate.pixels == 1 && gate.channels == input.channels
        || gate.channels == 1 && gate.height == input.height && gate.width == input.width)
  }

  package var name: String { "gate gradient" }

  private var isForChannels: Bool { output.pixels == 1 && output.channels == input.channels }

  /// For each worker a block's sums.
  package func scratchCount(threads: Int) -> Int { isForChannels ? threads * Self.workerCount : 0 }

  private static let workerCount = 4 * BlockedMaps.lanes

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let maps = memory.second.required
    guard isForChannels else {
      output.forEachRun(of: worker) { image, rows in
        let first = rows.lowerBound * output.width
        loops.table.pixel_products(
          memory.input + gradient.offset(image: image, block: 0, pixel: first), gradient.blockStride,
          maps + input.offset(image: image, block: 0, pixel: first), input.blockStride,
          memory.output + output.offset(image: image, block: 0, pixel: first), input.channels,
          rows.count * output.width)
      }
      return
    }
    guard let scratch = memory.scratch else { return }
    let sums = UnsafeMutableRawPointer(scratch + worker.index * Self.workerCount).assumingMemoryBound(to: Double.self)
    output.forEachBlock(of: worker) { image, block in
      loops.table.norm_sums(
        memory.input + gradient.offset(image: image, block: block), maps + input.offset(image: image, block: block),
        input.pixels, nil, sums)
      let target = memory.output + output.offset(image: image, block: block)
      for lane in 0..<BlockedMaps.lanes {
        let isThere = block * BlockedMaps.lanes + lane < output.channels
        target[lane] = isThere ? Float(sums[BlockedMaps.lanes + lane]) : 0
      }
    }
  }
}
