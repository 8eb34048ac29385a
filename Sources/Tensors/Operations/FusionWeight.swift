extension Operations {
  /// One of some learned weights `[n]`, normalized among them: `[1]`. See `Plain.fusionWeight`.
  package struct FusionWeight: Operation {
    /// How the weights of a weighted sum follow from what is learned.
    package enum Normalization: Hashable, Sendable {
      /// They are what is learned.
      case none
      /// `max(w, 0) / (epsilon + Σ max(w, 0))`, fast normalized fusion. Tan et al. 2019, arXiv:1911.09070.
      case relu(epsilon: Double)
      /// `exp(w) / Σ exp(w)`.
      case softmax
    }

    package var index: Int
    package var normalization: Normalization

    package init(_ index: Int, _ normalization: Normalization) {
      self.index = index
      self.normalization = normalization
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [1] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.fusionWeight(operands.input, index: index, normalization)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(FusionWeightGradient(self)(pullback.gradient, pullback.input))
    }
  }
}

extension Plain {
  /// The element `index` of `weights`, normalized among them: a tensor `[1]`.
  package static func fusionWeight<T: PlainTensor>(
    _ weights: T, index: Int, _ normalization: Operations.FusionWeight.Normalization
  ) -> T {
    let elements = weights.elements.map { Double($0) }
    let value: Double
    switch normalization {
    case .none: value = elements[index]
    case .relu(let epsilon):
      value = max(elements[index], 0) / (epsilon + elements.reduce(0) { $0 + max($1, 0) })
    case .softmax:
      let largest = elements.max() ?? 0
      let exponentials = elements.map { Double.exponential($0 - largest) }
      value = exponentials[index] / exponentials.reduce(0, +)
    }
    return T([T.Scalar(value)], shape: [1])
  }
}
