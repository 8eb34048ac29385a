import CKernels
import Tensors

/// Local response normalization across channels; the shape stays. Krizhevsky et al. 2012.
///
/// `y = x / (k + alpha / size · Σ x²)^beta`, the sum over the channels from `⌊size / 2⌋` before to `⌊(size − 1) / 2⌋`
/// behind.
package struct LocalResponseNormKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let size: Int
  private let alpha: Float
  private let beta: Float
  private let k: Float
  private let loops: Loops

  package init(
    input: BlockedMaps, output: BlockedMaps, size: Int, alpha: Double, beta: Double, k: Double, loops: Loops
  ) {
    precondition(input.hasShape(of: output), "a norm keeps the shape")
    (self.input, self.output, self.size, self.loops) = (input, output, size, loops)
    (self.alpha, self.beta, self.k) = (Float(alpha / Double(size)), Float(beta), Float(k))
  }

  package var name: String { "local response norm" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    output.forEachStretch(of: worker) { image, block, pixels in
      loops.table.local_response(
        memory.input + input.offset(image: image, block: 0, pixel: pixels.lowerBound), input.blockStride,
        memory.output + output.offset(image: image, block: block, pixel: pixels.lowerBound), block, input.channels,
        pixels.count, size / 2, (size - 1) / 2, alpha, beta, k)
    }
  }
}

extension Operations.LocalResponseNorm: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    LocalResponseNormKernel(
      input: place.input, output: place.output, size: size, alpha: alpha, beta: beta, k: k, loops: place.loops)
  }
}
