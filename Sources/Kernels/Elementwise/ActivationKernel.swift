import CKernels
import Tensors

/// A function of each element; the shape stays. The output may be the input.
package struct ActivationKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let activation: cnnc_activation
  private let loops: Loops

  /// `input` and `output` have one shape.
  package init(input: BlockedMaps, output: BlockedMaps, activation: Activation, loops: Loops) {
    precondition(input.hasShape(of: output), "an activation keeps the shape")
    (self.input, self.output, self.loops) = (input, output, loops)
    self.activation = cnnc_activation(activation)
  }

  package var name: String { "activation" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    output.forEachStretch(of: worker) { image, block, pixels in
      loops.table.activate(
        memory.input + input.offset(image: image, block: block, pixel: pixels.lowerBound),
        memory.output + output.offset(image: image, block: block, pixel: pixels.lowerBound), pixels.count, activation)
    }
  }
}

extension Operations.Activate: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    ActivationKernel(
      input: place.input, output: place.output, activation: function, loops: place.loops)
  }
}
