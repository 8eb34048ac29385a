import GraphIR
import Layers
import Shapes

/// Carries out a blueprint's initializers on paper and compares the tensors that come of it with the graph's.
///
/// Terms were compared with the graph one by one when they were found; this sees that loops, conditions and names put
/// them together rightly.
struct Verification {
  private let types: [TypeBlueprint]
  private let index: GraphIndex
  private var tensors: [String: [Int]] = [:]
  private var problem: String?

  /// What would be wrong with a network's initializers; nil if nothing is.
  static func problem(
    in network: TypeBlueprint, types: [TypeBlueprint], _ nodes: ArraySlice<Node>, _ index: GraphIndex
  ) -> String? {
    var verification = Verification(types: types, index: index)
    verification.make(network, [:], path: "")
    return verification.problem(with: nodes)
  }

  /// What would be wrong with a property of a use of a type; nil if nothing is.
  ///
  /// `path` is the use's, and `nodes` are those that the property stands for.
  static func problem(
    in property: TypeBlueprint.Property, _ bindings: Bindings, path: String, types: [TypeBlueprint],
    nodes: ArraySlice<Node>, _ index: GraphIndex
  ) -> String? {
    var verification = Verification(types: types, index: index)
    verification.make(property, bindings, path: path)
    return verification.problem(with: nodes)
  }

  private init(types: [TypeBlueprint], index: GraphIndex) { (self.types, self.index) = (types, index) }

  private func problem(with nodes: ArraySlice<Node>) -> String? {
    if let problem { return problem }
    var expected: [String: [Int]] = [:]
    for node in nodes {
      for parameter in node.ownParameters { expected["\(node.path).\(parameter.name)"] = parameter.shape }
    }
    if expected == tensors { return nil }
    for name in Set(expected.keys).union(tensors.keys).sorted() where expected[name] != tensors[name] {
      let (have, want) = (
        tensors[name].map { "\($0)" } ?? "missing", expected[name].map { "\($0)" } ?? "not in the graph"
      )
      return "'\(name)' would be \(have), but is \(want)"
    }
    return nil
  }

  private mutating func fail(_ text: String) { problem = problem ?? text }

  private func path(_ outer: String, _ name: String) -> String { outer.isEmpty ? name : "\(outer).\(name)" }

  private mutating func make(_ type: TypeBlueprint, _ bindings: Bindings, path outer: String) {
    for property in type.properties { make(property, bindings, path: outer) }
  }

  private mutating func make(_ property: TypeBlueprint.Property, _ bindings: Bindings, path outer: String) {
    if let condition = property.condition {
      guard case .bool(let isThere)? = condition.evaluated(bindings) else {
        return fail("the condition of \(property.name) has no value")
      }
      if !isThere { return }
    }
    guard property.path.number != nil, let index = property.pathIndex,
      case .array(let element, let count, let variable) = property.construction
    else { return make(property.construction, bindings, path: path(outer, property.path.prefix)) }
    guard let count = count.evaluated(bindings)?.int else { return fail("\(property.name) has no count") }
    for round in 0..<count {
      var inner = bindings
      inner[variable] = .int(round)
      let name = property.path.text([index: .int(round)]) ?? ""
      make(element, inner, path: path(outer, name))
    }
  }

  private mutating func make(_ construction: Construction, _ bindings: Bindings, path: String) {
    switch construction {
    case .layer(let layer): make(layer, bindings, path: path)
    case .type(let index, let arguments):
      let type = types[index]
      var inner: Bindings = [:]
      for parameter in type.parameters {
        let given = arguments.first { $0.parameter == parameter.name }
        guard let value = given?.value.evaluated(bindings) ?? (given == nil ? parameter.defaultValue : nil) else {
          return fail("\(path) lacks \(parameter.name)")
        }
        inner[parameter.name] = parameter.type == .double ? value.asFloat : value.normalized
      }
      make(type, inner, path: path)
    case .array(let element, let count, let index):
      guard let count = count.evaluated(bindings)?.int else { return fail("\(path) has no count") }
      for round in 0..<count {
        var inner = bindings
        inner[index] = .int(round)
        make(element, inner, path: self.path(path, String(round)))
      }
    case .sequence(let steps):
      var own = bindings
      var count = 0
      run(steps, &own, path: path, count: &count)
    }
  }

