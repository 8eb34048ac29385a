import Tensors

/// An operation by its definition, where no kernel is known: one worker copies the operands out of their blocks and the
/// result into its own, which takes memory while it runs. No network of layers comes to it, only a program that makes weights
/// of parameters in ways of its own.
///
/// It reads the operation's inputs, then its weights, then a residual if there is one.
package struct DefinitionKernel: Kernel {
  private let operation: any Operation
  private let shapes: Operands<[Int]>
  private let reads: [BlockedMaps]
  private let output: BlockedMaps
  private let outputShape: [Int]
  private let residual: BlockedMaps?
  private let activation: Activation?

  /// - Parameters:
  ///   - operation: What is computed.
  ///   - shapes: The shapes of its operands.
  ///   - reads: Where the operands lie, in the order of `Operands.all`.
  ///   - output: Where the result lies.
  ///   - residual: Where what is added to the result lies, if anything.
  ///   - activation: What is applied last.
  package init(
    _ operation: any Operation, shapes: Operands<[Int]>, reads: [BlockedMaps], output: BlockedMaps,
    residual: BlockedMaps? = nil, activation: Activation? = nil
  ) {
    precondition(reads.count == shapes.all.count, "each operand lies somewhere")
    (self.operation, self.shapes, self.reads, self.output) = (operation, shapes, reads, output)
    (self.residual, self.activation) = (residual, activation)
    outputShape = operation.outputShape(of: shapes)
  }

  package var name: String { "definition of \(operation.name)" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard worker.index == 0 else { return }
    var next = 0
    let operands = shapes.map { shape in
      defer { next += 1 }
      return reads[next].tensor(at: memory.reads[next], shape: shape)
    }
    var result = operation.plain(operands)
    if let residual {
      result = Plain.add([result, residual.tensor(at: memory.reads[next], shape: outputShape)])
    }
    if let activation { result = Plain.activate(result, activation) }
    output.store(result, at: memory.output)
  }
}

extension BlockedMaps {
  /// The numbers that lie in these maps as a tensor of a shape with as many elements.
  func tensor(at start: UnsafePointer<Float>, shape: [Int]) -> Tensor {
    var tensor = Tensor(zeros: shape)
    tensor.withUnsafeMutableBufferPointer { elements in
      forEachElement { index, place in elements[index] = start[place] }
    }
    return tensor
  }

  /// Brings a tensor's numbers into these maps; the lanes beyond the channels become zero.
  func store(_ tensor: Tensor, at start: UnsafeMutablePointer<Float>) {
    for image in 0..<images {
      (start + image * imageStride).update(repeating: 0, count: blocks * blockStride)
    }
    tensor.withUnsafeBufferPointer { elements in
      forEachElement { index, place in start[place] = elements[index] }
    }
  }

  /// Calls a closure with each element's index in row-major order and its place.
  private func forEachElement(_ body: (_ index: Int, _ place: Int) -> Void) {
    var index = 0
    for image in 0..<images {
      for channel in 0..<channels {
        let first =
          image * imageStride + channel / Self.lanes * blockStride + channel % Self.lanes
        for pixel in 0..<pixels {
          body(index, first + pixel * Self.lanes)
          index += 1
        }
      }
    }
  }
}
