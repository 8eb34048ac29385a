import Tensors

/// LeNet-5's convolution, whose outputs see the channels that a table lists. LeCun et al. 1998, table 1.
package struct ConnectedConvolution: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let window: SlidingWindow
  private let connections: [[Int]]
  /// The entries of the table before each output's.
  private let firstKernels: [Int]
  private let kernelCount: Int

  /// The weight is `[Σ connections, kernel, kernel]`, a kernel for each entry of the table in its order; the bias has an
  /// element for each output.
  package init(input: BlockedMaps, output: BlockedMaps, window: SlidingWindow, connections: [[Int]]) {
    precondition(
      connections.count == output.channels && connections.allSatisfy { $0.allSatisfy { 0..<input.channels ~= $0 } },
      "the table lists channels of the input for each of the output")
    (self.input, self.output, self.window, self.connections) = (input, output, window, connections)
    var kernels = 0
    firstKernels = connections.map { channels in
      defer { kernels += channels.count }
      return kernels
    }
    kernelCount = kernels
  }

  package var name: String { "connected \(window.vertical.kernel)×\(window.horizontal.kernel)" }

  private var biasCount: Int { output.blocks * BlockedMaps.lanes }
  package var weightCount: Int { biasCount + kernelCount * window.area }

  package func pack(_ weights: KernelWeights, into target: UnsafeMutablePointer<Float>, worker: Worker) {
    weights.packBias(into: target, count: biasCount, worker: worker)
    weights.requiredWeight.withUnsafeBufferPointer { source in
      precondition(source.count == kernelCount * window.area, "there is a kernel for each entry of the table")
      for index in worker.share(of: source.count) { target[biasCount + index] = source[index] }
    }
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let weights = memory.weights.required
    output.forEachRow(of: worker) { image, block, row in
      let target = memory.output + output.offset(image: image, block: block, pixel: row * output.width)
      target.update(repeating: 0, count: output.rowStride)
      let image = memory.input + image * input.imageStride
      for lane in 0..<min(BlockedMaps.lanes, output.channels - block * BlockedMaps.lanes) {
        sumRow(row, of: block * BlockedMaps.lanes + lane, image: image, weights: weights, into: target + lane)
      }
    }
  }

  /// Writes a lane of an output row.
  private func sumRow(
    _ row: Int, of out: Int, image: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>
  ) {
    let (rows, columns, lanes) = (window.vertical, window.horizontal, BlockedMaps.lanes)
    for column in 0..<output.width { target[column * lanes] = weights[out] }
    for (index, channel) in connections[out].enumerated() {
      let plane = image + channel / lanes * input.blockStride + channel % lanes
      let kernel = biasCount + (firstKernels[out] + index) * window.area
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
