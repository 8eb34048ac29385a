import CKernels
import Tensors

/// Two values of one shape joined element by element, plus a residual, activated. The output may be either of them.
///
/// More than two are joined one after the other.
package struct JoinKernel: Kernel {
  /// How two elements become one.
  package enum Join: Hashable, Sendable {
    case sum
    case product
    /// NaN if one of the elements is NaN.
    case maximum
  }

  private let input: BlockedMaps
  private let second: BlockedMaps
  private let output: BlockedMaps
  private let join: Join
  private let epilogue: Epilogue
  private let activation: cnnc_activation
  private let loops: Loops

  /// All operands have one shape.
  package init(
    _ join: Join, input: BlockedMaps, second: BlockedMaps, output: BlockedMaps, epilogue: Epilogue = .none,
    loops: Loops
  ) {
    precondition(input.hasShape(of: output) && second.hasShape(of: output), "joined values have one shape")
    (self.input, self.second, self.output, self.join) = (input, second, output, join)
    (self.epilogue, self.loops) = (epilogue, loops)
    activation = cnnc_activation(epilogue.activation)
  }

  package var name: String {
    switch join {
    case .sum: "add"
    case .product: "multiply"
    case .maximum: "maximum"
    }
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let kind =
      switch join {
      case .sum: CNNC_SUM
      case .product: CNNC_PRODUCT
      case .maximum: CNNC_MAXIMUM
      }
    let other = memory.second.required
    output.forEachStretch(of: worker) { image, block, pixels in
      let place = output.offset(image: image, block: block, pixel: pixels.lowerBound)
      loops.table.join(
        memory.input + input.offset(image: image, block: block, pixel: pixels.lowerBound),
        other + second.offset(image: image, block: block, pixel: pixels.lowerBound),
        epilogue.residual(of: memory, image: image, at: place - image * output.imageStride), memory.output + place,
        pixels.count, kind, activation)
    }
  }
}

extension Operations.Add: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    JoinKernel(
      .sum, input: place.input, second: place.inputs[1], output: place.output, epilogue: place.epilogue,
      loops: place.loops)
  }
}

extension Operations.Maximum: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    JoinKernel(
      .maximum, input: place.input, second: place.inputs[1], output: place.output, epilogue: place.epilogue,
      loops: place.loops)
  }
}

extension Operations.Multiply: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    let (input, second) = (place.input, place.inputs[1])
    if second.pixels != input.pixels || second.channels != input.channels {
      return GateKernel(
        input: input, gate: second, output: place.output, epilogue: place.epilogue, loops: place.loops)
    }
    return JoinKernel(
      .product, input: input, second: second, output: place.output, epilogue: place.epilogue, loops: place.loops)
  }
}
