import CKernels
import Tensors

/// Maps times a gate that is spread over them, plus a residual, activated: the end of a squeeze-and-excitation block in
/// one pass. The output may be the maps or the residual. Hu et al. 2017, arXiv:1709.01507.
package struct GateKernel: Kernel {
  private let input: BlockedMaps
  private let gate: BlockedMaps
  private let output: BlockedMaps
  private let epilogue: Epilogue
  private let activation: cnnc_activation
  private let loops: Loops

  /// The gate, the second operand, is `[N, C, 1, 1]`, a vector `[N, C]` or `[N, 1, H, W]`.
  package init(
    input: BlockedMaps, gate: BlockedMaps, output: BlockedMaps, epilogue: Epilogue = .none, loops: Loops
  ) {
    precondition(input.hasShape(of: output), "a gate keeps the shape of the maps")
    precondition(
      gate.images == input.images
        && (gate.pixels == 1 && gate.channels == input.channels
          || gate.channels == 1 && gate.height == input.height && gate.width == input.width),
      "a gate has a number for each channel or for each pixel")
    (self.input, self.gate, self.output, self.epilogue, self.loops) = (input, gate, output, epilogue, loops)
    activation = cnnc_activation(epilogue.activation)
  }

  package var name: String { isForChannels ? "channel gate" : "pixel gate" }

  private var isForChannels: Bool { gate.pixels == 1 && gate.channels == input.channels }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let gates = memory.second.required
    output.forEachStretch(of: worker) { image, block, pixels in
      let source = memory.input + input.offset(image: image, block: block, pixel: pixels.lowerBound)
      let place = output.offset(image: image, block: block, pixel: pixels.lowerBound)
      let residual = epilogue.residual(of: memory, image: image, at: place - image * output.imageStride)
      if isForChannels {
        loops.table.affine(
          source, residual, memory.output + place, pixels.count, gates + gate.offset(image: image, block: block), nil,
          activation)
      } else {
        loops.table.pixel_gate(
          source, gates + gate.offset(image: image, block: 0, pixel: pixels.lowerBound), residual,
          memory.output + place, pixels.count, activation)
      }
    }
  }
}
