import ONNX
import Tensors

/// Writes the operations of a computation as the nodes of a graph, in their order.
///
/// Nothing that is written depends on how many images there are: shapes that a node is told have 0, what its input has, in
/// place of the batch.
package struct GraphWriter {
  package typealias Value = Computation.Value

  /// The version of the operators.
  package let opset: Int
  /// Whether the sizes of maps are not to be relied on, since the file is for any: a node asks for them where it runs.
  package let hasOpenSizes: Bool
  let computation: Computation
  private(set) var nodes: [WrittenNode] = []
  private(set) var initializers: [TensorProto] = []
  private(set) var names: NameTable
  private var written: [Int: WrittenValue] = [:]
  /// Values under other shapes, by the value's name.
  private var forms: [String: [[Int]: String]] = [:]
  private var constants: [ConstantKey: String] = [:]
  /// Weights that were computed, by what from.
  private var computed: [ComputedKey: WrittenValue] = [:]
  private var parameterNames: [Int: String] = [:]
  private var initializerNames: Set<String> = []
  var label: Computation.Label?

  /// A node with the layer that it belongs to.
  struct WrittenNode {
    var node: NodeProto
    var label: Computation.Label?
  }

  init(_ computation: Computation, inputs: [String], outputs: [String], opset: Int, hasOpenSizes: Bool) {
    self.computation = computation
    self.opset = opset
    self.hasOpenSizes = hasOpenSizes
    names = NameTable(inputs + outputs)
    for (value, name) in zip(computation.inputs, inputs) {
      written[value.index] = WrittenValue(name: name, shape: computation[value].shape)
    }
    // Tensors come before everything else to the names that files of weights have for them.
    let written = computation.written
    for isWritten in [true, false] {
      for (index, node) in computation.nodes.enumerated() where written.contains(index) == isWritten {
        if case .parameter(let parameter) = node.origin { parameterNames[index] = names.unique(parameter.path) }
      }
    }
  }

  /// Takes a name; false if something has it.
  mutating func takeName(_ name: String) -> Bool { names.take(name) }

  mutating func set(_ value: Value, to written: WrittenValue) { self.written[value.index] = written }

  /// The shape that operations see of a value.
  package func shape(of value: Computation.Value) -> [Int] { computation[value].shape }
}

// What operations read.
extension GraphWriter {
  /// A value in the shape that it has in the file.
  package mutating func value(_ value: Computation.Value) -> WrittenValue {
    if let written = written[value.index] { return written }
    let node = computation[value]
    let result: WrittenValue
    switch node.origin {
    case .parameter(let parameter):
      let name = parameterNames[value.index] ?? names.unique(parameter.path)
      result = initializer(parameter.value, named: name)
    case .constant(let tensor): result = initializer(tensor, named: names.unique("\(label?.path ?? "").constant"))
    case .operation(_ as Operations.Reshape, let operands):
      // Kernels as operations see them: they stay what they are.
      let source = self.value(operands.input)
      result = source.shape.withRows == node.shape ? source : self.value(source, as: node.shape)
    case .operation(let operation, let operands):
      // Computed from tensors that are there before: so is the result, once for all layers that share them.
      let key = ComputedKey(operation: AnyHashable(operation), operands: operands)
      if let known = computed[key] {
        result = known
      } else {
        let tensor = form(of: operation, operands, computation.given(value))
        let name = "\(label?.path ?? "").weight"
        result = initializer(tensor, named: names.take(name) ? name : names.unique("\(name).computed"))
        computed[key] = result
      }
    case .input: result = WrittenValue(name: "", shape: node.shape)
    }
    written[value.index] = result
    return result
  }

  /// A computed weight in the form of the tensor that it is computed from: for signals its kernels are rows.
  private func form(of operation: any Operation, _ operands: Operands<Value>, _ tensor: Tensor) -> Tensor {
    var source = operands.input
    while case .operation(_ as Operations.Reshape, let inner) = computation[source].origin { source = inner.input }
    let shape = computation[source].shape
    return shape != tensor.shape && shape.withRows == tensor.shape ? tensor.reshaped(to: shape) : tensor
  }

  private mutating func initializer(_ tensor: Tensor, named name: String) -> WrittenValue {
    initializers.append(TensorProto(tensor, name: name))
    initializerNames.insert(name)
    return WrittenValue(name: name, shape: tensor.shape)
  }

