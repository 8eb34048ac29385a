import Kernels
import Tensors

/// A tensor that outlives steps of training.
package struct StateTensor: Hashable, Sendable {
  /// The parameter's name: `layer1.0.conv1.weight`.
  package var path: String
  /// What is kept for the parameter, such as its momentum; nil for the parameter itself.
  package var slot: String?

  package init(_ path: String, slot: String? = nil) {
    self.path = path
    self.slot = slot
  }
}

/// Where tensors lie in a state.
package struct StateDirectory: Sendable {
  /// Floats from the start to each tensor's elements, which are in row-major order.
  package private(set) var places: [StateTensor: Range<Int>] = [:]
  /// Floats of the state.
  package private(set) var count = 0

  package init() {}

  /// Adds a tensor of so many elements behind the others, at a multiple of 64 bytes.
  package mutating func add(_ tensor: StateTensor, count elements: Int) {
    guard places[tensor] == nil else { return }
    places[tensor] = count..<count.saturatingAdded(elements)
    count = count.saturatingAdded(BlockedMaps.roundedToLanes(elements))
  }
}

/// The memory that plans of one network share in training: parameters, and what is kept for them.
///
/// Plans read and write it in place, one run at a time; whoever owns them sees to that.
package final class SharedState: Sendable {
  package let directory: StateDirectory
  let memory: MemoryRegion

  /// A state of zeros.
  ///
  /// - Throws: `PlanError.outOfMemory` if the system refuses the memory.
  package init(_ directory: StateDirectory) throws(PlanError) {
    self.directory = directory
    do throws(AllocationError) {
      memory = try MemoryRegion(count: directory.count)
    } catch {
      let largest = directory.places.max { ($0.value.count, $1.key.path) < ($1.value.count, $0.key.path) }
      throw .outOfMemory("the state of training", largest: largest?.key.path, error)
    }
  }

  /// Calls a closure with a tensor's elements, which are valid only within it; nil if the state has no such tensor.
  package func withElements<Result>(
    of tensor: StateTensor, _ body: (UnsafeMutableBufferPointer<Float>) -> Result
  ) -> Result? {
    directory.places[tensor].map {
      body(UnsafeMutableBufferPointer(start: memory.start + $0.lowerBound, count: $0.count))
    }
  }
}

/// A step that moves a state: behind a computation, as soon as what it reads is there and nobody reads what it writes as
/// it was.
package struct StateStep: Sendable {
  /// What a step reads.
  package enum Operand: Hashable, Sendable {
    /// A value of the computation, in row-major order.
    case value(Computation.Value)
    /// An input of the run, by its index, as the caller has it.
    case input(Int)
    case state(StateTensor)
  }

  package var kernel: any Kernel
  package var reads: [Operand]
  /// What the step changes, in place where it reads it too.
  package var writes: [StateTensor]
  /// The layer that the tensors belong to.
  package var label: Computation.Label?

  package init(_ kernel: any Kernel, reads: [Operand], writes: [StateTensor], label: Computation.Label? = nil) {
    self.kernel = kernel
    self.reads = reads
    self.writes = writes
    self.label = label
  }

  /// The values of the computation that the step reads.
  var values: [Computation.Value] {
    reads.compactMap { if case .value(let value) = $0 { value } else { nil } }
  }
}

/// What a plan does to a state beside its computation.
///
/// Of steps that depend on one another, the later in the list run later.
package struct StateMoves: Sendable {
  package var directory: StateDirectory
  package var steps: [StateStep]
  /// The parameters that the steps move, each once: the verifier sees to it.
  package var moved: Set<StateTensor>

  package init(_ directory: StateDirectory, steps: [StateStep], moved: Set<StateTensor>) {
    self.directory = directory
    self.steps = steps
    self.moved = moved
  }
}
