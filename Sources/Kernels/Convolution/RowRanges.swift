/// Rows of one image.
struct ImageRows: Hashable {
  var image: Int
  var rows: Range<Int>
}

/// Consecutive rows of a batch, an image at a time: row `r` of image `i` is unit `i · rowsOfImage + r`.
struct RowRanges: Sequence, IteratorProtocol {
  private var rest: Range<Int>
  private let rowsOfImage: Int

  init(_ units: Range<Int>, rowsOfImage: Int) {
    rest = units
    self.rowsOfImage = rowsOfImage
  }

  mutating func next() -> ImageRows? {
    guard !rest.isEmpty else { return nil }
    let image = rest.lowerBound / rowsOfImage
    let start = image * rowsOfImage
    let end = Swift.min(rest.upperBound, start + rowsOfImage)
    let rows = rest.lowerBound - start..<end - start
    rest = end..<rest.upperBound
    return ImageRows(image: image, rows: rows)
  }
}
