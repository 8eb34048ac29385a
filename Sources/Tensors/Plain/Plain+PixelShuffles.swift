extension Plain {
  /// Blocks of pixels become channels, `[N, C, H, W]` → `[N, C·block², H / block, W / block]` (PyTorch's pixel
  /// unshuffle).
  ///
  /// Pixel `(dy, dx)` of a block of channel c becomes channel `(c·block + dy)·block + dx`.
  package static func spaceToDepth<T: PlainTensor>(_ input: T, block: Int) -> T {
    let (channels, height, width) = (input.channels, input.height / block, input.width / block)
    return shuffle(input, [input.shape[0], channels * block * block, height, width], height, width, block, packs: true)
  }

  /// Channels become blocks of pixels, `[N, C, H, W]` → `[N, C / block², H·block, W·block]` (PyTorch's pixel shuffle):
  /// the inverse of `spaceToDepth`.
  package static func depthToSpace<T: PlainTensor>(_ input: T, block: Int) -> T {
    let (channels, height, width) = (input.channels / (block * block), input.height, input.width)
    return shuffle(
      input, [input.shape[0], channels, height * block, width * block], height, width, block, packs: false)
  }

  /// Moves every pixel of the maps with blocks to its place among the channels, or back. `height` and `width` are those
  /// of the maps without blocks.
  private static func shuffle<T: PlainTensor>(
    _ input: T, _ shape: [Int], _ height: Int, _ width: Int, _ block: Int, packs: Bool
  ) -> T {
    input.making(shape) { input, output in
      var packed = 0
      for plane in 0..<input.count / max(1, height * width) {
        let (maps, tap) = plane.quotientAndRemainder(dividingBy: block * block)
        let (down, right) = tap.quotientAndRemainder(dividingBy: block)
        for y in 0..<height {
          for x in 0..<width {
            let spread = ((maps * height + y) * block + down) * width * block + x * block + right
            if packs { output[packed] = input[spread] } else { output[spread] = input[packed] }
            packed += 1
          }
        }
      }
    }
  }
}
