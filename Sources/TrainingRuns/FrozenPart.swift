import Datasets
import Runtime
import Tensors

/// What of a network lies below all that is trained, made ready as for inference: convolutions with their norms and
/// activations in one step, nothing kept for a way back.
package final class FrozenPart: Sendable {
  /// The images that run at once. It is always the same number, so that an image gives the same bits in any batch.
  private let plan: ExecutionPlan

  /// - Throws: `PlanError` if a value is too large, or the system refuses memory.
  init(_ computation: Computation, threads: Int?) throws(PlanError) {
    plan = try ExecutionPlan(computation, PlanOptions(threads: threads))
    try plan.requireRunMemory()
  }

  /// Images that run at once, of steps of so many.
  static func images(ofBatch batch: Int) -> Int { max(1, min(8, batch)) }

  /// The shapes of what it gives, without the batch.
  var shapes: [[Int]] { plan.outputShapes.map { Array($0.dropFirst()) } }

  /// What it gives of images, N×….
  func callAsFunction(_ images: Tensor) -> [Tensor] {
    let (count, size) = (images.shape[0], plan.inputShapes[0][0])
    var results = shapes.map { Tensor(zeros: [count] + $0) }
    for start in stride(from: 0, to: count, by: size) {
      // A last part is filled up with its first image.
      let places = (start..<start + size).map { $0 < count ? $0 : start }
      for (index, part) in plan(images.images(at: places)).enumerated() {
        let elements = part.count / size
        let taken = min(size, count - start) * elements
        part.withUnsafeBufferPointer { source in
          results[index].withUnsafeMutableBufferPointer { target in
            _ = target[(start * elements)...].update(fromContentsOf: source[..<taken])
          }
        }
      }
    }
    return results
  }
}

extension Tensor {
  /// The images at some places of the batch.
  fileprivate func images(at places: [Int]) -> Tensor {
    guard places != Array(0..<shape[0]) else { return self }
    var result = Tensor(zeros: [places.count] + shape.dropFirst())
    let count = self.count / max(1, shape[0])
    result.withUnsafeMutableBufferPointer { target in
      withUnsafeBufferPointer { source in
        for (index, place) in places.enumerated() {
          _ = target[(index * count)...].update(fromContentsOf: source[place * count..<(place + 1) * count])
        }
      }
    }
    return result
  }
}

/// Where the inputs of a step come from: batches as they are made, or what a frozen part gives of them, which is remembered
/// where images do not change from epoch to epoch.
package struct StepSource: Sendable {
  let maker: BatchMaker
  private let frozen: FrozenPart?
  private let memory: FeatureMemory?

  /// - Parameter bytes: Memory for what the frozen part gives.
  init(_ maker: BatchMaker, frozen: FrozenPart? = nil, bytes: Int = 0) {
    (self.maker, self.frozen) = (maker, frozen)
    memory = maker.changesImages ? nil : frozen.map { FeatureMemory(shapes: $0.shapes, bytes: bytes) }
  }

  /// Whether images go through a frozen part first.
  var isSplit: Bool { frozen != nil }

  /// The memory that what is remembered of all images takes.
  var rememberedBytes: Int {
    let floats = frozen?.shapes.reduce(0) { $0 + $1.reduce(1, *) } ?? 0
    return rememberedImages * floats * MemoryLayout<Float>.stride
  }

  /// How many of the set's images what is given of is remembered.
  var rememberedImages: Int { min(memory?.capacity ?? 0, maker.set.count) }

  /// A batch, from any thread; without images where what they give is remembered.
  ///
  /// - Throws: `DatasetError` for an image that cannot be read or does not fit the network.
  func batch(_ places: [Int], epoch: Int, step: Int) throws(DatasetError) -> Batch {
    if let memory, memory.holds(places) { return maker.labels(of: places) }
    return try maker.batch(places, epoch: epoch, step: step)
  }

  /// The inputs of what is trained.
  func inputs(_ batch: Batch, of places: [Int]) -> [Tensor] {
    guard let frozen else { return [batch.inputs] }
    if let memory, let remembered = memory.values(of: places) { return remembered }
    let values = frozen(batch.inputs)
    memory?.keep(values, of: places)
    return values
  }
}
