import CKernels
import Tensors

/// Sums over a batch's images and pixels for each channel: the gradients by what is added to channels, or multiplies them.
///
/// It reads a gradient, and for products the value it is multiplied by, and for those with normalized values their mean
/// and variance; it writes a vector of as many channels, or of one. Sums are in double precision, an image's first and
/// then those of all images in their order.
package struct ChannelSums: Kernel {
  /// What is summed.
  package enum Term: Hashable, Sendable {
    /// The gradient: that by a bias.
    case gradient
    /// The gradient times the value: that by a factor of each channel, or of all.
    case product(isSingle: Bool)
    /// The gradient times what of the value is not above zero: that by a parametric ReLU's slope of each channel, or of all.
    case negativeProduct(isSingle: Bool)
    /// The gradient times the normalized value: that by a frozen batch norm's weight.
    case normalized(epsilon: Double)

    /// Whether the sums of all channels are added up to one.
    fileprivate var isSingle: Bool {
      switch self {
      case .product(let isSingle), .negativeProduct(let isSingle): isSingle
      case .gradient, .normalized: false
      }
    }
  }

  private let gradient: BlockedMaps
  private let value: BlockedMaps?
  private let term: Term
  private let loops: Loops

  /// - Parameters:
  ///   - gradient: The gradient that is summed.
  ///   - value: What it is multiplied by, in its shape; nil for sums of the gradient alone.
  package init(_ term: Term, gradient: BlockedMaps, value: BlockedMaps? = nil, loops: Loops) {
    precondition((term == .gradient) == (value == nil), "products are of two values")
    precondition(value?.hasShape(of: gradient) ?? true, "a gradient has its value's shape")
    (self.gradient, self.value, self.term, self.loops) = (gradient, value, term, loops)
  }

  package var name: String { "channel sums" }

  /// Each image's sums, and those of all.
  package var phases: Int { 2 }

  /// In double precision: for each image and channel a sum of gradients and one of products, and a block of zeros.
  package func scratchCount(threads: Int) -> Int {
    2.saturatingMultiplied(by: gradient.images.saturatingMultiplied(by: imageCount).saturatingAdded(BlockedMaps.lanes))
  }

  /// Sums of an image.
  private var imageCount: Int { 2 * gradient.blocks * BlockedMaps.lanes }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let sums = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)
    if phase == 1 {
      if term.isSingle { return writeSingle(sums, memory, worker) }
      for block in worker.share(of: gradient.blocks) { write(block, sums, memory) }
      return
    }
    gradient.forEachBlock(of: worker) { image, block in
      let slopes = memory.input + gradient.offset(image: image, block: block)
      let target = sums + image * imageCount + block * 2 * BlockedMaps.lanes
      if let value {
        let source = memory.second.required + value.offset(image: image, block: block)
        if case .negativeProduct = term {
          target.update(repeating: 0, count: BlockedMaps.lanes)
          loops.table.prelu_sums(source, slopes, gradient.pixels, target + BlockedMaps.lanes)
        } else {
          loops.table.norm_sums(slopes, source, gradient.pixels, nil, target)
        }
      } else {
        loops.table.moments(slopes, gradient.pixels, nil, target)
      }
    }
  }

  /// The sums of a channel over the images.
  private func totals(_ sums: UnsafePointer<Double>, channel: Int) -> (gradient: Double, product: Double) {
    let (block, lane) = channel.quotientAndRemainder(dividingBy: BlockedMaps.lanes)
    var (sum, product) = (0.0, 0.0)
    for image in 0..<gradient.images {
      let place = image * imageCount + block * 2 * BlockedMaps.lanes + lane
      sum += sums[place]
      if value != nil { product += sums[place + BlockedMaps.lanes] }
    }
    return (sum, product)
  }

  private func write(_ block: Int, _ sums: UnsafePointer<Double>, _ memory: KernelMemory) {
    for channel in block * BlockedMaps.lanes..<(block + 1) * BlockedMaps.lanes {
      guard channel < gradient.channels else {
        memory.output[channel] = 0
        continue
      }
      let (sum, product) = totals(sums, channel: channel)
      switch term {
      case .gradient: memory.output[channel] = Float(sum)
      case .product, .negativeProduct: memory.output[channel] = Float(product)
      case .normalized(let epsilon):
        let (mean, variance) = (Double(memory.reads[2][channel]), Double(memory.reads[3][channel]))
        memory.output[channel] = Float((product - mean * sum) / (variance + epsilon).squareRoot())
      }
    }
  }

  private func writeSingle(_ sums: UnsafePointer<Double>, _ memory: KernelMemory, _ worker: Worker) {
    guard worker.index == 0 else { return }
    var sum = 0.0
    for channel in 0..<gradient.channels { sum += totals(sums, channel: channel).product }
    for lane in 0..<BlockedMaps.lanes { memory.output[lane] = lane == 0 ? Float(sum) : 0 }
  }
}
