import Kernels
import Tensors

/// How a plan for several images begins: its first steps run for a few images at a time, round after round, and only the
/// rest for all of them at once.
///
/// The maps of early layers are large and their weights small: a few images' maps stay in the caches from one layer to
/// the next, and the whole batch's would not. Of late layers a batch reads the weights once.
struct Rounds: Hashable, Sendable {
  /// The images of a round, a divisor of the batch.
  var images: Int
  var count: Int
  /// The steps of a round: the plan's first.
  var steps: Int

  /// All steps run for all images at once.
  static let none = Rounds(images: 0, count: 1, steps: 0)
}

extension Rounds {
  /// Bytes that stay in the caches next to the processors, and in all caches. Of many processors only the orders of
  /// magnitude are alike, and a plan must not depend on the machine.
  private static let (nearBytes, cachedBytes) = (2 << 20, 24 << 20)
  /// What it takes to move a byte from memory, where one from the last cache counts as 1.
  private static let memoryCost = 2.5

  /// The rounds that move the fewest bytes by an estimate; none where a batch fits into the caches, or packs its weights
  /// in each run.
  ///
  /// Which steps run in rounds does not depend on the number of threads, only how many images they share: more threads
  /// need more images to have enough to do. So algorithms are the same, and with them the bits.
  init(_ drafts: [StepDraft], graph: FusedGraph, placement: Placement, options: PlanOptions) {
    self = .none
    let batch = graph.inputs.first.map { graph.shape(of: $0)[0] } ?? 1
    let last =
      drafts.firstIndex { $0.writes.contains { if case .output = $0.operand { true } else { false } } } ?? drafts.count
    guard batch > 1, options.packing == .once, graph.readConstants.isEmpty,
      graph.inputs.allSatisfy({ graph.shape(of: $0)[0] == batch }), !drafts.contains(where: \.mixesImages)
    else { return }
    let threads = options.threads ?? ThreadCount.standard
    guard let images = (1...batch).first(where: { batch % $0 == 0 && 4 * $0 >= threads }), images < batch else {
      return
    }

    if let steps = options.roundSteps {
      if steps > 0 { self = Rounds(images: images, count: batch / images, steps: min(steps, last)) }
      return
    }
    let costs = drafts[..<last].map { draft in Cost(draft, graph: graph, placement: placement) }
    // What remains is all at once; step by step, one more joins the rounds.
    var rest = costs.reduce(0) { $0 + $1.bytes(of: batch) }
    var (least, maps, weights) = (rest, 0.0, 0.0)
    for (index, cost) in costs.enumerated() {
      rest -= cost.bytes(of: batch)
      maps += Double(batch) * cost.mapBytes(at: 1)
      weights += cost.weights
      let reading = Double(batch) * weights * (weights > Double(Self.cachedBytes) ? Self.memoryCost : 1)
      // A small gain would not be worth it: the threads meet more often.
      if maps + reading + rest < 0.95 * least {
        least = maps + reading + rest
        (self.images, count, steps) = (images, batch / images, index + 1)
      }
    }
  }

  /// What a step moves.
  private struct Cost {
    /// Bytes of packed weights, and of maps for an image.
    let weights: Double
    let maps: Double

    init(_ draft: StepDraft, graph: FusedGraph, placement: Placement) {
      weights = Double(draft.kernel.weightCount * MemoryLayout<Float>.stride)
      let floats = draft.operands.map { operand -> Int in
        guard let value = operand.value else { return draft.shape.dropFirst().reduce(1, *) }
        let maps = placement.slot(of: value).maps
        return maps.blocks * maps.blockStride
      }
      maps = Double(floats.reduce(0, +) * MemoryLayout<Float>.stride)
    }

    /// The weighted bytes of an image's maps in a step on some images: none if those stay near the processors.
    func mapBytes(at images: Int) -> Double {
      let footprint = Double(images) * maps
      return footprint <= Double(Rounds.nearBytes)
        ? 0 : footprint <= Double(Rounds.cachedBytes) ? maps : Rounds.memoryCost * maps
    }

    /// The weighted bytes of the step for a batch at once.
    func bytes(of batch: Int) -> Double { weights + Double(batch) * mapBytes(at: batch) }
  }
}
