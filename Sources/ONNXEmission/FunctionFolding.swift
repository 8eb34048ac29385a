import GraphIR
import ONNX

/// Makes functions of the nodes of blocks, one for all uses of a block that come out the same, and calls of them.
///
/// A function sees nothing but what a call gives it, so a block's tensors are inputs beside the values that flow in; small
/// constants are nodes within.
struct FunctionFolding {
  /// The domain of the functions.
  static let domain = "cnnc.blocks"
  /// Functions are part of the format since this version of it.
  private static let irVersion: Int64 = 8

  /// A node, or a call, with the scope that it stands in.
  private struct Entry {
    var node: NodeProto
    var scope: Int?
  }

  private let graph: Graph
  private let opset: [OperatorSetIdProto]
  private var entries: [Entry]
  private let tensors: [String: TensorProto]
  private let results: Set<String>
  private var functions: [FunctionProto] = []
  /// The functions so far by what they do, without a name.
  private var known: [[UInt8]: String] = [:]
  private var names = NameTable([])

  init(_ graph: Graph, _ nodes: [GraphWriter.WrittenNode], _ model: ModelProto) {
    self.graph = graph
    opset = model.opsetImport
    let scopes = Dictionary(graph.nodes.map { ($0.path, $0.scope) }) { first, _ in first }
    entries = nodes.map { Entry(node: $0.node, scope: $0.label.flatMap { scopes[$0.path] }) }
    tensors = Dictionary((model.graph?.initializer ?? []).map { ($0.name, $0) }) { first, _ in first }
    results = Set(model.graph?.output.map(\.name) ?? [])
  }

  /// Puts calls in the place of blocks.
  func apply(to model: inout ModelProto) {
    var folding = self
    let modules = graph.scopes.filter { if case .module = $0.kind { $0.parent != nil } else { false } }
    for scope in modules.sorted(by: { graph.depth(of: $0.id) > graph.depth(of: $1.id) }) { folding.fold(scope) }
    guard !folding.functions.isEmpty else { return }
    model.irVersion = max(model.irVersion, Self.irVersion)
    model.functions = folding.functions
    model.opsetImport.append(OperatorSetIdProto(domain: Self.domain, version: 1))
    let used = Set(folding.entries.flatMap(\.node.input)).union(results)
    model.graph?.node = folding.entries.map(\.node)
    model.graph?.initializer.removeAll { !used.contains($0.name) }
  }

  /// Makes a call of a block's nodes, where they stand together and make something.
  private mutating func fold(_ scope: Scope) {
    guard case .module(let block, _) = scope.kind else { return }
    let inside = entries.indices.filter { graph.isWithin(entries[$0].scope, scope.id) }
    guard let first = inside.first, let last = inside.last, inside.count == last - first + 1, inside.count > 1 else {
      return
    }
    let nodes = entries[first...last].map(\.node)
    let made = Set(nodes.flatMap(\.output))
    let later = Set((entries[..<first] + entries[(last + 1)...]).flatMap(\.node.input)).union(results)
    let outputs = nodes.flatMap(\.output).filter(later.contains)
    guard !outputs.isEmpty else { return }
    var body = FunctionBody(prefix: scope.path + ".", tensors: tensors)
    for (index, output) in outputs.enumerated() { body.name(output, index == 0 ? "output" : "output\(index + 1)") }
    for node in nodes { for input in node.input where !input.isEmpty && !made.contains(input) { body.take(input) } }
    var function = FunctionProto()
    function.input = body.inputs.map(body.inner)
    function.output = outputs.map(body.inner)
    function.node = body.constants + nodes.map(body.node)
    function.opsetImport =
      opset + (nodes.contains { $0.domain == Self.domain } ? [OperatorSetIdProto(domain: Self.domain, version: 1)] : [])
    function.domain = Self.domain
    let content = function.encoded
    let name = known[content] ?? names.unique(block)
    if known.updateValue(name, forKey: content) == nil {
      function.name = name
      functions.append(function)
    }
    var call = NodeProto(name, body.inputs, outputs)
    call.domain = Self.domain
    call.name = scope.path
    call.docString = graph.location(of: scope.span) ?? ""
    entries.replaceSubrange(first...last, with: [Entry(node: call, scope: scope.parent)])
  }
}

/// The names within a function, which are the same for all uses of a block.
private struct FunctionBody {
  /// What paths of the block begin with.
  let prefix: String
  let tensors: [String: TensorProto]
  /// What a call gives, under the names outside.
  private(set) var inputs: [String] = []
  private(set) var constants: [NodeProto] = []
  private var inner: [String: String] = [:]
  private var names = NameTable([])
  private var values = 0

  init(prefix: String, tensors: [String: TensorProto]) {
    self.prefix = prefix
    self.tensors = tensors
  }

  mutating func name(_ outer: String, _ name: String) { inner[outer] = names.unique(name) }

  /// Takes what comes from outside as an input, or as a constant.
  mutating func take(_ outer: String) {
    guard inner[outer] == nil else { return }
    guard let tensor = tensors[outer] else {
      values += 1
      name(outer, values == 1 ? "input" : "input\(values)")
      return inputs.append(outer)
    }
    guard tensor.isSmallConstant else {
      name(outer, relative(outer))
      return inputs.append(outer)
    }
    name(outer, "constant\(constants.count + 1)")
    var value = tensor
    value.name = ""
    constants.append(NodeProto("Constant", [], [inner(outer)], [AttributeProto("value", .tensor(value))]))
  }

  func inner(_ outer: String) -> String { inner[outer] ?? relative(outer) }

  func node(_ node: NodeProto) -> NodeProto {
    var result = node
    result.input = node.input.map { $0.isEmpty ? "" : inner($0) }
    result.output = node.output.map(inner)
    result.name = relative(node.name)
    return result
  }

  private func relative(_ name: String) -> String {
    name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
  }
}

extension TensorProto {
  /// Whether the tensor is a node's setting rather than something that is learned.
  fileprivate var isSmallConstant: Bool { name.hasPrefix("constants/") || dataType == DataType.int64 }
}

extension Graph {
  /// How many scopes are around a scope.
  fileprivate func depth(of scope: Int) -> Int {
    var (depth, current) = (0, scopes[scope].parent)
    while let id = current { (depth, current) = (depth + 1, scopes[id].parent) }
    return depth
  }

  /// Whether a scope is another one, or within it.
  fileprivate func isWithin(_ scope: Int?, _ outer: Int) -> Bool {
    var current = scope
    while let id = current {
      if id == outer { return true }
      current = scopes[id].parent
    }
    return false
  }
}
