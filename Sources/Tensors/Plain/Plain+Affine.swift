extension Plain {
  /// Each channel times a number plus a number; the shape stays. `y = scale·x + shift`, an element for each channel.
  static func affine<T: PlainTensor>(_ input: T, scale: [T.Scalar], shift: [T.Scalar]) -> T {
    let planes = input.planes
    return input.making(input.shape) { input, output in
      for plane in 0..<planes.images * planes.channels {
        let (scale, shift) = (scale[plane % planes.channels], shift[plane % planes.channels])
        for index in plane * planes.pixels..<(plane + 1) * planes.pixels {
          output[index] = input[index] * scale + shift
        }
      }
    }
  }

  /// The learned end of a norm: `y = weight·x + bias`, where what is absent does nothing.
  static func affine<T: PlainTensor>(_ input: T, weight: T?, bias: T?) -> T {
    if weight == nil && bias == nil { return input }
    return affine(
      input, scale: weight?.elements ?? Array(repeating: 1, count: input.channels),
      shift: bias?.elements ?? Array(repeating: 0, count: input.channels))
  }

  /// Every element times a number; the shape stays.
  package static func scale<T: PlainTensor>(_ input: T, by factor: Double) -> T {
    let factor = T.Scalar(factor)
    return input.map { $0 * factor }
  }

  /// Each channel times its element of `weight`, `[C]`, or all times the one of `[1]`; the shape stays.
  package static func scale<T: PlainTensor>(_ input: T, by weight: T) -> T {
    if weight.count == 1, input.channels > 1 { return scale(input, by: Double(weight.elements[0])) }
    return affine(input, weight: weight, bias: nil)
  }
}
