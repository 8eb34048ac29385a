import Kernels
import Tensors
import Testing

/// Runs a kernel with one to four workers, the last first, and gives what it wrote; the same bits for all.
func runKernel(
  _ reads: [BlockedMemory], writes shapes: [[Int]], gap: Int = 0, sourceLocation: SourceLocation = #_sourceLocation,
  _ make: ([BlockedMaps]) -> any Kernel
) -> [Tensor] {
  var results: [[BlockedMemory]] = []
  for workers in 1...4 {
    let writes = shapes.map { BlockedMemory($0, gap: gap) }
    let kernel = make(writes.map(\.maps))
    let scratch = AlignedFloats(count: kernel.scratchCount(threads: workers))
    withExtendedLifetime((reads, writes, scratch)) {
      KernelMemory.with(reads.map { UnsafePointer($0.start) }, writes.map(\.start), scratch: scratch.start) {
        memory in
        for phase in 0..<kernel.phases {
          for worker in (0..<workers).reversed() {
            kernel.run(phase: phase, memory: memory, worker: Worker(index: worker, count: workers))
          }
        }
      }
    }
    #expect(
      writes.allSatisfy { $0.isGuardIntact && $0.areSpareLanesFinite }, "\(kernel.name), \(workers) workers",
      sourceLocation: sourceLocation)
    results.append(writes)
    #expect(
      zip(results[0], writes).allSatisfy { $0.bits == $1.bits }, "\(kernel.name), \(workers) workers",
      sourceLocation: sourceLocation)
  }
  return results[0].map(\.tensor)
}

extension BlockedMemory {
  /// Labels that are classes: a vector `[N]`, or `[N, H, W]` as a plan has it, whose rows lie where channels do.
  convenience init(classes: Tensor) {
    let shape = classes.shape
    self.init(classes.reshaped(to: shape.count == 1 ? [1] + shape : [shape[0], shape[1], 1, shape[2]]))
  }

  /// A tensor in row-major order.
  convenience init(rows tensor: Tensor) { self.init(tensor.reshaped(to: [1, tensor.count])) }
}
