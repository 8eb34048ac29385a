import Layers
import Shapes

/// How much of the input each value sees: the extent of the window in pixels, and the step between neighbours.
///
/// A window of extent `e` and stride `s` over a value with extent `r` and step `j` gives `r + (e − 1)·j` and `j·s`.
/// Where values join, the largest counts. What a global pool or a linear layer makes sees the whole input and has no
/// window of its own. Maps that a gate multiplies by such a value, and those that a norm over an image has scaled (instance
/// and group norm, layer norm over pixels), keep their window, and see the whole input besides.
/// Araujo et al. 2019, doi:10.23915/distill.00021.
package struct ReceptiveField: Sendable {
  /// What one value sees.
  package struct Field: Hashable, Sendable {
    /// In the order of the spatial axes of the input.
    package var axes: [Axis]
    /// The value sees all of the input, and has no window of its own.
    package var isWhole: Bool
    /// The first node that makes a value with a window see the whole input as well: a gate's product, a norm.
    package var wholeFrom: Int?
    /// The node of the last value with a window that the value comes from: its own, unless it is whole.
    package var lastWindow: Int?

    /// Takes in what another value sees, of whose windows the larger count.
    fileprivate mutating func join(_ other: Field) {
      if axes != other.axes {
        for (axis, own) in other.axes.enumerated() where axis < axes.count { axes[axis] = .larger(axes[axis], own) }
      }
      wholeFrom = [wholeFrom, other.wholeFrom].compactMap(\.self).min()
      lastWindow = [lastWindow, other.lastWindow].compactMap(\.self).max()
    }

    /// Lets a window slide over what the values see.
    fileprivate mutating func slide(_ extent: AxisSizes, _ stride: AxisSizes) {
      for axis in axes.indices { axes[axis] = axes[axis].seen(by: extent[axis], stride: stride[axis]) }
    }

    /// One value of an input with so many axes.
    static func pixel(axes count: Int) -> Field {
      Field(axes: Array(repeating: Axis(), count: count), isWhole: false, wholeFrom: nil, lastWindow: nil)
    }
  }

  /// One direction. Upsampling makes steps of less than a pixel.
  package struct Axis: Hashable, Sendable {
    package var extent = 1.0
    package var step = 1.0

    func seen(by window: Int, stride: Int) -> Axis {
      Axis(extent: extent + Double(window - 1) * step, step: step * Double(stride))
    }

    func enlarged(by factor: Int, taps: Int) -> Axis {
      Axis(extent: extent + Double(taps - 1) * step, step: step / Double(factor))
    }

    static func larger(_ a: Axis, _ b: Axis) -> Axis {
      Axis(extent: max(a.extent, b.extent), step: max(a.step, b.step))
    }
  }

  /// By node.
  private var fields: [Field] = []

  package init(_ graph: Graph) {
    fields.reserveCapacity(graph.nodes.count)
    for id in graph.nodes.indices {
      if let field = handedOn(by: id, in: graph) {
        fields.append(field)
        continue
      }
      let node = graph.nodes[id]
      let inputs = node.inputs.map { value in
        value.node.map { fields[$0] } ?? .pixel(axes: graph.shape(of: value).axisCount)
      }
      var field = Self.field(of: node, inputs: inputs, in: graph)
      if !field.isWhole { field.lastWindow = node.id }
      fields.append(field)
    }
  }

  /// What most nodes see: the window of their one input, pixel by pixel or with their own upon it.
  private func handedOn(by id: Int, in graph: Graph) -> Field? {
    let inputs = graph.nodes[id].inputs
    guard let before = inputs.first?.node, !fields[before].isWhole, graph.nodes[id].output.isMaps else { return nil }
    if inputs.count > 1 { return joined(by: id, inputs, in: graph) }
    var field: Field
    switch graph.nodes[id].layer.reach(over: graph.nodes[before].output) {
    case .pointwise: field = fields[before]
    case .window(let extent, let stride):
      field = fields[before]
      // A window of one pixel changes nothing, and lists stay those of the node before.
      if extent != .one || stride != .one { field.slide(extent, stride) }
    case .enlarged, .global: return nil
    }
    field.lastWindow = id
    return field
  }

  /// What a join of windows sees whose inputs have the rows and columns of its output: most joins are such.
  private func joined(by id: Int, _ inputs: [ValueID], in graph: Graph) -> Field? {
    let output = graph.nodes[id].output
    guard case .pointwise = graph.nodes[id].layer.reach(over: output) else { return nil }
    var field: Field?
    for value in inputs {
      guard let before = value.node, !fields[before].isWhole, graph.nodes[before].output.isMaps,
        graph.nodes[before].output.dimensions.dropFirst() == output.dimensions.dropFirst()
      else { return nil }
      if field == nil { field = fields[before] } else { field?.join(fields[before]) }
    }
    field?.lastWindow = id
    return field
  }

  package subscript(node: Node) -> Field { fields[node.id] }

  /// The window of the last value before an output looks at the whole input at once, and the node that makes it.
  package func window(of output: Graph.Output) -> (field: Field, node: Int)? {
    output.value.node.flatMap { fields[$0].lastWindow }.map { (fields[$0], $0) }
  }

  private static func field(of node: Node, inputs: [Field], in graph: Graph) -> Field {
    let windows =
      inputs.count == 1
      ? (inputs[0].isWhole ? [] : inputs)
      : zip(inputs, graph.inputShapes(of: node)).filter { !$0.0.isWhole }.map { spread($0, $1, over: node.output) }
    guard var field = windows.first else {
      var field = inputs.first ?? .pixel(axes: 0)
      field.lastWindow = inputs.compactMap(\.lastWindow).max()
      return field
    }
    for other in windows.dropFirst() { field.join(other) }
    if windows.count < inputs.count { field.wholeFrom = field.wholeFrom ?? node.id }
    guard node.output.isMaps, let input = node.inputs.first.map(graph.shape(of:)) else {
      field.isWhole = true
      return field
    }
    switch node.layer.reach(over: input) {
    case .pointwise: break
    case .global where isNorm(over: input, output: node.output): field.wholeFrom = field.wholeFrom ?? node.id
    case .global: field.isWhole = true
    case .window(let extent, let stride): field.slide(extent, stride)
    case .enlarged(let extent, let factor):
      for axis in field.axes.indices {
        field.axes[axis] = field.axes[axis].enlarged(by: factor[axis], taps: extent[axis])
      }
    }
    return field
  }

  /// A join's input: one with a single row or column, which is spread over the others, has no step of its own there.
  private static func spread(_ field: Field, _ shape: Shape, over output: Shape) -> Field {
    guard shape.isMaps, output.isMaps else { return field }
    var field = field
    for (axis, sizes) in zip(shape.spatial, output.spatial).enumerated() where axis < field.axes.count {
      if sizes.0 == 1, sizes.1 != 1 { field.axes[axis].step = 0 }
    }
    return field
  }

  /// Whether maps that depend on a whole input keep their pixels: a norm's statistics rather than a pool's mean.
  private static func isNorm(over input: Shape, output: Shape) -> Bool {
    input.isMaps && output.spatial == input.spatial && !input.isPixel
  }
}

extension ReceptiveField.Field: CustomStringConvertible {
  /// `427×427, stride 32`.
  package var description: String {
    isWhole ? "whole input" : "\(cell), stride \(stride)"
  }

  /// `427×427`, with the whole input beside it where a gate or a norm adds it.
  package var cell: String {
    isWhole || wholeFrom == nil ? window : "\(window) + whole"
  }

  /// `32`, or `1×2` where the directions differ.
  package var stride: String {
    Set(axes.map(\.step)).count == 1 ? Self.text(axes[0].step) : axes.map { Self.text($0.step) }.joined(separator: "×")
  }

  /// `427×427`.
  package var window: String {
    isWhole ? "whole input" : axes.map { Self.text($0.extent) }.joined(separator: "×")
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() && number.magnitude < 1e15 ? String(Int(number)) : "\(number)"
  }
}
