import Tensors

/// A step of a plan as a listing shows it.
package struct PlannedStep: Sendable {
  /// The algorithm: `direct 3×3`.
  package var kernel: String
  /// The layers that the step computes.
  package var layers: [Computation.Label]
  /// The output's shape, with the batch.
  package var shape: [Int]
  /// Multiply-accumulates of convolutions and linear layers, for the whole batch.
  package var macs: Int
  /// Bytes of packed weights.
  package var weightBytes: Int
  /// Bytes of memory that the step needs while it runs.
  package var scratchBytes: Int
  /// Where the operands lie: `input`, or a place in the arena in bytes.
  package var inputs: [String]
  package var output: String
}

/// The graph of a plan after one of the planner's passes.
package struct PlannedPass: Sendable {
  /// The pass: `fold scalings`.
  package var name: String
  /// The operations in their order, a line each: `%9 = Convolution(%0) by %1, BatchNorm, relu  conv1 + bn1 + relu`.
  package var nodes: [String]
}

extension ExecutionPlan {
  package var stepCount: Int { steps.count }

  /// Bytes of the one region of memory that values and scratch memory lie in.
  public var arenaBytes: Int { layout.arenaCount * MemoryLayout<Float>.stride }

  /// Bytes of the packed weights.
  public var weightBytes: Int { layout.weightCount * MemoryLayout<Float>.stride }

  /// Bytes of what outlives a run beside the packed weights: parameters that operations read as they read maps.
  package var stateBytes: Int { layout.stateCount * MemoryLayout<Float>.stride }

  /// The first steps of a batch that run for some of its images at a time: how many steps, how many images, how often.
  /// Nil if all steps run for all images at once.
  package var roundListing: (steps: Int, images: Int, count: Int)? {
    rounds.steps > 0 ? (rounds.steps, rounds.images, rounds.count) : nil
  }

  /// The steps in their order.
  package var listing: [PlannedStep] {
    steps.map { step in
      PlannedStep(
        kernel: step.kernel.name, layers: step.labels, shape: step.shape, macs: step.macs,
        weightBytes: step.kernel.weightCount * MemoryLayout<Float>.stride,
        scratchBytes: step.kernel.scratchCount(threads: threads) * MemoryLayout<Float>.stride,
        inputs: step.reads.map(\.location.description),
        output: step.writes.map(\.location.description).joined(separator: ", "))
    }
  }
}

extension ExecutionPlan: CustomStringConvertible {
  /// The steps, a line each.
  public var description: String {
    listing.enumerated().map { index, step in
      let layers = step.layers.map(\.path).joined(separator: " + ")
      let shape = step.shape.map(String.init).joined(separator: "×")
      return "\(index)  \(step.kernel)  \(layers)  \(shape)  \(step.inputs.joined(separator: ", ")) → \(step.output)"
    }.joined(separator: "\n")
  }
}

extension Step.Location: CustomStringConvertible {
  var description: String {
    switch self {
    case .arena(let offset): "@\(offset * MemoryLayout<Float>.stride)"
    case .state(let offset): "state@\(offset * MemoryLayout<Float>.stride)"
    case .shared(let offset): "shared state@\(offset * MemoryLayout<Float>.stride)"
    case .input(let index): "input \(index)"
    case .output(let index): "output \(index)"
    }
  }
}
