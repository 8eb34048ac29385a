import CKernels
import Tensors

/// Each channel times a number plus a number, plus a residual, activated: a batch norm, a learned or a constant scale.
/// The shape stays; the output may be the input or the residual.
package struct AffineKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let epilogue: Epilogue
  private let activation: cnnc_activation
  private let loops: Loops

  /// The weights' scale and bias have an element for each channel; nil multiplies by 1, or adds nothing.
  package init(input: BlockedMaps, output: BlockedMaps, epilogue: Epilogue = .none, loops: Loops) {
    precondition(input.hasShape(of: output), "a scale keeps the shape")
    (self.input, self.output, self.epilogue, self.loops) = (input, output, epilogue, loops)
    activation = cnnc_activation(epilogue.activation)
  }

  package var name: String { "affine" }

  package var weightCount: Int { 2 * lanes }

  private var lanes: Int { output.blocks * BlockedMaps.lanes }

  package func pack(_ source: KernelWeights, into weights: UnsafeMutablePointer<Float>, worker: Worker) {
    if let scale = source.scale {
      scale.withUnsafeBufferPointer { packChannels($0, output.channels, into: weights, worker: worker) }
    } else {
      packChannels(nil as WeightNumbers?, else: 1, output.channels, into: weights, worker: worker)
    }
    packChannels(source.bias, else: -0.0, output.channels, into: weights + lanes, worker: worker)
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

// Operations that scale and shift channels.
extension KernelOperation where Self: ChannelScalingOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    AffineKernel(input: place.input, output: place.output, epilogue: place.epilogue, loops: place.loops)
  }
}

extension Operations.Scale: KernelOperation {}
extension Operations.ChannelScale: KernelOperation {}

extension Operations.BatchNorm: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    // Without its own kernel, the statistics of a batch are no results of steps.
    isOfBatch
      ? nil : AffineKernel(input: place.input, output: place.output, epilogue: place.epilogue, loops: place.loops)
  }
}
