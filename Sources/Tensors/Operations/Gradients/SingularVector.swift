extension Operations {
  /// Half of a power iteration towards the singular vectors of a weight's largest singular value; inputs the weight, a matrix
  /// whose rows are those of a dimension, and the vector of the other side. See `Plain.singularVector`.
  ///
  /// No gradient flows through it: the norm that divides by the singular value takes its vectors as they are.
  package struct SingularVector: GradientOperation {
    /// On which side of the weight the vector stands that is made.
    package enum Side: Hashable, Sendable {
      /// u, with an element for each row, of v.
      case left
      /// v, with an element for each column, of u.
      case right
    }

    package var side: Side
    /// The dimension whose elements are the matrix's rows.
    package var dimension: Int

    package init(_ side: Side, dimension: Int) { (self.side, self.dimension) = (side, dimension) }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      let weight = operands.inputs[0]
      return [side == .left ? weight[dimension] : weight.saturatingProduct / max(1, weight[dimension])]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.singularVector(side, of: operands.inputs[0], from: operands.inputs[1], dimension: dimension)
    }
  }
}
