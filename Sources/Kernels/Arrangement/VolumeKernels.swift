import Tensors

/// The slices of volumes as channels of maps, by blocks; see `Operations.DepthUnfold`.
package struct DepthUnfoldKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let depth: Int
  private let window: SlidingWindow.Axis

  /// The input is volumes of `depth` slices one below the other, the output an image for each of the window's outputs.
  package init(input: BlockedMaps, output: BlockedMaps, depth: Int, window: SlidingWindow.Axis) {
    (self.input, self.output, self.depth, self.window) = (input, output, depth, window)
  }

  package var name: String { "depth to channels" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    output.forEachBlock(of: worker) { image, block in
      let (volume, position) = image.quotientAndRemainder(dividingBy: window.outputs)
      let target = memory.output + output.offset(image: image, block: block)
      for lane in 0..<BlockedMaps.lanes {
        let (channel, tap) = (block * BlockedMaps.lanes + lane).quotientAndRemainder(dividingBy: window.kernel)
        guard channel < input.channels, let slice = window.slice(of: position, tap: tap, in: depth) else {
          for pixel in 0..<output.pixels { target[pixel * BlockedMaps.lanes + lane] = 0 }
          continue
        }
        let source = memory.input + input.offset(image: volume, channel: channel, pixel: slice * output.pixels)
        for pixel in 0..<output.pixels {
          target[pixel * BlockedMaps.lanes + lane] = source[pixel * BlockedMaps.lanes]
        }
      }
    }
  }
}

/// Slices that are channels of maps added up in volumes, by blocks; see `Operations.DepthSum`.
package struct DepthSumKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let depth: Int
  private let window: SlidingWindow.Axis

  /// The output is volumes of `depth` slices one below the other, the input an image for each of the window's outputs.
  package init(input: BlockedMaps, output: BlockedMaps, depth: Int, window: SlidingWindow.Axis) {
    (self.input, self.output, self.depth, self.window) = (input, output, depth, window)
  }

  package var name: String { "channels to depth" }

  /// A bias for each channel.
  package var weightCount: Int { output.blocks * BlockedMaps.lanes }

  package func pack(_ source: KernelWeights, into weights: UnsafeMutablePointer<Float>, worker: Worker) {
    packChannels(source.bias, output.channels, into: weights, worker: worker)
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let biases = memory.weights.required
    output.forEachBlock(of: worker) { image, block in
      let target = memory.output + output.offset(image: image, block: block)
      for pixel in 0..<output.pixels {
        for lane in 0..<BlockedMaps.lanes {
          target[pixel * BlockedMaps.lanes + lane] = biases[block * BlockedMaps.lanes + lane]
        }
      }
      // In the order of the outputs, as the definition sums.
      for position in 0..<window.outputs {
        for lane in 0..<min(BlockedMaps.lanes, output.channels - block * BlockedMaps.lanes) {
          let channel = block * BlockedMaps.lanes + lane
          for tap in 0..<window.kernel {
            guard let slice = window.slice(of: position, tap: tap, in: depth) else { continue }
            let source =
              memory.input
              + input.offset(image: image * window.outputs + position, channel: channel * window.kernel + tap, pixel: 0)
            let place = target + slice * input.pixels * BlockedMaps.lanes + lane
            for pixel in 0..<input.pixels {
              place[pixel * BlockedMaps.lanes] += source[pixel * BlockedMaps.lanes]
            }
          }
        }
      }
    }
  }
}

extension BlockedMaps {
  /// Floats from the beginning to a channel's number at a pixel.
  fileprivate func offset(image: Int, channel: Int, pixel: Int) -> Int {
    let (block, lane) = channel.quotientAndRemainder(dividingBy: Self.lanes)
    return offset(image: image, block: block, pixel: pixel) + lane
  }
}

extension Operations.DepthUnfold: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    DepthUnfoldKernel(input: place.input, output: place.output, depth: depth, window: window)
  }
}

extension Operations.DepthSum: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    DepthSumKernel(input: place.input, output: place.output, depth: depth, window: window)
  }
}