  private mutating func run(_ steps: [SequenceStep], _ bindings: inout Bindings, path: String, count: inout Int) {
    for step in steps {
      switch step {
      case .append(let construction, let name, _):
        guard let text = name.map({ $0.text(bindings) }) ?? String(count) else { return fail("a name in \(path)") }
        if case .sequence(let inner) = construction {
          // Its steps stand among the outer one's, so what they assign stays.
          var innerCount = 0
          run(inner, &bindings, path: self.path(path, text), count: &innerCount)
        } else {
          make(construction, bindings, path: self.path(path, text))
        }
        count += 1
      case .condition(let term, let inner):
        guard case .bool(let flag)? = term.evaluated(bindings) else { return fail("a condition in \(path)") }
        if flag { run(inner, &bindings, path: path, count: &count) }
      case .declare(let name, let term), .assign(let name, let term):
        guard let value = term.evaluated(bindings) else { return fail("\(name) in \(path)") }
        bindings[name] = value
      case .loop(let loop):
        guard let rounds = loop.count.evaluated(bindings)?.int else { return fail("a loop in \(path)") }
        // A loop over a table has a round for each of its rows.
        guard loop.columns.allSatisfy({ $0.values.count == rounds }) else { return fail("a table in \(path)") }
        let outer = bindings
        for round in 0..<rounds {
          bindings[loop.index] = .int(round)
          for column in loop.columns { bindings[column.name] = column.values[round] }
          run(loop.body, &bindings, path: path, count: &count)
        }
        // What the loop's variables hid is seen again; what was assigned stays.
        for name in loop.columns.map(\.name) + [loop.index] { bindings[name] = outer[name] }
      }
    }
  }

  private mutating func make(_ layer: LayerConstruction, _ bindings: Bindings, path: String) {
    guard let declaration = LayerRegistry.declaration(layer.keyword) else { return fail("\(layer.keyword) is unknown") }
    var values: [String: FieldValue] = [:]
    for field in layer.fields {
      guard let value = field.value.evaluated(bindings), let type = declaration.field(named: field.name)?.type,
        let suiting = value.suiting(type)
      else { return fail("\(field.name) of \(path)") }
      values[field.name] = suiting
    }
    var input = layer.shape ?? [1, 1, 1]
    if let channels = layer.channels {
      guard let count = channels.evaluated(bindings)?.int else { return fail("the channels of \(path)") }
      input = [count] + Array(repeating: 1, count: max(0, layer.inputRank - 1))
    }
    if let node = index.nodes[path] {
      if TypeBuilder.fixing(node) != layer.fixing { return fail("the fixed tensors of \(path)") }
      if node.layer.tensorSettings.form != layer.form { return fail("the weight's form of \(path)") }
      for field in declaration.fields {
        let written = node.attributes.first { $0.name == field.name }?.value
        if field.concernsTensors {
          // What comes of these was compared above.
          values[field.name] = written
          continue
        }
        let wanted = written ?? field.defaultValue
        let found = values[field.name] ?? field.defaultValue
        if found?.normalized != wanted?.normalized { return fail("\(field.name) of \(path)") }
      }
      if node.keyword != layer.keyword { return fail("\(path) is \(node.keyword)") }
    } else if !index.composites.contains(path), layer.keyword != Identity.keyword {
      return fail("\(path) is no layer")
    }
    do {
      let kind = try declaration.makeLayer(values)
      let inputs = Array(repeating: Shape(input.map(Extent.known)), count: layer.inputCount ?? 1)
      for parameter in kind.tensors(for: inputs) {
        tensors[self.path(path, parameter.name)] = parameter.shape
      }
    } catch {
      fail("\(path): \(error.message)")
    }
  }
}

extension FieldValue {
  /// The value as a field of a type takes it.
  fileprivate func suiting(_ type: Field.FieldType) -> FieldValue? {
    switch (self, type) {
    case (.int(let value), .size): .size(AxisSizes(value))
    case (.int(let value), .padding): .padding(.symmetric(value))
    case (.int(let value), .float): .float(Double(value))
    default: self
    }
  }
}
