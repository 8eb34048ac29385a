import CKernels
import Tensors

/// The softmax over features, or over the channels of each pixel, or its logarithm; the shape stays. The output may be
/// the input.
package struct SoftmaxKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let isLogarithm: Bool
  private let loops: Loops

  package init(input: BlockedMaps, output: BlockedMaps, isLogarithm: Bool, loops: Loops) {
    precondition(input.hasShape(of: output), "a softmax keeps the shape")
    (self.input, self.output, self.isLogarithm, self.loops) = (input, output, isLogarithm, loops)
  }

  package var name: String { isLogarithm ? "log softmax" : "softmax" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    output.forEachRun(of: worker) { image, rows in
      let first = rows.lowerBound * output.width
      loops.table.softmax(
        memory.input + input.offset(image: image, block: 0, pixel: first), input.blockStride,
        memory.output + output.offset(image: image, block: 0, pixel: first), output.blockStride, input.channels,
        rows.count * output.width, isLogarithm)
    }
  }
}

extension Operations.Softmax: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    SoftmaxKernel(input: place.input, output: place.output, isLogarithm: false, loops: place.loops)
  }
}

extension Operations.LogSoftmax: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    SoftmaxKernel(input: place.input, output: place.output, isLogarithm: true, loops: place.loops)
  }
}
