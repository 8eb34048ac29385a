extension Operations {
  /// The weight of a convolution whose outputs see the channels that a table lists, `[Σ connections, kernel, kernel]` →
  /// `[out, C, kernel, kernel]`: a kernel for each entry of the table in its order, zeros where there is none (LeCun et al.
  /// 1998, table 1).
  package struct TableWeight: Operation {
    /// For each output the channels of the input that it sees, each once.
    package var connections: [[Int]]
    /// C.
    package var channels: Int
    /// The rows and columns of a kernel.
    package var kernel: [Int]

    package init(_ connections: [[Int]], channels: Int, kernel: [Int]) {
      self.connections = connections
      self.channels = channels
      self.kernel = kernel
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [connections.count, channels] + kernel }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let taps = kernel.reduce(1, *)
      return operands.input.making([connections.count, channels] + kernel) { kernels, result in
        for (kernel, place) in places.enumerated() {
          for tap in 0..<taps { result[place * taps + tap] = kernels[kernel * taps + tap] }
        }
      }
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(
        pullback.wantsInput ? TableWeightGradient(self, shape: pullback.input.shape)(pullback.gradient) : nil)
    }

    /// Where among the C · out kernels each of the table's lies.
    package var places: [Int] {
      connections.enumerated().flatMap { output, row in row.map { output * channels + $0 } }
    }
  }

  /// The gradient by the kernels of a table of connections, of the gradient by the weight that they make.
  package struct TableWeightGradient: GradientOperation {
    package var table: TableWeight
    /// That of the kernels.
    package var shape: [Int]

    package init(_ table: TableWeight, shape: [Int]) {
      self.table = table
      self.shape = shape
    }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { shape }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let taps = table.kernel.reduce(1, *)
      return operands.input.making(shape) { weight, result in
        for (kernel, place) in table.places.enumerated() {
          for tap in 0..<taps { result[kernel * taps + tap] = weight[place * taps + tap] }
        }
      }
    }
  }
}
