import Tensors

/// Squared distances of a vector to fixed centers, `yᵢ = Σⱼ (xⱼ − centersᵢⱼ)²`. LeCun et al. 1998, figure 3.
package struct RadialBasisKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps

  /// Input and output are vectors; the weight, the centers, is `[out, in]`.
  package init(input: BlockedMaps, output: BlockedMaps) {
    precondition(
      input.images == output.images && input.pixels == 1 && output.pixels == 1, "distances are between vectors")
    (self.input, self.output) = (input, output)
  }

  package var name: String { "radial basis" }

  package var weightCount: Int { output.channels * input.channels }

  package func pack(_ weights: KernelWeights, into target: UnsafeMutablePointer<Float>, worker: Worker) {
    weights.requiredWeight.withUnsafeBufferPointer { centers in
      precondition(centers.count == weightCount, "a center has as many numbers as the vector")
      for index in worker.share(of: centers.count) { target[index] = centers[index] }
    }
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let (centers, lanes) = (memory.weights.required, BlockedMaps.lanes)
    output.forEachBlock(of: worker) { image, block in
      let source = memory.input + image * input.imageStride
      let target = memory.output + output.offset(image: image, block: block)
      for lane in 0..<lanes {
        let out = block * lanes + lane
        target[lane] = out < output.channels ? squaredDistance(source, centers, from: out * input.channels) : 0
      }
    }
  }

  /// The sum in eight partial sums, which keeps the rounding small.
  private func squaredDistance(
    _ vector: UnsafePointer<Float>, _ centers: UnsafePointer<Float>, from first: Int
  ) -> Float {
    var sums = SIMD8<Float>.zero
    for index in 0..<input.channels {
      let difference = vector[index] - centers[first + index]
      sums[index % 8] += difference * difference
    }
    return sums.sum()
  }
}

extension Operations.RadialBasis: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    RadialBasisKernel(input: place.input, output: place.output)
  }
}
