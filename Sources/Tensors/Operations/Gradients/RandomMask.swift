import Random

extension Operations {
  /// What dropout and stochastic depth do in training: each element, or each image, is zero with probability `rate`, the others
  /// are divided by `1 − rate`. The shape stays.
  ///
  /// Nothing is remembered: whether an element is kept is a hash of the seed, the layer, the step, which is the second input
  /// (see `StepNumber`), and the element's place in the batch. So its gradient is the same mask on the gradient.
  package struct RandomMask: Operation {
    package var rate: Double
    package var seed: UInt64
    /// The layer's path.
    package var name: String
    /// Whether an image is dropped as a whole.
    package var isPerImage: Bool

    package init(rate: Double, seed: UInt64, name: String, isPerImage: Bool) {
      self.rate = rate
      self.seed = seed
      self.name = name
      self.isPerImage = isPerImage
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let image = operands.input.planes.image
      let step = StepNumber.number(in: operands.inputs[1])
      let draws = generator.at(step)
      let factor = rate < 1 ? T.Scalar(1 / (1 - rate)) : 0
      return operands.input.making(operands.input.shape) { input, output in
        for index in input.indices {
          let isKept = draws.uniform(at: isPerImage ? index / image : index) >= rate
          output[index] = isKept ? input[index] * factor : 0
        }
      }
    }

    private var generator: CounterGenerator { CounterGenerator(seed: seed, name: "dropout \(name)") }

    /// How masks are drawn, for a kernel: an element is kept, and multiplied by the factor, where the bits that are mixed
    /// from its state are no less than the threshold, without the 11 lowest.
    package struct Draws: Hashable, Sendable {
      private let generator: CounterGenerator
      package let threshold: UInt64
      package let factor: Float

      fileprivate init(_ mask: RandomMask) {
        generator = mask.generator
        threshold = CounterGenerator.threshold(mask.rate)
        factor = mask.rate < 1 ? Float(1 / (1 - mask.rate)) : 0
      }

      /// The state of an element in a step.
      package func state(at index: Int, step: Int) -> UInt64 { generator.at(step).state(at: index) }

      /// What the state grows by from one element to the next.
      package var increment: UInt64 { CounterGenerator.increment }
    }

    /// How masks are drawn.
    package var draws: Draws { Draws(self) }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(inputs: [self(pullback.gradient, pullback.operands.inputs[1]), nil])
    }
  }
}

/// The number of a training step as a tensor `[2]`: its lower 24 bits, which single precision holds, and the others.
package enum StepNumber {
  package static let shape = [2]

  /// The tensor of a step, which is not negative and below 2⁴⁸.
  package static func tensor(_ step: Int) -> Tensor { Tensor([parts(step).low, parts(step).high]) }

  /// The elements of that tensor.
  package static func parts(_ step: Int) -> (low: Float, high: Float) { (Float(step & 0xFF_FFFF), Float(step >> 24)) }

  /// The step that a tensor says.
  static func number<T: PlainTensor>(in tensor: T) -> Int {
    let parts = tensor.elements.map { Float($0) }
    return number(low: parts[0], high: parts[1])
  }

  /// The step that a tensor's elements say.
  package static func number(low: Float, high: Float) -> Int { Int(low) | Int(high) << 24 }
}
