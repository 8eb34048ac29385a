import Tensors

/// How the maps and outputs of a convolution are halved for Strassen's method, and where sums lie in scratch memory.
///
/// Pixels are taken in chunks, whose first half is paired with the second. They are cut by the sizes alone, not by the
/// threads, so that these change no sum.
struct StrassenLayout {
  /// Blocks of outputs of the first half that are computed with those of the second, and where their weights begin,
  /// after the biases.
  struct Pair: Hashable {
    var output: Int
    var blocks: Int
    var weights: Int
  }

  /// Pixels of one image, the first `half` of them paired with the others, of which there may be one less.
  struct Chunk: Hashable {
    var image: Int
    var pixels: Range<Int>
    var half: Int { (pixels.count + 1) / 2 }
    var rest: Int { pixels.count - half }
  }

  let images: Int
  let pixels: Int
  /// Chunks of an image.
  let chunksOfImage: Int
  /// Blocks of a half.
  let inputBlocks: Int
  let outputBlocks: Int
  let pairs: [Pair]
  /// Whether the pixels that are computed are copied from between others.
  let isCopied: Bool

  /// Parts of the weights of a pair, each of as many floats as `partCount` says.
  static let parts = 7

  /// Nil if the convolution is no product of matrices whose inputs and outputs have two halves.
  init?(_ convolution: Convolution, panelBlocks: Int) {
    guard Self.supports(convolution) else { return nil }
    let (input, output) = (convolution.input, convolution.output)
    (images, pixels) = (output.images, output.pixels)
    (inputBlocks, outputBlocks) = (input.blocks / 2, output.blocks / 2)
    isCopied = (input.height, input.width) != (output.height, output.width)
    let near = max(1, Self.nearFloats / (2 * input.blocks * BlockedMaps.lanes))
    chunksOfImage = max(1, (pixels + near / 2) / near, (pixels + Self.chunkPixels / 2) / Self.chunkPixels)
    var pairs: [Pair] = []
    var weights = 0
    for output in stride(from: 0, to: outputBlocks, by: panelBlocks) {
      let blocks = min(panelBlocks, outputBlocks - output)
      pairs.append(Pair(output: output, blocks: blocks, weights: weights))
      weights += Self.parts * inputBlocks * blocks * BlockedMaps.lanes * BlockedMaps.lanes
    }
    self.pairs = pairs
  }

  /// Whether the method can compute a convolution: one of 1×1 and one group, without padding, with even numbers of
  /// blocks.
  static func supports(_ convolution: Convolution) -> Bool {
    convolution.groups == 1 && convolution.input.blocks % 2 == 0 && convolution.output.blocks % 2 == 0
      && [convolution.window.vertical, convolution.window.horizontal].allSatisfy { $0.kernel == 1 }
      && !PaddedInput(convolution.input, window: convolution.window).isCopied
  }

  /// Whether there are so many inputs, outputs and pixels that the method may gain.
  static func isWorthMeasuring(_ convolution: Convolution) -> Bool {
    supports(convolution) && min(convolution.input.blocks, convolution.output.blocks) >= 8
      && convolution.output.pixels >= 24
  }

  /// The pixels that a chunk has about, so that weights are used several times from the innermost cache.
  static let chunkPixels = 100
  /// Floats of a chunk's inputs and sums that stay in the second cache.
  static let nearFloats = 256 << 10

  /// Floats of a part of a pair's weights.
  func partCount(of pair: Pair) -> Int { inputBlocks * pair.blocks * BlockedMaps.lanes * BlockedMaps.lanes }

  /// Floats of all weights.
  var weightCount: Int { pairs.last.map { $0.weights + Self.parts * partCount(of: $0) } ?? 0 }

  var chunks: Int { images * chunksOfImage }

  func chunk(_ index: Int) -> Chunk {
    let (image, chunk) = index.quotientAndRemainder(dividingBy: chunksOfImage)
    return Chunk(image: image, pixels: Worker(index: chunk, count: chunksOfImage).share(of: pixels))
  }

  /// The most pixels of a half of a chunk.
  private var halfCapacity: Int { ((pixels + chunksOfImage - 1) / chunksOfImage + 1) / 2 }
  /// Floats between blocks of sums and of partial outputs.
  var blockStride: Int { halfCapacity * BlockedMaps.lanes }
  /// Floats between the sums of inputs.
  var sumStride: Int { inputBlocks * blockStride }
  /// Floats between blocks of copied pixels.
  var copyStride: Int { 2 * blockStride }
  /// Floats between partial outputs: two blocks at most.
  var partialStride: Int { (pairs.first?.blocks ?? 0) * blockStride }
  /// Where the partial outputs and the copied pixels lie, behind the sums.
  var partialStart: Int { 4 * sumStride }
  var copyStart: Int { partialStart + 3 * partialStride }
  /// Floats of a thread's scratch memory.
  var scratchCount: Int { copyStart + (isCopied ? 2 * inputBlocks * copyStride : 0) }
}
