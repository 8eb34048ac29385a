import Tensors

/// An operation that has a kernel, and says which it is; each says so where the kernel stands.
///
/// Convolutions do not: a plan chooses between algorithms for them. Operations that only make weights of other tensors,
/// and are gone before a network runs, need none; what says nothing runs by its definition.
package protocol KernelOperation: Operation {
  /// The kernel for operands that lie as `place` says; nil if it has none for those.
  func kernel(at place: KernelPlace) -> (any Kernel)?
}

/// Where the operands of an operation lie, and what else its kernel is made of.
package struct KernelPlace: Sendable {
  package var inputs: [BlockedMaps]
  package var output: BlockedMaps
  /// The shapes of all operands, weights among them.
  package var shapes: Operands<[Int]>
  /// What the kernel does before it stores. It is `none` for an operation that fuses nothing.
  package var epilogue: Epilogue
  package var loops: Loops

  /// - Parameters:
  ///   - inputs: Where each input lies; there is at least one.
  ///   - output: Where the result lies.
  ///   - shapes: The shapes of the operands, with the batch.
  ///   - epilogue: What is done before storing.
  ///   - loops: The inner loops of the plan's instruction set.
  package init(
    inputs: [BlockedMaps], output: BlockedMaps, shapes: Operands<[Int]>, epilogue: Epilogue = .none, loops: Loops
  ) {
    precondition(!inputs.isEmpty, "an operation reads something")
    (self.inputs, self.output, self.shapes) = (inputs, output, shapes)
    (self.epilogue, self.loops) = (epilogue, loops)
  }

  /// The first input.
  package var input: BlockedMaps { inputs[0] }
}
