import CKernels
import Tensors

/// Normalization over groups of channels of one image: group norm, instance norm with a group for each channel, layer
/// norm over everything with one group. The shape stays; the output may be the input.
///
/// `y = (x − mean) / √(variance + epsilon) · weight + bias`. Wu and He 2018, arXiv:1803.08494.
package struct GroupNormKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let groups: Int
  private let epsilon: Double
  /// Pixels with weights of their own.
  private let weightPixels: Int
  private let loops: Loops

  /// Weight and bias have an element for each channel, or if `isElementwise` for each element of an image in the order
  /// `[C, H, W]`; nil multiplies by 1, or adds nothing. `groups` divides the channels.
  package init(
    input: BlockedMaps, output: BlockedMaps, groups: Int, isElementwise: Bool = false, epsilon: Double, loops: Loops
  ) {
    precondition(input.hasShape(of: output), "a norm keeps the shape")
    precondition(groups > 0 && input.channels % groups == 0, "groups divide the channels")
    (self.input, self.output, self.groups, self.epsilon, self.loops) = (input, output, groups, epsilon, loops)
    weightPixels = isElementwise ? input.pixels : 1
  }

  package var name: String {
    groups == 1 ? "layer norm" : groups == input.channels ? "instance norm" : "group norm"
  }

  /// Sums, squares, and the result.
  package var phases: Int { 3 }

  /// In double precision: for each image and channel a sum and a sum of squares, for each thread a block's means and
  /// scales.
  package func scratchCount(threads: Int) -> Int { 2 * (2 * sums + threads * 2 * BlockedMaps.lanes) }

  private var sums: Int { input.images * lanes }
  private var lanes: Int { input.blocks * BlockedMaps.lanes }

  package var weightCount: Int { 2 * lanes * weightPixels }

  package func pack(_ source: KernelWeights, into weights: UnsafeMutablePointer<Float>, worker: Worker) {
    let half = lanes * weightPixels
    pack(source.weight, else: 1, into: weights, worker: worker)
    pack(source.bias, else: 0, into: weights + half, worker: worker)
  }

  private func pack(
    _ numbers: WeightNumbers?, else missing: Float, into target: UnsafeMutablePointer<Float>, worker: Worker
  ) {
    func pack(_ numbers: UnsafeBufferPointer<Float>?) {
      precondition(
        numbers.map { $0.count == input.channels * weightPixels } ?? true, "a weight is a channel's or an element's")
      for index in worker.share(of: lanes * weightPixels) {
        let (pixels, lane) = index.quotientAndRemainder(dividingBy: BlockedMaps.lanes)
        let (block, pixel) = pixels.quotientAndRemainder(dividingBy: weightPixels)
        let channel = block * BlockedMaps.lanes + lane
        target[index] = channel < input.channels ? numbers?[channel * weightPixels + pixel] ?? missing : 0
      }
    }
    guard let numbers else { return pack(nil) }
    numbers.withUnsafeBufferPointer { pack($0) }
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { preconditionFailure("a norm needs scratch") }
    let sums = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)
    let squares = sums + self.sums
    let means = squares + self.sums + worker.index * 2 * BlockedMaps.lanes
    let scales = means + BlockedMaps.lanes
    input.forEachBlock(of: worker) { image, block in
      let place = (image * input.blocks + block) * BlockedMaps.lanes
      let source = memory.input + input.offset(image: image, block: block)
      if phase == 0 { return loops.table.moments(source, input.pixels, nil, sums + place) }
      groupMeans(of: sums + image * lanes, block: block, into: means)
      if phase == 1 { return loops.table.moments(source, input.pixels, means, squares + place) }
      groupMeans(of: squares + image * lanes, block: block, into: scales)
      for lane in 0..<min(BlockedMaps.lanes, input.channels - block * BlockedMaps.lanes) {
        scales[lane] = 1 / (scales[lane] + epsilon).squareRoot()
      }
      normalize(memory, image: image, block: block, means, scales)
    }
  }

  private func normalize(
    _ memory: KernelMemory, image: Int, block: Int, _ means: UnsafePointer<Double>, _ scales: UnsafePointer<Double>
  ) {
    let weights = memory.weights.required + block * BlockedMaps.lanes * weightPixels
    loops.table.normalize(
      memory.input + input.offset(image: image, block: block),
      memory.output + output.offset(image: image, block: block), input.pixels, means, scales, weights,
      weights + lanes * weightPixels, weightPixels == 1 ? 0 : BlockedMaps.lanes)
  }

  /// For each lane of a block the mean of its group, from the sums of an image's channels; zero in spare lanes.
  private func groupMeans(
    of sums: UnsafePointer<Double>, block: Int, into means: UnsafeMutablePointer<Double>
  ) {
    let perGroup = input.channels / groups
    let size = Double(perGroup * input.pixels)
    var (group, mean) = (-1, 0.0)
    for lane in 0..<BlockedMaps.lanes {
      let channel = block * BlockedMaps.lanes + lane
      guard channel < input.channels else {
        means[lane] = 0
        continue
      }
      if channel / perGroup != group {
        group = channel / perGroup
        mean = 0
        for channel in group * perGroup..<(group + 1) * perGroup { mean += sums[channel] }
        mean /= size
      }
      means[lane] = mean
    }
  }
}

extension Operations.GroupNorm: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    let elements = (place.shapes.weight ?? place.shapes.bias).map { $0.reduce(1, *) }
    return GroupNormKernel(
      input: place.input, output: place.output, groups: groups,
      isElementwise: elements.map { $0 != place.input.channels } ?? false, epsilon: epsilon, loops: place.loops)
  }
}
