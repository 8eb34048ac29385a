import Tensors

/// Maps with their axes in another order. The output is not the input.
package struct PermuteKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  /// For each dimension of the input the output's that runs along it, from 0, the channels.
  private let sources: [Int]

  /// `axes` has for each dimension of the output the input's, 1 for the channels.
  package init(axes: [Int], input: BlockedMaps, output: BlockedMaps) {
    let sizes = [input.channels, input.height, input.width]
    precondition(
      axes.sorted() == [1, 2, 3] && axes.map { sizes[$0 - 1] } == [output.channels, output.height, output.width],
      "a permutation has each axis once")
    (self.input, self.output) = (input, output)
    sources = (1...3).map { axis in axes.firstIndex(of: axis) ?? 0 }
  }

  package var name: String { "permute" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let rows = output.blocks * output.height
    for unit in worker.share(of: output.images * rows) {
      let (image, place) = unit.quotientAndRemainder(dividingBy: rows)
      let (block, row) = place.quotientAndRemainder(dividingBy: output.height)
      let source = memory.input + image * input.imageStride
      let target = memory.output + output.offset(image: image, block: block, pixel: row * output.width)
      for lane in 0..<BlockedMaps.lanes {
        let channel = block * BlockedMaps.lanes + lane
        if channel < output.channels {
          gather(from: source, channel: channel, row: row, into: target + lane)
        } else {
          for column in 0..<output.width { target[column * BlockedMaps.lanes + lane] = 0 }
        }
      }
    }
  }

  /// Writes a lane of a row with the elements that belong there.
  private func gather(
    from source: UnsafePointer<Float>, channel: Int, row: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let (c, h, w) = (sources[0], sources[1], sources[2])
    for column in 0..<output.width {
      func coordinate(_ dimension: Int) -> Int { dimension == 0 ? channel : dimension == 1 ? row : column }
      let from = coordinate(c)
      let lane = from / BlockedMaps.lanes * input.blockStride + from % BlockedMaps.lanes
      target[column * BlockedMaps.lanes] =
        source[lane + (coordinate(h) * input.width + coordinate(w)) * BlockedMaps.lanes]
    }
  }
}

extension Operations.Permute: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    PermuteKernel(axes: axes, input: place.input, output: place.output)
  }
}
