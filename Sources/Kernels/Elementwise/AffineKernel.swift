import CKernels
import Tensors

/// Each channel times a number plus a number, plus a residual, activated: a batch norm, a learned or a constant scale.
/// The shape stays; the output may be the input or the residual.
package struct AffineKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let scale: [Float]
  private let shift: [Float]
  private let epilogue: Epilogue
  private let activation: cnnc_activation
  private let loops: Loops

  /// `scale` and `shift` have an element for each channel; nil multiplies by 1, or adds nothing.
  package init(
    input: BlockedMaps, output: BlockedMaps, scale: [Float]?, shift: [Float]?, epilogue: Epilogue = .none, loops: Loops
  ) {
    precondition(input.hasShape(of: output), "a scale keeps the shape")
    (self.input, self.output, self.epilogue, self.loops) = (input, output, epilogue, loops)
    self.scale = scale ?? Array(repeating: 1, count: output.channels)
    self.shift = shift ?? Array(repeating: -0.0, count: output.channels)
    precondition(
      self.scale.count == output.channels && self.shift.count == output.channels, "a scale has a number a channel")
    activation = cnnc_activation(epilogue.activation)
  }

  package var name: String { "affine" }

  package var weightCount: Int { 2 * lanes }

  private var lanes: Int { output.blocks * BlockedMaps.lanes }

  package func pack(into weights: UnsafeMutablePointer<Float>, worker: Worker) {
    packChannels(scale, into: weights, worker: worker)
    packChannels(shift, into: weights + lanes, worker: worker)
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let (scale, shift) = (memory.weights.required, memory.weights.required + lanes)
    output.forEachStretch(of: worker) { image, block, pixels in
      let place = output.offset(image: image, block: block, pixel: pixels.lowerBound)
      loops.table.affine(
        memory.input + input.offset(image: image, block: block, pixel: pixels.lowerBound),
        epilogue.residual(of: memory, image: image, at: place - image * output.imageStride), memory.output + place,
        pixels.count, scale + block * BlockedMaps.lanes, shift + block * BlockedMaps.lanes, activation)
    }
  }
}

extension Epilogue {
  /// The residual at an offset within an image; nil if there is none.
  func residual(of memory: KernelMemory, image: Int, at offset: Int) -> UnsafePointer<Float>? {
    addsResidual ? memory.residual.required + image * residualImageStride + offset : nil
  }
}
