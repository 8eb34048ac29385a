import CKernels
import Tensors

/// A convolution by its definition, tap after tap, whose outputs may see any channels: LeNet-5's, whose table lists them
/// (LeCun et al. 1998, table 1), and every other where copies with the padding would be far larger than the maps.
package struct ConnectedConvolution: WeightedKernel {
  /// The channels that outputs see.
  private enum Connections {
    /// For each output the channels of the input, and how many there are for the outputs before.
    case table([[Int]], before: [Int])
    case groups(inputs: Int, outputs: Int)
  }

  private let input: BlockedMaps
  private let output: BlockedMaps
  private let window: SlidingWindow
  private let connections: Connections
  private let kernelCount: Int
  private let epilogue: Epilogue
  private let loops: Loops
  package let name: String

  /// The weight is `[Σ connections, kernel, kernel]`, a kernel for each entry of the table in its order; the bias has an
  /// element for each output.
  package init(input: BlockedMaps, output: BlockedMaps, window: SlidingWindow, connections: [[Int]], loops: Loops) {
    precondition(
      connections.count == output.channels && connections.allSatisfy { $0.allSatisfy { 0..<input.channels ~= $0 } },
      "the table lists channels of the input for each of the output")
    var kernels = 0
    let before = connections.map { channels in
      defer { kernels += channels.count }
      return kernels
    }
    self.init(
      input, output, window, .table(connections, before: before), kernels: kernels, .none, loops,
      name: "connected \(window.vertical.kernel)×\(window.horizontal.kernel)")
  }

  /// Any convolution.
  init(_ convolution: Convolution, loops: Loops) {
    self.init(
      convolution.input, convolution.output, convolution.window,
      .groups(inputs: convolution.groupInputs, outputs: convolution.groupOutputs),
      kernels: convolution.output.channels * convolution.groupInputs, convolution.epilogue, loops,
      name: "sparse \(convolution.windowName)")
  }

  private init(
    _ input: BlockedMaps, _ output: BlockedMaps, _ window: SlidingWindow, _ connections: Connections, kernels: Int,
    _ epilogue: Epilogue, _ loops: Loops, name: String
  ) {
    (self.input, self.output, self.window, self.connections) = (input, output, window, connections)
    (kernelCount, self.epilogue, self.loops, self.name) = (kernels, epilogue, loops, name)
  }

  private var biasCount: Int { output.blocks * BlockedMaps.lanes }
  package var weightCount: Int { biasCount + kernelCount * window.area }

  package func pack(_ weights: KernelWeights, into target: UnsafeMutablePointer<Float>, worker: Worker) {
    weights.packBias(into: target, count: biasCount, worker: worker)
    weights.requiredWeight.withUnsafeBufferPointer { source in
      precondition(source.count == kernelCount * window.area, "there is a kernel for each entry of the table")
      for output in worker.share(of: output.channels) {
        let scale = weights.scale?[output] ?? 1
        let first = firstKernel(of: output) * window.area
        for index in first..<first + channels(of: output) * window.area {
          target[biasCount + index] = source[index] * scale
        }
      }
    }
  }

  /// The kernels of the outputs before one.
  private func firstKernel(of output: Int) -> Int {
    switch connections {
    case .table(_, let before): before[output]
    case .groups(let inputs, _): output * inputs
    }
  }

  /// How many channels an output sees.
  private func channels(of output: Int) -> Int {
    switch connections {
    case .table(let table, _): table[output].count
    case .groups(let inputs, _): inputs
    }
  }

  /// A channel that an output sees.
  private func channel(_ index: Int, of output: Int) -> Int {
    switch connections {
    case .table(let table, _): table[output][index]
    case .groups(let inputs, let outputs): output / outputs * inputs + index
    }
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
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
    for index in 0..<channels(of: out) {
      let channel = channel(index, of: out)
      let plane = image + channel / lanes * input.blockStride + channel % lanes
      let kernel = biasCount + (firstKernel(of: out) + index) * window.area
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
