extension ModelProto {
  /// What is wrong with the model, the first of it: a name that nothing defines before it is used, or two things define; an
  /// operator's domain without a version; functions that call each other in a circle; a tensor whose elements are not as many
  /// as its shape says; a file outside of the model's folder. Nil for a sound model; what its operators mean is not looked at.
  package var problem: String? {
    do throws(ONNXError) {
      try check()
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func check() throws(ONNXError) {
    guard let graph else { throw .invalid("there is no graph") }
    var versions: [String: Int64] = [:]
    for entry in opsetImport {
      guard versions.updateValue(entry.version, forKey: Self.domain(entry.domain)) == nil else {
        throw .invalid("the operators of '\(entry.domain)' have two versions")
      }
      guard entry.version > 0 else { throw .invalid("the operators' version \(entry.version) is none") }
    }
    var called: [FunctionName: Set<FunctionName>] = [:]
    let known = Set(functions.map(FunctionName.init))
    for function in functions {
      let name = FunctionName(function)
      guard called[name] == nil else { throw .invalid("there are two functions '\(function.name)'") }
      let domains = Set(function.opsetImport.map { Self.domain($0.domain) })
      var check = GraphCheck(domains: domains, functions: known)
      try check.define(function.input)
      try check.take(function.node)
      try check.require(function.output)
      called[name] = check.called
    }
    guard !Self.isCircular(called) else { throw .invalid("functions call each other in a circle") }
    var check = GraphCheck(domains: Set(versions.keys), functions: known)
    try check.take(graph)
  }

  /// Both spellings of ONNX's own domain as one.
  static func domain(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }

  /// Whether something leads back to itself: whether what calls nothing that is left cannot be taken away until all is.
  private static func isCircular(_ calls: [FunctionName: Set<FunctionName>]) -> Bool {
    var callers: [FunctionName: [FunctionName]] = [:]
    for (caller, called) in calls { for function in called { callers[function, default: []].append(caller) } }
    var open = calls.mapValues(\.count)
    var free = open.filter { $0.value == 0 }.map(\.key)
    var taken = 0
    while let function = free.popLast() {
      taken += 1
      for caller in callers[function] ?? [] {
        open[caller, default: 0] -= 1
        if open[caller] == 0 { free.append(caller) }
      }
    }
    return taken < calls.count
  }
}

/// A function by its domain and its name.
struct FunctionName: Hashable {
  var domain: String
  var name: String

  init(_ function: FunctionProto) { (domain, name) = (ModelProto.domain(function.domain), function.name) }

  init(_ node: NodeProto) { (domain, name) = (ModelProto.domain(node.domain), node.opType) }
}

/// What a graph, a function or a graph within a node defines so far.
private struct GraphCheck {
  let domains: Set<String>
  let functions: Set<FunctionName>
  var called: Set<FunctionName> = []
  private var names: Set<String> = []
  /// Names of the graphs around this one.
  private var outer: [Set<String>] = []

  init(domains: Set<String>, functions: Set<FunctionName>) {
    self.domains = domains
    self.functions = functions
  }

  mutating func take(_ graph: GraphProto) throws(ONNXError) {
    try define(graph.input.map(\.name))
    for tensor in graph.initializer {
      // An initializer may give an input its value.
      if !names.contains(tensor.name) { try define([tensor.name]) }
      try tensor.check()
    }
    try take(graph.node)
    try require(graph.output.map(\.name))
  }

  mutating func take(_ nodes: [NodeProto]) throws(ONNXError) {
    for node in nodes {
      try require(node.input.filter { !$0.isEmpty })
      let name = FunctionName(node)
      if functions.contains(name) { called.insert(name) }
      guard domains.contains(name.domain) else {
        throw .invalid("\(node.opType.prefix(80)) is of '\(name.domain.prefix(80))', of which no version is given")
      }
      guard Set(node.attribute.map(\.name)).count == node.attribute.count else {
        throw .invalid("'\(node.name.prefix(80))' has an attribute twice")
      }
      for attribute in node.attribute { try take(attribute) }
      try define(node.output.filter { !$0.isEmpty })
    }
  }

  private mutating func take(_ attribute: AttributeProto) throws(ONNXError) {
    switch attribute.value {
    case .tensor(let tensor): try tensor.check()
    case .tensors(let tensors): for tensor in tensors { try tensor.check() }
    case .graph(let graph): try takeInner(graph)
    case .graphs(let graphs): for graph in graphs { try takeInner(graph) }
    default: break
    }
  }

  private mutating func takeInner(_ graph: GraphProto) throws(ONNXError) {
    var inner = GraphCheck(domains: domains, functions: functions)
    inner.outer = outer + [names]
    try inner.take(graph)
    called.formUnion(inner.called)
  }

  mutating func define(_ names: [String]) throws(ONNXError) {
    for name in names where name.isEmpty || !self.names.insert(name).inserted {
      throw .invalid(name.isEmpty ? "a value has no name" : "two values are called '\(name.prefix(80))'")
    }
  }

  func require(_ names: [String]) throws(ONNXError) {
    for name in names where !self.names.contains(name) && !outer.contains(where: { $0.contains(name) }) {
      throw .invalid("'\(name.prefix(80))' is used, and nothing before it makes it")
    }
  }
}

extension TensorProto {
  /// The bytes of an element in `raw`, by its type; nil for types that are not read there.
  private static let sizes: [Int32: Int] = [
    1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 14: 8, 15: 16, 16: 2, 17: 1, 18: 1,
    19: 1, 20: 1,
  ]

  /// The number of elements that the shape has.
  ///
  /// - Throws: `ONNXError` if a size is negative, or there are more than can be counted.
  package func elements() throws(ONNXError) -> Int {
    var count: Int64 = 1
    for dim in dims {
      guard dim >= 0 else { throw .invalid("the tensor '\(name.prefix(80))' has a size of \(dim)") }
      let (product, overflows) = count.multipliedReportingOverflow(by: dim)
      guard !overflows else { throw .invalid("the tensor '\(name.prefix(80))' has too many elements") }
      count = product
    }
    return Int(count)
  }

  func check() throws(ONNXError) {
    let count = try elements()
    if isExternal {
      _ = try ExternalData(externalData)
      return
    }
    guard let raw, let size = Self.sizes[dataType] else { return }
    let (bytes, overflows) = count.multipliedReportingOverflow(by: size)
    guard !overflows, bytes == raw.count else {
      throw .invalid("the tensor '\(name.prefix(80))' has \(raw.count) bytes, which are not \(count) elements")
    }
  }
}
