import CKernels
import Tensors

/// The cross entropy of logits with labels, or its gradient; see `Operations.CrossEntropy`.
///
/// It reads the logits, the labels, for the gradient that of the loss, and the classes' weights if there are some; it
/// writes the loss, a vector of one, or the gradient of the logits. Sums are in double precision, a row's first and
/// then those of all rows in their order.
package struct CrossEntropyKernel: Kernel {
  private let logits: BlockedMaps
  private let labels: BlockedMaps
  private let areShares: Bool
  /// Where the gradient goes; nil for the loss itself.
  private let gradient: BlockedMaps?
  private let hasWeights: Bool
  private let smoothing: Double
  private let loops: Loops

  /// - Parameters:
  ///   - logits: The logits.
  ///   - labels: Shares in the logits' shape, or classes: a vector, one for each image of one pixel; `[N, L]` of signals;
  ///     `[N, H, W]`, whose rows lie where channels do; `[N, D, H, W]` of volumes, whose slices do.
  ///   - areShares: Which of the two labels are.
  ///   - gradient: Where the gradient by the logits goes, in their shape; nil for the loss.
  ///   - smoothing: The part of a label that all classes get in equal parts.
  package init(
    logits: BlockedMaps, labels: BlockedMaps, areShares: Bool, gradient: BlockedMaps? = nil, hasWeights: Bool,
    smoothing: Double, loops: Loops
  ) {
    precondition(
      areShares ? labels.hasShape(of: logits) : Self.supports(classes: labels, of: logits),
      "a pixel has shares, or one class")
    precondition(gradient?.hasShape(of: logits) ?? true, "a gradient has its value's shape")
    (self.logits, self.labels, self.areShares, self.gradient) = (logits, labels, areShares, gradient)
    (self.hasWeights, self.smoothing, self.loops) = (hasWeights, smoothing, loops)
  }

  /// Whether labels that are classes lie as this kernel reads them.
  package static func supports(classes: BlockedMaps, of logits: BlockedMaps) -> Bool {
    isVector(classes, of: logits) || isRow(classes, of: logits)
      || classes.images == logits.images && classes.channels * classes.height == logits.height
        && classes.width == logits.width
  }

  /// Whether a signal's classes lie as a vector's features do.
  private static func isRow(_ classes: BlockedMaps, of logits: BlockedMaps) -> Bool {
    classes.images == logits.images && logits.height == 1 && classes.channels == logits.width && classes.pixels == 1
  }

  private static func isVector(_ classes: BlockedMaps, of logits: BlockedMaps) -> Bool {
    logits.pixels == 1 && classes.images == 1 && classes.pixels == 1 && classes.channels == logits.images
  }

  package var name: String { gradient == nil ? "cross entropy" : "cross entropy gradient" }

  /// The rows' sums, and of a loss theirs.
  package var phases: Int { gradient == nil ? 2 : 1 }
  package func scratchCount(threads: Int) -> Int {
    gradient == nil ? 2.saturatingMultiplied(by: logits.images * logits.height) : 0
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    if let gradient {
      let factor = Double(memory.reads[2].pointee) / divisor(memory)
      forEachRow(of: worker) { image, row in
        var job = job(image, row, memory)
        let target = gradient.offset(image: image, block: 0, pixel: row * gradient.width)
        loops.table.cross_entropy_gradient(&job, factor, memory.output + target, gradient.blockStride)
      }
      return
    }
    guard let scratch = memory.scratch else { return }
    let losses = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)
    if phase == 0 {
      forEachRow(of: worker) { image, row in
        var job = job(image, row, memory)
        losses[image * logits.height + row] = loops.table.cross_entropy(&job)
      }
    } else if worker.index == 0 {
      var sum = 0.0
      for row in 0..<logits.images * logits.height { sum += losses[row] }
      memory.output.update(repeating: 0, count: BlockedMaps.lanes)
      memory.output[0] = Float(sum / divisor(memory))
    }
  }

  private func forEachRow(of worker: Worker, _ body: (_ image: Int, _ row: Int) -> Void) {
    for unit in worker.share(of: logits.images * logits.height) {
      let (image, row) = unit.quotientAndRemainder(dividingBy: logits.height)
      body(image, row)
    }
  }

  /// The weights of the classes, which are read last.
  private func weights(_ memory: KernelMemory) -> UnsafePointer<Float>? {
    hasWeights ? memory.reads[gradient == nil ? 2 : 3] : nil
  }

  /// What the sum over all images and pixels is divided by: their number, or the weights of their classes.
  private func divisor(_ memory: KernelMemory) -> Double {
    guard let weights = weights(memory), !areShares else { return Double(logits.images * logits.pixels) }
    var sum = 0.0
    for image in 0..<logits.images {
      for row in 0..<logits.height {
        let (classes, step) = classes(image, row, memory)
        for column in 0..<logits.width { sum += Double(weights[Int(classes[column * step])]) }
      }
    }
    return sum
  }

  /// The first class of a row, and floats to the next.
  private func classes(_ image: Int, _ row: Int, _ memory: KernelMemory) -> (UnsafePointer<Float>, step: Int) {
    if Self.isVector(labels, of: logits) { return (memory.reads[1] + image, 1) }
    if Self.isRow(labels, of: logits) { return (memory.reads[1] + image * labels.imageStride, 1) }
    let (channel, place) = row.quotientAndRemainder(dividingBy: labels.height)
    let pixel = place * labels.width * BlockedMaps.lanes
    return (memory.reads[1] + image * labels.imageStride + labels.offset(channel: channel) + pixel, BlockedMaps.lanes)
  }

  /// What the loops are told of a row of an image.
  private func job(_ image: Int, _ row: Int, _ memory: KernelMemory) -> cnnc_cross_entropy {
    var job = cnnc_cross_entropy()
    job.logits = memory.input + logits.offset(image: image, block: 0, pixel: row * logits.width)
    (job.logit_step, job.channels, job.count) = (logits.blockStride, logits.channels, logits.width)
    if areShares {
      job.shares = memory.reads[1] + labels.offset(image: image, block: 0, pixel: row * logits.width)
      job.share_step = labels.blockStride
    } else {
      (job.classes, job.class_step) = classes(image, row, memory)
    }
    job.weights = weights(memory)
    job.smoothing = Float(smoothing)
    return job
  }
}
