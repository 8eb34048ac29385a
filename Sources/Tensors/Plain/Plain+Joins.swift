extension Plain {
  /// Inputs one behind the other along an axis, 0 the batch: the sizes along it add up, all others agree.
  package static func concat<T: PlainTensor>(_ inputs: [T], axis: Int) -> T {
    var shape = inputs[0].shape
    shape[axis] = inputs.map { $0.shape[axis] }.reduce(0, +)
    let inner = shape[axis...].reduce(1, *)
    return T(shape: shape) { output in
      var offset = 0
      for input in inputs {
        let length = input.shape[axis...].reduce(1, *)
        input.withUnsafeBufferPointer { input in
          for (row, start) in stride(from: 0, to: input.count, by: max(1, length)).enumerated() {
            for index in 0..<length { output[row * inner + offset + index] = input[start + index] }
          }
        }
        offset += length
      }
    }
  }

  /// The sum of inputs of one shape.
  package static func add<T: PlainTensor>(_ inputs: [T]) -> T { join(inputs, +) }

  /// The mean of inputs of one shape.
  package static func mean<T: PlainTensor>(_ inputs: [T]) -> T { scale(add(inputs), by: 1 / Double(inputs.count)) }

  /// The largest of inputs of one shape, element by element; NaN is larger than every number.
  package static func maximum<T: PlainTensor>(_ inputs: [T]) -> T { join(inputs) { $1 > $0 || $1.isNaN ? $1 : $0 } }

  private static func join<T: PlainTensor>(_ inputs: [T], _ combine: (T.Scalar, T.Scalar) -> T.Scalar) -> T {
    var result = inputs[0]
    result.withUnsafeMutableBufferPointer { result in
      for input in inputs.dropFirst() {
        input.withUnsafeBufferPointer { input in
          for index in result.indices { result[index] = combine(result[index], input[index]) }
        }
      }
    }
    return result
  }

  /// The product of maps and a gate that is spread over them; the shape of the maps stays.
  ///
  /// The gate has the maps' shape, or is `[N, C, 1, 1]`, `[N, C]` or `[N, 1, H, W]`.
  package static func multiply<T: PlainTensor>(_ maps: T, by gate: T) -> T {
    let (planes, gates) = (maps.planes, gate.planes)
    var result = maps
    result.withUnsafeMutableBufferPointer { result in
      gate.withUnsafeBufferPointer { gate in
        for plane in 0..<planes.images * planes.channels {
          let (n, c) = plane.quotientAndRemainder(dividingBy: planes.channels)
          let start = (n * gates.channels + (gates.channels == 1 ? 0 : c)) * gates.pixels
          let step = gates.pixels == 1 ? 0 : 1
          for pixel in 0..<planes.pixels { result[plane * planes.pixels + pixel] *= gate[start + pixel * step] }
        }
      }
    }
    return result
  }
}
