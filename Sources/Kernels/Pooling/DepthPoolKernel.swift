import CKernels
import Tensors

/// The largest value of neighbouring channels (maxout), where NaN is larger than every number, or their mean. Goodfellow
/// et al. 2013, arXiv:1302.4389. The output is not the input.
package struct DepthPoolKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let kernel: Int
  private let stride: Int
  private let isMaximum: Bool
  private let loops: Loops

  /// Output channel i is made of `kernel` channels from `i · stride` on.
  package init(
    input: BlockedMaps, output: BlockedMaps, kernel: Int, stride: Int, isMaximum: Bool,
    loops: Loops
  ) {
    precondition(
      input.images == output.images && input.height == output.height && input.width == output.width
        && (output.channels - 1) * stride + kernel <= input.channels, "the channels lie in the input")
    (self.input, self.output, self.kernel, self.stride) = (input, output, kernel, stride)
    (self.isMaximum, self.loops) = (isMaximum, loops)
  }

  package var name: String { isMaximum ? "depth max pool" : "depth average pool" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let lanes = BlockedMaps.lanes
    output.forEachRow(of: worker) { image, block, row in
      let source = memory.input + input.offset(image: image, block: 0, pixel: row * input.width)
      let target = memory.output + output.offset(image: image, block: block, pixel: row * output.width)
      for lane in 0..<lanes {
        let out = block * lanes + lane
        for column in 0..<output.width {
          target[column * lanes + lane] =
            out < output.channels ? pooled(source + column * lanes, from: out * stride) : 0
        }
      }
    }
  }

  /// The pool of one pixel's channels from `first` on.
  private func pooled(_ pixel: UnsafePointer<Float>, from first: Int) -> Float {
    func value(_ channel: Int) -> Float {
      pixel[channel / BlockedMaps.lanes * input.blockStride + channel % BlockedMaps.lanes]
    }
    var result = value(first)
    for channel in first + 1..<max(first + 1, first + kernel) {
      let x = value(channel)
      result = isMaximum ? (x > result || x.isNaN ? x : result) : result + x
    }
    return isMaximum ? result : result / Float(kernel)
  }
}

extension Operations.DepthPool: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    DepthPoolKernel(
      input: place.input, output: place.output, kernel: kernel, stride: stride, isMaximum: isMaximum, loops: place.loops
    )
  }
}
