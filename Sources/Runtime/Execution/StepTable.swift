import Kernels

/// A plan's steps as its threads walk them: in memory that no reference is counted for, since threads that count the same
/// object's references wait for one another at every step.
///
/// Unchecked because nobody writes to it once it is made.
final class StepTable: @unchecked Sendable {
  /// A step, its operands by their places in the table.
  struct Entry {
    let reads: Range<Int>
    let writes: Range<Int>
    /// Floats from the start of the packed weights, and of the arena.
    let weights: Int
    let scratch: Int
    let phases: Int
  }

  let entries: UnsafeBufferPointer<Entry>
  let operands: UnsafeBufferPointer<Step.Operand>
  /// The kernel of each entry.
  let kernels: UnsafeBufferPointer<any Kernel>
  /// The most that a step reads or writes.
  let operandCount: Int

  init(_ steps: [Step]) {
    var operands: [Step.Operand] = []
    let entries = steps.map { step in
      let reads = operands.count..<operands.count + step.reads.count
      operands += step.reads
      let writes = operands.count..<operands.count + step.writes.count
      operands += step.writes
      return Entry(
        reads: reads, writes: writes, weights: step.weights, scratch: step.scratch, phases: step.kernel.phases)
    }
    self.entries = Self.copy(entries)
    self.operands = Self.copy(operands)
    kernels = Self.copy(steps.map(\.kernel))
    operandCount = entries.map { max($0.reads.count, $0.writes.count) }.max() ?? 0
  }

  deinit {
    Self.release(entries)
    Self.release(operands)
    Self.release(kernels)
  }

  private static func copy<Element>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = memory.initialize(from: elements)
    return UnsafeBufferPointer(memory)
  }

  private static func release<Element>(_ memory: UnsafeBufferPointer<Element>) {
    let memory = UnsafeMutableBufferPointer(mutating: memory)
    memory.deinitialize()
    memory.deallocate()
  }
}
