import Tensors

/// Squared distances of a vector to fixed centers, `yᵢ = Σⱼ (xⱼ − centersᵢⱼ)²`. LeCun et al. 1998, figure 3.
package struct RadialBasisKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let centers: [Float]

  /// Input and output are vectors; `centers` is `[out, in]`.
  package init(input: BlockedMaps, output: BlockedMaps, centers: [Float]) {
    precondition(
      input.images == output.images && input.pixels == 1 && output.pixels == 1
        && centers.count == input.channels * output.channels, "a center has as many numbers as the vector")
    (self.input, self.output, self.centers) = (input, output, centers)
  }

  package var name: String { "radial basis" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let lanes = BlockedMaps.lanes
    centers.withUnsafeBufferPointer { centers in
      output.forEachBlock(of: worker) { image, block in
        let source = memory.input + image * input.imageStride
        let target = memory.output + output.offset(image: image, block: block)
        for lane in 0..<lanes {
          let out = block * lanes + lane
          target[lane] =
            out < output.channels
            ? squaredDistance(source, centers, from: out * input.channels) : 0
        }
      }
    }
  }

  /// The sum in eight partial sums, which keeps the rounding small.
  private func squaredDistance(
    _ vector: UnsafePointer<Float>, _ centers: UnsafeBufferPointer<Float>, from first: Int
  ) -> Float {
    var sums = SIMD8<Float>.zero
    for index in 0..<input.channels {
      let difference = vector[index] - centers[first + index]
      sums[index % 8] += difference * difference
    }
    return sums.sum()
  }
}