  /// A value in the shape that operations see: a signal as maps of one row, a volume as maps of its slices.
  package mutating func maps(_ value: Computation.Value) -> WrittenValue {
    let shape = computation[value].shape.withRows
    return self.value(self.value(value), as: shape)
  }

  /// A value under another shape of as many elements.
  package mutating func value(_ value: WrittenValue, as shape: [Int]) -> WrittenValue {
    if value.shape == shape { return value }
    if let name = forms[value.name]?[shape] { return WrittenValue(name: name, shape: shape) }
    let result = reshape(value, to: shape)
    forms[value.name, default: [:]][shape] = result.name
    return result
  }

  /// Values in one shape: the one that they have, or else the one that operations see.
  package mutating func aligned(_ values: [Computation.Value]) -> [WrittenValue] {
    let found = values.map { value($0) }
    if Set(found.map(\.shape)).count <= 1 || found.allSatisfy({ $0.shape.count == found[0].shape.count }) {
      return found
    }
    return values.map { maps($0) }
  }

  private mutating func reshape(_ value: WrittenValue, to shape: [Int]) -> WrittenValue {
    if shape.count == 2, value.shape.count > 2, shape[0] == value.shape[0] {
      return node("Flatten", [value.name], [.int("axis", 1)], shape: shape)
    }
    let sizes = integers(initializerNames.contains(value.name) ? shape : [0] + shape.dropFirst())
    return node("Reshape", [value.name, sizes], shape: shape)
  }
}

// What operations write.
extension GraphWriter {
  /// A node with one result of a shape.
  package mutating func node(
    _ type: String, _ inputs: [String], _ attributes: [AttributeProto] = [], shape: [Int]
  ) -> WrittenValue {
    let path = label?.path ?? ""
    let name = names.unique(path.isEmpty ? type : "\(path)/\(type)")
    var node = NodeProto(type, inputs, [name], attributes)
    node.name = name
    node.docString = label?.location ?? ""
    nodes.append(WrittenNode(node: node, label: label))
    return WrittenValue(name: name, shape: shape)
  }

  /// Integers as a tensor, one for all uses.
  package mutating func integers(_ numbers: [Int], dims: [Int]? = nil) -> String {
    constant(.integers(numbers, dims ?? [numbers.count])) { name in
      TensorProto(numbers, dims: dims ?? [numbers.count], name: name)
    }
  }

  /// A number as a tensor without dimensions, one for all uses.
  package mutating func number(_ number: Double) -> String {
    let number = Float(number)
    return constant(.number(number.bitPattern)) { name in TensorProto(Tensor([number], shape: []), name: name) }
  }

  /// The same number a few times, `[count]`, one tensor for all uses.
  package mutating func numbers(_ number: Float, count: Int) -> String {
    constant(.numbers(number.bitPattern, count)) { name in
      TensorProto(Tensor(repeating: number, shape: [count]), name: name)
    }
  }

  /// A tensor that follows from the layer's fields.
  package mutating func tensor(_ tensor: Tensor, _ name: String) -> String {
    initializer(tensor, named: names.unique("\(label?.path ?? "")/\(name)")).name
  }

  /// Says that the nodes need a version of the operators.
  package func require(_ version: Int, for what: String) throws(ExportError) {
    if opset < version {
      throw ExportError("\(what) needs opset \(version), and \(opset) was asked for", at: label?.location)
    }
  }

  private struct ComputedKey: Hashable {
    var operation: AnyHashable
    var operands: Operands<Value>
  }

  private enum ConstantKey: Hashable {
    case integers([Int], [Int])
    case number(UInt32)
    case numbers(UInt32, Int)
  }

  private mutating func constant(_ key: ConstantKey, _ make: (String) -> TensorProto) -> String {
    if let name = constants[key] { return name }
    let name = names.unique("constants/\(constants.count)")
    initializers.append(make(name))
    constants[key] = name
    return name
  }
}

/// Names that no two things of a graph have.
struct NameTable {
  private var taken: Set<String> = []

  init(_ names: [String]) { taken = Set(names) }

  /// A name as near to a hint as is free.
  mutating func unique(_ hint: String) -> String {
    let hint = hint.isEmpty ? "node" : hint
    var (name, count) = (hint, 1)
    while !taken.insert(name).inserted {
      count += 1
      name = "\(hint)_\(count)"
    }
    return name
  }

  /// Takes a name; false if it is taken.
  mutating func take(_ name: String) -> Bool { taken.insert(name).inserted }
}
