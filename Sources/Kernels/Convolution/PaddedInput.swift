import CKernels
import Tensors

/// Where a convolution reads its input: in place, or in a copy with the padding around it, which leaves no edges to
/// treat apart.
///
/// The copy costs some 2 % of a 3×3 convolution. Images are copied a few at a time, so that what was copied is still in
/// a cache when it is read.
struct PaddedInput {
  /// Floats of a pixel: 16, or 1 for planar input.
  let lanes: Int
  /// Blocks of an image, or channels of planar input.
  let blocks: Int
  let images: Int
  private let height: Int
  private let width: Int
  private let imageStride: Int
  private let window: SlidingWindow
  /// Whether there is a copy.
  let isCopied: Bool
  /// Rows and columns of what is read.
  let rows: Int
  let columns: Int
  /// Images of a round: they are copied, and then convolved.
  let roundImages: Int

  /// Floats of the copies that are made before they are used.
  private static let roundFloats = 1 << 20

  init(_ maps: BlockedMaps, window: SlidingWindow, planar: Bool = false) {
    lanes = planar ? 1 : BlockedMaps.lanes
    blocks = planar ? maps.channels : maps.blocks
    images = maps.images
    (height, width) = (maps.height, maps.width)
    imageStride = maps.imageStride
    self.window = window
    // The window may also end before the input does, and then nothing is missing.
    let needed = (rows: window.vertical.reach, columns: window.horizontal.reach)
    isCopied =
      window.vertical.before > 0 || window.horizontal.before > 0 || needed.rows > maps.height
      || needed.columns > maps.width
    (rows, columns) = isCopied ? needed : (maps.height, maps.width)
    let image = isCopied ? blocks * rows * columns * lanes : 1
    roundImages = isCopied ? min(images, max(1, Self.roundFloats / max(1, image))) : images
  }

  /// Whether the copies of a convolution would be much larger than what it reads and writes: then most of what its windows
  /// see is padding, and it had better look at each tap.
  static func isWasteful(_ convolution: Convolution) -> Bool {
    let (input, output) = (convolution.input, convolution.output)
    let copy = [
      input.blocks, convolution.window.vertical.reach, convolution.window.horizontal.reach, BlockedMaps.lanes,
    ]
    .saturatingProduct
    return copy > 1 << 24 && copy / 8 > input.blocks * input.blockStride + output.blocks * output.blockStride
  }

  /// The times that images are copied and convolved.
  var rounds: Int { isCopied ? (images + roundImages - 1) / roundImages : 1 }
  /// Each round's copying and convolving.
  var phases: Int { isCopied ? 2 * rounds : 1 }
  var rowStride: Int { columns * lanes }
  var blockStride: Int { rows * rowStride }
  /// Floats of an image as it is read.
  var imageCount: Int { blocks * blockStride }
  var scratchCount: Int { isCopied ? roundImages * imageCount : 0 }

  /// The images of a phase's round.
  func images(ofPhase phase: Int) -> Range<Int> {
    let round = isCopied ? phase / 2 : 0
    return round * roundImages..<min(images, (round + 1) * roundImages)
  }

  /// Whether a phase copies.
  func copies(inPhase phase: Int) -> Bool { isCopied && phase % 2 == 0 }

  /// Copies a worker's share of the rows of a phase's images.
  func copy(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let round = images(ofPhase: phase)
    // All blocks of a row are one thread's, like the rows of outputs.
    for units in RowRanges(worker.share(of: round.count * rows), rowsOfImage: rows) {
      let source = memory.input + (round.lowerBound + units.image) * imageStride
      for block in 0..<blocks {
        cnnc_pad_rows(
          source + block * height * width * lanes, height, width,
          scratch + (units.image * blocks + block) * blockStride, columns, window.vertical.before,
          window.horizontal.before, lanes, units.rows.lowerBound, units.rows.upperBound)
      }
    }
  }

  /// The first value of an image, given in the round of a phase.
  func image(_ image: Int, ofPhase phase: Int, memory: KernelMemory) -> UnsafePointer<Float> {
    guard isCopied, let scratch = memory.scratch else { return memory.input + image * imageStride }
    let first = images(ofPhase: phase).lowerBound
    return UnsafePointer(scratch) + (image - first) * imageCount
  }

  /// Where the taps are from the first, for `blocks` blocks: block, row, column.
  func offsets(blocks: Int) -> [Int] {
    var offsets: [Int] = []
    offsets.reserveCapacity(blocks * window.vertical.kernel * window.horizontal.kernel)
    for block in 0..<blocks {
      for y in 0..<window.vertical.kernel {
        for x in 0..<window.horizontal.kernel {
          offsets.append(
            block * blockStride + y * window.vertical.dilation * rowStride + x * window.horizontal.dilation * lanes)
        }
      }
    }
    return offsets
  }
}

extension SlidingWindow.Axis {
  /// The pixels from the first tap of the first window to the last of the last.
  fileprivate var reach: Int {
    (outputs - 1).saturatingMultiplied(by: stride)
      .saturatingAdded((kernel - 1).saturatingMultiplied(by: dilation)).saturatingAdded(1)
  }
}
