extension Operations {
  /// Squared distances to centers, `[N, features]` → `[N, out]`; weight `[out, features]`. See `Plain.radialBasis`.
  package struct RadialBasis: Operation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [operands.input[0], operands.requiredWeight[0]] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.radialBasis(operands.input, centers: operands.requiredWeight)
    }
  }
}
