import Tensors

/// The gradients of squared distances to centers, by the input, `dxⱼ = Σᵢ 2·gᵢ·(xⱼ − centersᵢⱼ)`, or by the centers,
/// `dcᵢⱼ = −Σ 2·gᵢ·(xⱼ − centersᵢⱼ)` over images. Sums are in double precision.
///
/// It reads the gradient of the distances, the input, and the centers in row-major order; the gradient by those is too.
package struct RadialBasisGradient: Kernel {
  private let gradient: BlockedMaps
  private let input: BlockedMaps
  /// Where the gradient by the input goes; nil for that by the centers.
  private let output: BlockedMaps?

  /// - Parameters:
  ///   - gradient: The gradient of the distances, vectors.
  ///   - input: What the distances are of, vectors.
  ///   - output: The gradient by the input, in its shape; nil for that by the centers.
  package init(gradient: BlockedMaps, input: BlockedMaps, output: BlockedMaps?) {
    precondition(
      gradient.images == input.images && gradient.pixels == 1 && input.pixels == 1, "distances are between vectors")
    precondition(output?.hasShape(of: input) ?? true, "a gradient has its value's shape")
    (self.gradient, self.input, self.output) = (gradient, input, output)
  }

  package var name: String { output == nil ? "radial basis weight gradient" : "radial basis gradient" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let centers = memory.reads[2]
    guard let output else {
      for center in worker.share(of: gradient.channels) { write(center, centers, memory) }
      return clearLanes(behind: gradient.channels * input.channels, of: memory.output, worker: worker)
    }
    output.forEachBlock(of: worker) { image, block in
      let target = memory.output + output.offset(image: image, block: block)
      for lane in 0..<BlockedMaps.lanes {
        let feature = block * BlockedMaps.lanes + lane
        var sum = 0.0
        for center in 0..<gradient.channels where feature < input.channels {
          sum += term(image, center, feature, centers, memory)
        }
        target[lane] = Float(sum)
      }
    }
  }

  /// Writes the gradient by a center.
  private func write(_ center: Int, _ centers: UnsafePointer<Float>, _ memory: KernelMemory) {
    for feature in 0..<input.channels {
      var sum = 0.0
      for image in 0..<input.images { sum -= term(image, center, feature, centers, memory) }
      memory.output[center * input.channels + feature] = Float(sum)
    }
  }

  /// What an image's distance to a center adds for a feature.
  private func term(
    _ image: Int, _ center: Int, _ feature: Int, _ centers: UnsafePointer<Float>, _ memory: KernelMemory
  ) -> Double {
    let slope = Double(memory.reads[0][image * gradient.imageStride + center])
    let x = Double(memory.reads[1][image * input.imageStride + feature])
    return 2 * slope * (x - Double(centers[center * input.channels + feature]))
  }
}
