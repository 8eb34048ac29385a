extension Operations {
  /// The gradient by one of the inputs of an element-wise maximum, of the gradient by its result and all inputs; the shape
  /// stays. It goes to the first of the largest.
  package struct MaximumGradient: GradientOperation {
    /// Which of the maximum's inputs.
    package var position: Int

    package init(position: Int) { self.position = position }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let inputs = operands.inputs.dropFirst()
      var result = operands.input
      for (index, other) in inputs.enumerated() where index != position {
        let isBefore = index < position
        let own = inputs[inputs.startIndex + position]
        let isLarger = Plain.combine(own, other) { own, other in
          (isBefore ? own > other : own >= other) || own.isNaN ? 1 : 0
        }
        result = Plain.combine(result, isLarger) { $1 > 0 ? $0 : 0 }
      }
      return result
    }
  }

  /// The gradient by a gate that was spread over maps, in the gate's shape: sums of the gradient by the product, `[N, C, …]`,
  /// times the maps.
  package struct GateGradient: GradientOperation {
    package var shape: [Int]

    package init(_ shape: [Int]) { self.shape = shape }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { shape }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (planes, gates) = (operands.input.planes, Planes(shape))
      return operands.inputs[1].withUnsafeBufferPointer { maps in
        operands.input.making(shape) { gradient, result in
          for plane in 0..<planes.images * planes.channels {
            let (n, c) = plane.quotientAndRemainder(dividingBy: planes.channels)
            let start = (n * gates.channels + (gates.channels == 1 ? 0 : c)) * gates.pixels
            let step = gates.pixels == 1 ? 0 : 1
            for pixel in 0..<planes.pixels {
              let index = plane * planes.pixels + pixel
              result[start + pixel * step] += gradient[index] * maps[index]
            }
          }
        }
      }
    }
  }

  /// Some of a batch's images, `[N, …]` → `[images, …]`: the gradient by an input of a concatenation of batches.
  package struct ImageSlice: GradientOperation {
    package var images: Range<Int>

    package init(_ images: Range<Int>) { self.images = images }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [images.count] + operands.input.dropFirst() }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let image = operands.input.planes.image
      return operands.input.making(outputShape(of: operands.map(\.shape))) { input, output in
        for index in output.indices { output[index] = input[images.lowerBound * image + index] }
      }
    }
    package var mixesImages: Bool { true }
  }

  /// The gradient by a parametric ReLU's input, of the gradient by its result and its input; the shape stays. At 0 it is the
  /// weight, as in PyTorch.
  package struct PReLUInputGradient: GradientOperation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let slopes = Plain.scale(operands.input, by: operands.requiredWeight).elements
      return operands.inputs[1].withUnsafeBufferPointer { input in
        operands.input.making(operands.input.shape) { gradient, output in
          for index in gradient.indices { output[index] = input[index] > 0 ? gradient[index] : slopes[index] }
        }
      }
    }
  }

  /// The gradient by a parametric ReLU's weight, `[C]` or `[1]`, of the gradient by its result and its input.
  package struct PReLUWeightGradient: GradientOperation {
    /// Whether one slope is all channels'.
    package var isSingle: Bool

    package init(isSingle: Bool) { self.isSingle = isSingle }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [isSingle ? 1 : operands.input[1]] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let negative = operands.inputs[1].map { $0 > 0 ? 0 : $0 }
      return ChannelScaleWeightGradient(isSingle: isSingle).plain(Operands([operands.input, negative]))
    }
    package var mixesImages: Bool { true }
  }
}
