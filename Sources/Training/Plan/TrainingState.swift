import Runtime
import Tensors

/// What outlives the steps of training: parameters, running statistics, what the optimizer keeps for them, averages, and
/// how many steps were made. Plans of one network share it: those of whole batches, and of the last one.
package final class TrainingState {
  package let settings: TrainingSettings
  /// How many steps were made.
  package var step = 0
  /// Which part of a step's batch comes next.
  var part = 0
  let shared: SharedState
  /// The shape of each parameter.
  package let shapes: [String: [Int]]

  /// The state of a network before its first step.
  ///
  /// - Throws: `PlanError.outOfMemory` if the system refuses the memory.
  package init(_ network: Computation, settings: TrainingSettings) throws(PlanError) {
    self.settings = settings
    let directory = StateDirectory(network.parameters, settings: settings)
    shared = try SharedState(directory)
    shapes = Dictionary(uniqueKeysWithValues: network.parameters.map { ($0.path, $0.value.shape) })
    for parameter in network.parameters {
      set(StateTensor(parameter.path), parameter.value)
      set(.average(of: parameter.path), parameter.value)
    }
    // The memory is zero, and takes none before it is written: not while the parameters are still there twice.
    for slot in settings.optimizer.slots where slot.start != 0 {
      for path in shapes.keys {
        shared.withElements(of: StateTensor(path, slot: slot.name)) { $0.update(repeating: Float(slot.start)) }
      }
    }
  }

  /// Bytes of the memory that plans share.
  package var bytes: Int { shared.directory.count * MemoryLayout<Float>.stride }

  /// The parameters as they are now, by their names: copies.
  package var parameters: [String: Tensor] {
    var result: [String: Tensor] = [:]
    for path in shapes.keys { result[path] = tensor(StateTensor(path)) }
    return result
  }

  /// The same with the average in the place of each parameter that has one.
  package var averages: [String: Tensor] {
    var result = parameters
    for path in shapes.keys { if let average = tensor(.average(of: path)) { result[path] = average } }
    return result
  }

  /// What is kept beside the parameters, by their names with that of the slot behind a point: `conv1.weight.momentum`.
  package var kept: [String: Tensor] {
    var result: [String: Tensor] = [:]
    for name in keptTensors { result["\(name.path).\(name.slot ?? "")"] = tensor(name) }
    return result
  }

  /// Takes parameters, and what is kept beside them, by their names; others may be among them.
  ///
  /// - Throws: `TrainingError` if one is missing or of another shape; the state is then as it was.
  package func load(parameters: [String: Tensor], kept: [String: Tensor]) throws(TrainingError) {
    var found: [(StateTensor, Tensor)] = []
    func add(_ name: StateTensor, _ title: String, _ tensor: Tensor?) throws(TrainingError) {
      guard let tensor else { throw .missingTensor(title) }
      let shape = shapes[name.path] ?? []
      guard tensor.shape == shape else { throw .tensorShape(title, expected: shape, found: tensor.shape) }
      found.append((name, tensor))
    }
    for path in shapes.keys.sorted() { try add(StateTensor(path), path, parameters[path]) }
    for name in keptTensors {
      let title = "\(name.path).\(name.slot ?? "")"
      try add(name, title, kept[title])
    }
    for (name, tensor) in found { set(name, tensor) }
  }

  /// The optimizer's slots and the averages that the state has.
  private var keptTensors: [StateTensor] {
    let slots = settings.optimizer.slots.map(\.name) + [StateTensor.averageSlot]
    return shapes.keys.sorted().flatMap { path in slots.map { StateTensor(path, slot: $0) } }
      .filter { shared.directory.places[$0] != nil }
  }

  /// A tensor of the state, as a copy; nil if there is none.
  private func tensor(_ name: StateTensor) -> Tensor? {
    shared.withElements(of: name) { Tensor($0, shape: shapes[name.path] ?? [$0.count]) }
  }

  private func set(_ name: StateTensor, _ tensor: Tensor) {
    shared.withElements(of: name) { elements in
      tensor.withUnsafeBufferPointer { _ = elements.update(fromContentsOf: $0) }
    }
  }
}

extension StateDirectory {
  /// Where the parameters of a network lie, and what is kept for those that move.
  init(_ parameters: [Computation.Parameter], settings: TrainingSettings) {
    self.init()
    for parameter in parameters { add(StateTensor(parameter.path), count: parameter.value.count) }
    let moved = parameters.filter { $0.role != .fixed && !settings.rule(of: $0.path).isFrozen }
    for parameter in moved {
      let (path, count) = (parameter.path, parameter.value.count)
      // Directions have no mean that were one; a network of averages has them as they are.
      if settings.average != nil, parameter.role != .singularVector { add(.average(of: path), count: count) }
      guard [.weight, .bias].contains(parameter.role) else { continue }
      for slot in settings.optimizer.slots { add(StateTensor(path, slot: slot.name), count: count) }
      if settings.parts > 1 { add(.sum(of: path), count: count) }
      // Doubles.
      if settings.clipping != nil { add(.squares(of: path), count: 2 * GradientClipping.parts(of: count)) }
    }
    if settings.clipping != nil { add(.clipping, count: 4) }
  }
}

extension StateTensor {
  static let averageSlot = "weight_average"

  /// The average of a parameter.
  static func average(of path: String) -> StateTensor { StateTensor(path, slot: averageSlot) }
  /// The sum of the gradients of a batch's parts.
  static func sum(of path: String) -> StateTensor { StateTensor(path, slot: "gradient_sum") }
  /// The sums of squares of a gradient.
  static func squares(of path: String) -> StateTensor { StateTensor(path, slot: "gradient_squares") }
  /// The factor of clipping, and the norm of all gradients.
  static let clipping = StateTensor("", slot: "clipping")
}
