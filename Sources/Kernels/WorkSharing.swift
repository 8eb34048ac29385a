extension BlockedMaps {
  /// Calls a closure for each run of rows of one image in a worker's share of all rows.
  @inline(__always)
  func forEachRun(of worker: Worker, _ body: (_ image: Int, _ rows: Range<Int>) -> Void) {
    let share = worker.share(of: images * height)
    var next = share.lowerBound
    while next < share.upperBound {
      let (image, row) = next.quotientAndRemainder(dividingBy: height)
      let end = min(share.upperBound - image * height, height)
      body(image, row..<end)
      next = image * height + end
    }
  }

  /// Calls a closure for each row of each block in a worker's share of all rows.
  @inline(__always)
  func forEachRow(of worker: Worker, _ body: (_ image: Int, _ block: Int, _ row: Int) -> Void) {
    forEachRun(of: worker) { image, rows in
      for block in 0..<blocks {
        for row in rows { body(image, block, row) }
      }
    }
  }

  /// Calls a closure for stretches of pixels that make up a worker's share of all rows, each short enough to stay in
  /// the innermost cache from one loop over it to the next.
  @inline(__always)
  func forEachStretch(of worker: Worker, _ body: (_ image: Int, _ block: Int, _ pixels: Range<Int>) -> Void) {
    forEachRun(of: worker) { image, rows in
      for block in 0..<blocks {
        var next = rows.lowerBound * width
        while next < rows.upperBound * width {
          let end = min(next + 256, rows.upperBound * width)
          body(image, block, next..<end)
          next = end
        }
      }
    }
  }

  /// Calls a closure for each block of each image in a worker's share of those.
  @inline(__always)
  func forEachBlock(of worker: Worker, _ body: (_ image: Int, _ block: Int) -> Void) {
    for unit in worker.share(of: images * blocks) {
      let (image, block) = unit.quotientAndRemainder(dividingBy: blocks)
      body(image, block)
    }
  }

  /// Floats from the beginning to a pixel.
  func offset(image: Int, block: Int, pixel: Int = 0) -> Int {
    image * imageStride + block * blockStride + pixel * Self.lanes
  }

  /// Floats from a pixel's first block to a channel.
  func offset(channel: Int) -> Int { channel / Self.lanes * blockStride + channel % Self.lanes }

  /// Whether another value has the same number of images, channels, rows and columns.
  package func hasShape(of other: BlockedMaps) -> Bool {
    images == other.images && channels == other.channels && height == other.height && width == other.width
  }
}

/// Writes a worker's share of one number for each channel, in blocks of 16: of `values`, or without them the same
/// everywhere. Those beyond the channels become zero.
func packChannels(
  _ values: UnsafeBufferPointer<Float>?, else missing: Float = 0, _ channels: Int,
  into weights: UnsafeMutablePointer<Float>, worker: Worker
) {
  precondition(values.map { $0.count == channels } ?? true, "there is a number for each channel")
  for index in worker.share(of: BlockedMaps.blocks(channels) * BlockedMaps.lanes) {
    weights[index] = index < channels ? values?[index] ?? missing : 0
  }
}

/// The same of numbers wherever they lie.
func packChannels(
  _ values: WeightNumbers?, else missing: Float = 0, _ channels: Int, into weights: UnsafeMutablePointer<Float>,
  worker: Worker
) {
  guard let values else {
    return packChannels(
      nil as UnsafeBufferPointer<Float>?, else: missing, channels, into: weights, worker: worker)
  }
  values.withUnsafeBufferPointer { packChannels($0, else: missing, channels, into: weights, worker: worker) }
}

/// Makes the lanes behind the last of a vector's elements zero.
func clearLanes(behind count: Int, of vector: UnsafeMutablePointer<Float>, worker: Worker) {
  guard worker.index == 0 else { return }
  (vector + count).update(repeating: 0, count: BlockedMaps.roundedToLanes(count) - count)
}

extension Optional where Wrapped == UnsafePointer<Float> {
  /// The operand that a plan must give.
  var required: UnsafePointer<Float> {
    guard let self else { preconditionFailure("the plan gives this kernel too few operands") }
    return self
  }
}
