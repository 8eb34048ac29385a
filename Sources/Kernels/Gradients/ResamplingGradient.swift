import CKernels
import Tensors

/// The gradient by the input of what makes pixels of weighted pixels in rows and columns: resizing by interpolation, and
/// padding with what is inside.
///
/// It goes by the input's pixels, each the sum of its shares of the gradient, so threads write apart.
package struct ResamplingGradient: Kernel {
  /// Which pixels of the gradient each pixel of the input has a share of, along an axis.
  private struct Axis: Sendable {
    /// As many for each pixel; those of no weight fill up.
    var taps = 1
    /// Floats from the first of the axis.
    var offsets: [Int64] = []
    var weights: [Float] = []

    init(_ shares: [[(output: Int, weight: Float)]], step: Int) {
      taps = max(1, shares.map(\.count).max() ?? 1)
      for pixel in shares {
        let filler = (output: pixel.last?.output ?? 0, weight: Float(0))
        for share in pixel + Array(repeating: filler, count: taps - pixel.count) {
          offsets.append(Int64(share.output * step))
          weights.append(share.weight)
        }
      }
    }
  }

  package let name: String
  private let gradient: BlockedMaps
  private let output: BlockedMaps
  private let rows: Axis
  private let columns: Axis
  private let loops: Loops

  /// The gradient of a resize; `output` is where that of its input goes.
  package init(_ resize: Operations.Upsample, gradient: BlockedMaps, output: BlockedMaps, loops: Loops) {
    func shares(from size: Int, to outputs: Int) -> [[(output: Int, weight: Float)]] {
      let axis = AxisResampling<Float>(
        from: size, to: outputs, factor: resize.factor, mode: resize.mode, alignCorners: resize.alignCorners)
      var result = Array(repeating: [(output: Int, weight: Float)](), count: size)
      for index in axis.pixels.indices where axis.weights[index] != 0 {
        result[axis.pixels[index]].append((index / axis.taps, axis.weights[index]))
      }
      return result
    }
    self.init(
      "upsample \(resize.mode) gradient", rows: shares(from: output.height, to: gradient.height),
      columns: shares(from: output.width, to: gradient.width), gradient: gradient, output: output, loops: loops)
  }

  /// The gradient of a padding; `output` is where that of its input goes.
  package init(_ pad: Operations.Pad, gradient: BlockedMaps, output: BlockedMaps, loops: Loops) {
    func shares(of size: Int, before: Int, in outputs: Int) -> [[(output: Int, weight: Float)]] {
      var result = Array(repeating: [(output: Int, weight: Float)](), count: size)
      for output in 0..<outputs {
        if let pixel = pad.mode.source(of: output - before, in: size) { result[pixel].append((output, 1)) }
      }
      return result
    }
    self.init(
      "pad gradient", rows: shares(of: output.height, before: pad.top, in: gradient.height),
      columns: shares(of: output.width, before: pad.left, in: gradient.width), gradient: gradient, output: output,
      loops: loops)
  }

  private init(
    _ name: String, rows: [[(output: Int, weight: Float)]], columns: [[(output: Int, weight: Float)]],
    gradient: BlockedMaps, output: BlockedMaps, loops: Loops
  ) {
    precondition(
      gradient.images == output.images && gradient.channels == output.channels, "images and channels stay")
    (self.name, self.gradient, self.output, self.loops) = (name, gradient, output, loops)
    self.rows = Axis(rows, step: gradient.rowStride)
    self.columns = Axis(columns, step: BlockedMaps.lanes)
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    rows.offsets.withUnsafeBufferPointer { rowOffsets in
      columns.offsets.withUnsafeBufferPointer { columnOffsets in
        rows.weights.withUnsafeBufferPointer { rowWeights in
          columns.weights.withUnsafeBufferPointer { columnWeights in
            output.forEachRow(of: worker) { image, block, row in
              loops.table.resample(
                memory.input + gradient.offset(image: image, block: block),
                rowOffsets.baseAddress.map { $0 + row * rows.taps },
                rowWeights.baseAddress.map { $0 + row * rows.taps }, rows.taps, columnOffsets.baseAddress,
                columnWeights.baseAddress, columns.taps,
                memory.output + output.offset(image: image, block: block, pixel: row * output.width), output.width)
            }
          }
        }
      }
    }
  }
}
