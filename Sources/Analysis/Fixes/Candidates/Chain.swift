import GraphIR
import Layers
import Shapes

/// The layers that a value comes from, nearest first, as far back as each of them has one input.
struct Chain {
  /// Layers looked at, at most; who mends a shape looks near where it does not fit.
  private static let limit = 16

  private(set) var nodes: [Node]
  private let attempt: BuildAttempt

  init(to value: ValueID, in attempt: BuildAttempt) {
    self.attempt = attempt
    var nodes: [Node] = []
    var current = value
    while nodes.count < Self.limit, let id = current.node, attempt.nodes.indices.contains(id) {
      let node = attempt.nodes[id]
      guard node.inputs.count == 1 else { break }
      nodes.append(node)
      current = node.inputs[0]
    }
    self.nodes = nodes
  }

  /// Ends the chain before the first layer that does not hold.
  mutating func keep(while holds: (Node) -> Bool) { nodes = Array(nodes.prefix(while: holds)) }

  /// The shape at the chain's end if a layer of it had other values in some fields; nil if it does not fit then.
  func end(changing index: Int, _ fields: [String: FieldValue]) -> Shape? {
    let node = nodes[index]
    var values = Dictionary(node.attributes.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
    values.merge(fields) { _, new in new }
    guard let declaration = LayerRegistry.declaration(node.keyword), let layer = try? declaration.makeLayer(values),
      let input = attempt.shape(of: node.inputs[0]), var shape = try? layer.outputShape(of: [input])
    else { return nil }
    for later in nodes[..<index].reversed() {
      guard let next = try? later.layer.outputShape(of: [shape]) else { return nil }
      shape = next
    }
    return shape
  }
}

/// How far apart neighbouring pixels of each value are in the input: 2 behind a stride of 2, 1 again behind an upsampling.
///
/// Values of one scale that differ in size differ at their borders, by padding; values of several scales differ by a stride.
struct Scales {
  /// By node.
  private var scales: [Scale] = []

  /// Along each axis; an input's is 1 along all.
  private struct Scale: Equatable {
    var axes = Array(repeating: 1.0, count: Shape.Axis.counts.upperBound)
  }

  init(_ attempt: BuildAttempt) {
    for node in attempt.nodes {
      var scale = node.inputs.first.map { self.scale(of: $0) } ?? Scale()
      if let input = node.inputs.first.flatMap({ attempt.shape(of: $0) }), input.isMaps, node.output.isMaps {
        switch node.layer.reach(over: input) {
        case .pointwise: break
        case .global where node.output.spatial == input.spatial: break
        case .global: scale.axes = scale.axes.map { _ in .infinity }
        case .window(_, let stride):
          for axis in 0..<input.axisCount { scale.axes[axis] *= Double(stride[axis]) }
        case .enlarged(_, let factor):
          for axis in 0..<input.axisCount { scale.axes[axis] /= Double(factor[axis]) }
        }
      }
      scales.append(scale)
    }
  }

  private func scale(of value: ValueID) -> Scale {
    value.node.flatMap { scales.indices.contains($0) ? scales[$0] : nil } ?? Scale()
  }

  func areEqual(_ left: ValueID, _ right: ValueID) -> Bool {
    scale(of: left) == scale(of: right)
  }
}
