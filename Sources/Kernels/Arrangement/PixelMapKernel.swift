import Tensors

/// Pixels of maps in other places, written to a rectangle of the output: a crop, padding of every kind, some of a
/// batch's images, and the parts of a concatenation along the batch, the height or the width. The output is not the input.
package struct PixelMapKernel: Kernel {
  /// Columns of the output that are consecutive columns of the input, or none.
  private struct Run {
    var target: Int
    var source: Int?
    var count: Int
  }

  private let input: BlockedMaps
  /// The first of the input's images that is read.
  private let firstImage: Int
  /// The rectangle of the output, whose memory begins `offset` floats from the output's.
  private let area: BlockedMaps
  private let output: BlockedMaps
  private let origin: (image: Int, row: Int, column: Int)
  private let rows: [Int?]
  private let runs: [Run]
  private let elsewhere: Float
  package let name: String

  /// `rows` and `columns` have for each row and column of the rectangle the input's, or nil for the number `elsewhere`;
  /// the rectangle begins at an image, row and column of the output and has the input's channels and `images` of the
  /// input's, all if that is nil.
  package init(
    _ name: String, input: BlockedMaps, output: BlockedMaps, rows: [Int?], columns: [Int?], images: Range<Int>? = nil,
    elsewhere: Float = 0, at origin: (image: Int, row: Int, column: Int) = (0, 0, 0)
  ) {
    let images = images ?? 0..<input.images
    precondition(
      input.channels == output.channels && images.upperBound <= input.images
        && origin.image + images.count <= output.images
        && origin.row + rows.count <= output.height && origin.column + columns.count <= output.width,
      "the pixels lie in the output")
    (self.name, self.input, self.output, self.rows) = (name, input, output, rows)
    (self.origin, self.elsewhere, firstImage) = (origin, elsewhere, images.lowerBound)
    area = BlockedMaps(images: images.count, channels: input.channels, height: rows.count, width: columns.count)
    var runs: [Run] = []
    for (target, source) in columns.enumerated() {
      if let last = runs.last, last.source.map({ $0 + last.count }) == source {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(target: target, source: source, count: 1))
      }
    }
    self.runs = runs
  }

  /// A part of the maps.
  package static func crop(rows: Range<Int>, columns: Range<Int>, input: BlockedMaps, output: BlockedMaps) -> Self {
    PixelMapKernel("crop", input: input, output: output, rows: Array(rows), columns: Array(columns))
  }

  /// Some of a batch's images.
  package static func slice(images: Range<Int>, input: BlockedMaps, output: BlockedMaps) -> Self {
    PixelMapKernel(
      "image slice", input: input, output: output, rows: Array(0..<input.height), columns: Array(0..<input.width),
      images: images)
  }

  /// Rows and columns around the maps; how many follow from the output's size.
  package static func pad(
    top: Int, left: Int, mode: PadMode, input: BlockedMaps, output: BlockedMaps
  ) -> PixelMapKernel {
    var constant = 0.0
    if case .constant(let value) = mode { constant = value }
    return PixelMapKernel(
      "pad", input: input, output: output,
      rows: (0..<output.height).map { mode.source(of: $0 - top, in: input.height) },
      columns: (0..<output.width).map { mode.source(of: $0 - left, in: input.width) }, elsewhere: Float(constant))
  }

  /// All maps, as a part of a concatenation along the batch, the height or the width.
  package static func copy(
    input: BlockedMaps, output: BlockedMaps, at origin: (image: Int, row: Int, column: Int)
  ) -> PixelMapKernel {
    PixelMapKernel(
      "copy", input: input, output: output, rows: Array(0..<input.height), columns: Array(0..<input.width), at: origin)
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    area.forEachRow(of: worker) { image, block, row in
      let target =
        memory.output
        + output.offset(
          image: origin.image + image, block: block,
          pixel: (origin.row + row) * output.width + origin.column)
      for run in runs {
        let place = target + run.target * BlockedMaps.lanes
        if let row = rows[row], let column = run.source {
          let source = input.offset(image: firstImage + image, block: block, pixel: row * input.width + column)
          place.update(from: memory.input + source, count: run.count * BlockedMaps.lanes)
        } else {
          place.update(repeating: elsewhere, count: run.count * BlockedMaps.lanes)
        }
      }
    }
  }
}

extension Operations.Pad: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    PixelMapKernel.pad(top: top, left: left, mode: mode, input: place.input, output: place.output)
  }
}

extension Operations.Crop: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    PixelMapKernel.crop(rows: rows, columns: columns, input: place.input, output: place.output)
  }
}

extension Operations.ImageSlice: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    PixelMapKernel.slice(images: images, input: place.input, output: place.output)
  }
}
