import Tensors

/// The part of a convolution's input gradient with one remainder of the positions by the strides: a convolution of the
/// gradient of the output.
struct InputGradientPart: Sendable {
  /// The convolution's taps that it takes, in the order of its own; nil for zeros.
  let taps: [Int?]
  /// What it gives.
  let maps: BlockedMaps
  /// `[inputs, outputs of a group, rows, columns]`.
  let weightShape: [Int]
  let kernel: any WeightedKernel
  /// How the kernel reads the convolution's own weight; nil if it must be transposed for it.
  let turned: TurnedOrder?
  private let first: (row: Int, column: Int)
  private let stride: (row: Int, column: Int)

  /// - Parameter whole: Where the gradient of the whole input lies, if this is all of it.
  init(
    _ vertical: GradientWindow.Part, _ horizontal: GradientWindow.Part, of convolution: Convolution,
    into whole: BlockedMaps?, allowsWinograd: Bool, loops: Loops
  ) {
    let window = convolution.window
    let columns = window.horizontal.kernel
    taps = vertical.taps.flatMap { row in
      horizontal.taps.map { column in row.flatMap { row in column.map { row * columns + $0 } } }
    }
    let input = convolution.input
    maps =
      whole
      ?? BlockedMaps(
        images: input.images, channels: input.channels, height: vertical.axis.outputs,
        width: horizontal.axis.outputs)
    weightShape = [
      input.channels, convolution.output.channels / convolution.groups, vertical.taps.count, horizontal.taps.count,
    ]
    let mirrored = Convolution(
      input: convolution.output, output: maps,
      window: SlidingWindow(vertical: vertical.axis, horizontal: horizontal.axis), groups: convolution.groups)
    kernel = mirrored.kernel(
      .rule(for: mirrored, allowsWinograd: allowsWinograd, allowsStrassen: false), loops: loops)
    turned =
      convolution.groups == 1 && !(kernel is SparseConvolution)
      ? TurnedOrder(size: window.area, chosen: taps.map { Int32($0 ?? -1) }) : nil
    first = (vertical.first, horizontal.first)
    stride = (window.vertical.stride, window.horizontal.stride)
  }

  /// Does a worker's share of a phase of the convolution.
  func run(
    phase: Int, reading gradient: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
    weights: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>, worker: Worker
  ) {
    withUnsafePointer(to: gradient) { reads in
      withUnsafePointer(to: target) { writes in
        kernel.run(
          phase: phase,
          memory: KernelMemory(
            reads: UnsafeBufferPointer(start: reads, count: 1), writes: UnsafeBufferPointer(start: writes, count: 1),
            weights: weights, scratch: scratch), worker: worker)
      }
    }
  }

  /// Copies a block of what it gave to its places in the whole.
  func put(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, rowStride: Int) {
    let lanes = BlockedMaps.lanes
    for row in 0..<maps.height {
      let line = target + (first.row + row * stride.row) * rowStride + first.column * lanes
      for column in 0..<maps.width {
        (line + column * stride.column * lanes).update(from: source + (row * maps.width + column) * lanes, count: lanes)
      }
    }
  }
}

/// A convolution's weight with inputs and outputs exchanged within each group: `[inputs, outputs of a group, taps]` of
/// `[outputs, inputs of a group, taps]`.
struct TransposedWeight: Hashable {
  var outputs: Int
  var inputs: Int
  var groups: Int
  /// The convolution's taps.
  var taps: Int

  /// Floats of the transposed weight with a number of taps.
  func count(taps: Int) -> Int { [inputs, outputs / groups, taps].saturatingProduct }

  /// Writes a worker's share of the inputs with the given taps, zeros for nil.
  func write(
    _ weight: UnsafePointer<Float>, taps chosen: [Int?], into target: UnsafeMutablePointer<Float>, worker: Worker
  ) {
    let (groupInputs, groupOutputs) = (inputs / groups, outputs / groups)
    for input in worker.share(of: inputs) {
      let (group, channel) = input.quotientAndRemainder(dividingBy: groupInputs)
      var place = target + input * groupOutputs * chosen.count
      for output in group * groupOutputs..<(group + 1) * groupOutputs {
        let source = weight + (output * groupInputs + channel) * taps
        for tap in chosen {
          place.pointee = tap.map { source[$0] } ?? 0
          place += 1
        }
      }
    }
  }
}
