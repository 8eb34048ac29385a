import ONNX
import Tensors

extension Operations.Upsample: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let maps = graph.maps(operands.input)
    let axes = [resize(maps.shape[2], to: size.height), resize(maps.shape[3], to: size.width)]
    let shape = Array(maps.shape[..<2]) + [size.height, size.width]
    let scales = axes.compactMap(\.scale)
    if scales.count == 2 {
      let tensor = graph.tensor(Tensor([1, 1] + scales), "scales")
      return graph.node("Resize", [maps.name, "", tensor], attributes, shape: shape)
    }
    // Where single precision takes other pixels than the operator would, they are named one by one.
    if mode == .nearest {
      let rows = graph.gather(maps, axes[0].pixels.pixels, axis: 2)
      return graph.gather(rows, axes[1].pixels.pixels, axis: 3)
    }
    return graph.mixed(maps, rows: axes[0].matrix, columns: axes[1].matrix)
  }

  private func resize(_ size: Int, to outputs: Int) -> AxisResize {
    AxisResize(size, to: outputs, factor: factor, mode: mode, alignCorners: alignCorners)
  }

  private var attributes: [AttributeProto] {
    let corners = alignCorners ? "align_corners" : "half_pixel"
    switch mode {
    case .nearest:
      return [
        .string("mode", "nearest"), .string("coordinate_transformation_mode", "asymmetric"),
        .string("nearest_mode", "floor"),
      ]
    case .bilinear: return [.string("mode", "linear"), .string("coordinate_transformation_mode", corners)]
    case .bicubic:
      return [
        .string("mode", "cubic"), .string("coordinate_transformation_mode", corners), .float("cubic_coeff_a", -0.75),
      ]
    }
  }
}

/// How an axis is resized: by a scale, if the operator then does the same.
private struct AxisResize {
  let size: Int
  let outputs: Int
  let pixels: AxisResampling<Float>
  /// What the operator multiplies the size by; nil where it would make another size of it, or take other pixels.
  let scale: Float?

  init(_ size: Int, to outputs: Int, factor: Double?, mode: Interpolation, alignCorners: Bool) {
    let taken = AxisResampling<Float>(from: size, to: outputs, factor: factor, mode: mode, alignCorners: alignCorners)
    self.size = size
    self.outputs = outputs
    pixels = taken
    let scale = Self.scale(size, to: outputs, factor: alignCorners ? nil : factor, mode: mode)
    let isOfSize = Int(Float(size) * scale) == outputs && Int(Double(size) * Double(scale)) == outputs
    let isOfPixels =
      mode != .nearest
      || (0..<outputs).allSatisfy { output in
        let (single, double) = (Int(Float(output) / scale), Int(Double(output) / Double(scale)))
        return min(single, size - 1) == taken.pixels[output] && min(double, size - 1) == taken.pixels[output]
      }
    self.scale = isOfSize && isOfPixels ? scale : nil
  }

  /// The scale that the layer says, or the least that makes the size; where the size stays, pixels stay, but with bicubic.
  private static func scale(_ size: Int, to outputs: Int, factor: Double?, mode: Interpolation) -> Float {
    if let factor, mode == .bicubic || outputs != size { return Float(factor) }
    let scale = Float(Double(outputs) / Double(size))
    return Double(scale) * Double(size) < Double(outputs) ? scale.nextUp : scale
  }

  /// The weights of an output's pixels, `[outputs, size]`.
  var matrix: Tensor {
    var weights = [Float](repeating: 0, count: outputs * size)
    for output in 0..<outputs {
      for tap in output * pixels.taps..<(output + 1) * pixels.taps {
        weights[output * size + pixels.pixels[tap]] += pixels.weights[tap]
      }
    }
    return Tensor(weights, shape: [outputs, size])
  }
}
