import Runtime
import Tensors

extension TrainedComputation {
  /// Multiplications that the definitions of the loss and of all gradients take.
  package var macs: Int {
    computation.nodes.reduce(0) { $0.saturatingAdded(computation.macs(of: $1)) }
  }

  /// How operations of some layers compare with their definitions.
  package struct LayerSample: Sendable {
    /// The worst operation of each layer that was looked at.
    package var deviations: [GradientDeviation]
    /// How many layers there are.
    package var layers: Int
  }

  /// Compares operations of some layers, forward and backward, with their definitions in double precision, each from what the
  /// plan gives it, where the definition of the whole would take too long.
  ///
  /// - Parameters:
  ///   - most: The most multiplications that definitions take; at least one layer is looked at.
  ///   - order: The order in which layers are taken while there is room, of so many layers.
  /// - Throws: `PlanError` if the step cannot be planned.
  package func checkLayers(
    _ images: [Tensor], labels: Tensor, threads: Int?, macs most: Int, order: (Int) -> [Int]
  ) throws(PlanError) -> LayerSample {
    var layers: [(path: String, nodes: [Int], macs: Int)] = []
    var places: [String: Int] = [:]
    for (index, node) in computation.nodes.enumerated() {
      guard case .operation = node.origin, let path = node.label?.path else { continue }
      let place = places[path] ?? layers.count
      if place == layers.count { layers.append((path, [], 0)) }
      places[path] = place
      layers[place].nodes.append(index)
      layers[place].macs = layers[place].macs.saturatingAdded(computation.macs(of: node))
    }
    var (chosen, left) = ([Int](), most)
    for place in order(layers.count) where layers[place].macs <= left {
      chosen.append(place)
      left -= layers[place].macs
    }
    if chosen.isEmpty, let least = layers.indices.min(by: { layers[$0].macs < layers[$1].macs }) { chosen = [least] }
    let nodes = chosen.flatMap { layers[$0].nodes }
    let values = try values(around: nodes, inputs: inputs(images, labels: labels, step: 0), threads: threads)
    let deviations = chosen.map { place in
      let all = layers[place].nodes.compactMap { deviation(of: $0, values) }
      return all.max { $0.error < $1.error }
    }
    return LayerSample(deviations: deviations.compactMap { $0 }, layers: layers.count)
  }

  /// What a plan gives of some operations and of what they are made of.
  private func values(
    around nodes: [Int], inputs: [Tensor], threads: Int?
  ) throws(PlanError) -> [Int: Tensor] {
    var result: [Int: Tensor] = [:]
    var made: Set<Int> = []
    for index in nodes {
      guard case .operation(_, let operands) = computation.nodes[index].origin else { continue }
      for value in [index] + operands.all.map(\.index) {
        switch computation.nodes[value].origin {
        case .input(let place): result[value] = inputs[place]
        case .constant(let tensor): result[value] = tensor
        case .parameter(let parameter): result[value] = parameter.value
        case .operation: made.insert(value)
        }
      }
    }
    var some = computation
    some.outputs = made.sorted().map { Computation.Value(index: $0) }
    some.updates = []
    let plan = try ExecutionPlan(some, PlanOptions(threads: threads))
    try plan.requireRunMemory()
    for (value, tensor) in zip(some.outputs, plan(inputs)) {
      result[value.index] = tensor.reshaped(to: computation[value].shape)
    }
    return result
  }

  /// How far an operation's result is from its definition; nil for one without elements.
  private func deviation(of index: Int, _ values: [Int: Tensor]) -> GradientDeviation? {
    let node = computation.nodes[index]
    guard case .operation(let operation, let operands) = node.origin, let label = node.label,
      let found = values[index], found.count > 0
    else { return nil }
    let given = operands.map { DoubleTensor(converting: values[$0.index] ?? Tensor(zeros: computation[$0].shape)) }
    let expected = operation.plain(given)
    func norm(_ elements: [Double]) -> Double { elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    // A mean of numbers that take each other out is as near as these are.
    let sizes = given.inputs.map { norm($0.elements) / Double(max(1, $0.count)).squareRoot() }
    let least = 1e-3 * (sizes.min() ?? 0) * Double(found.count).squareRoot()
    let size = norm(expected.elements)
    let difference = zip(found.elements, expected.elements).map { Double($0) - $1 }
    let error = norm(difference) / max(size, least, .leastNormalMagnitude)
    return GradientDeviation(
      path: "\(label.path) (\(operation.name))", label: label, norm: size, error: error.isFinite ? error : .infinity)
  }
}

extension Computation {
  fileprivate func macs(of node: Node) -> Int {
    guard case .operation(let operation, let operands) = node.origin else { return 0 }
    // What multiplies nothing still goes over its elements.
    return max(operation.macs(of: operands.map { self[$0].shape }), node.shape.saturatingProduct)
  }
}
