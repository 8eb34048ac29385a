import CKernels
import Tensors

/// A convolution by its definition, tap after tap, where copies with the padding would be far larger than the maps.
struct SparseConvolution: WeightedKernel {
  private let convolution: Convolution
  private let loops: Loops
  let name: String

  init(_ convolution: Convolution, loops: Loops) {
    (self.convolution, self.loops) = (convolution, loops)
    name = "sparse \(convolution.windowName)"
  }

  private var input: BlockedMaps { convolution.input }
  private var output: BlockedMaps { convolution.output }
  private var window: SlidingWindow { convolution.window }
  private var epilogue: Epilogue { convolution.epilogue }
  private var biasCount: Int { output.blocks * BlockedMaps.lanes }
  private var kernelCount: Int { output.channels * convolution.groupInputs }
  var weightCount: Int { biasCount + kernelCount * window.area }

  func pack(_ weights: KernelWeights, into target: UnsafeMutablePointer<Float>, worker: Worker) {
    weights.packBias(into: target, count: biasCount, worker: worker)
    weights.requiredWeight.withUnsafeBufferPointer { source in
      precondition(source.count == kernelCount * window.area, "there is a kernel for each output and input of a group")
      for output in worker.share(of: output.channels) {
        let scale = weights.scale?[output] ?? 1
        let count = convolution.groupInputs * window.area
        for index in output * count..<(output + 1) * count {
          target[biasCount + index] = source[index] * scale
        }
      }
    }
  }

  func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let weights = memory.weights.required
    output.forEachRow(of: worker) { image, block, row in
      let place = output.offset(image: image, block: block, pixel: row * output.width)
      let target = memory.output + place
      target.update(repeating: 0, count: output.rowStride)
      let maps = memory.input + image * input.imageStride
      for lane in 0..<min(BlockedMaps.lanes, output.channels - block * BlockedMaps.lanes) {
        sumRow(row, of: block * BlockedMaps.lanes + lane, image: maps, weights: weights, into: target + lane)
      }
      guard epilogue.addsResidual || epilogue.activation != nil else { return }
      let residual = epilogue.residual(of: memory, image: image, at: place - image * output.imageStride)
      loops.table.affine(target, residual, target, output.width, nil, nil, cnnc_activation(epilogue.activation))
    }
  }

  /// Writes a lane of an output row.
  private func sumRow(
    _ row: Int, of out: Int, image: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>
  ) {
    let (rows, columns, lanes) = (window.vertical, window.horizontal, BlockedMaps.lanes)
    for column in 0..<output.width { target[column * lanes] = weights[out] }
    let channels = convolution.groupInputs
    for index in 0..<channels {
      let channel = out / convolution.groupOutputs * channels + index
      let plane = image + channel / lanes * input.blockStride + channel % lanes
      let kernel = biasCount + (out * channels + index) * window.area
      for down in 0..<rows.kernel {
        let y = rows.start(of: row) + down * rows.dilation
        guard 0..<input.height ~= y else { continue }
        for column in 0..<output.width {
          var sum: Float = 0
          for right in 0..<columns.kernel {
            let x = columns.start(of: column) + right * columns.dilation
            if 0..<input.width ~= x {
              sum += weights[kernel + down * columns.kernel + right] * plane[(y * input.width + x) * lanes]
            }
          }
          target[column * lanes] += sum
        }
      }
    }
  }
}
