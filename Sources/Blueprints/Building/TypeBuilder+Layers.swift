import GraphIR
import Layers
import Shapes
import SpecLanguage

/// Layers: their fields as terms, and their place in the forward pass.
extension TypeBuilder {
  /// Applies a layer in the uses that have it.
  func layer(
    _ nodes: [Int: Node], flow: Int, start: Int, _ hint: HintScope, into statements: inout [ForwardStatement]
  ) throws(BuildFault) -> Int {
    guard let first = nodes.min(by: { $0.key < $1.key })?.value else { return flow }
    let counts = Set(nodes.values.map(\.inputs.count))
    guard counts.count == 1 else { throw .unlike("\(first.keyword) has different numbers of inputs") }
    var inputs: [Int] = []
    for position in first.inputs.indices {
      inputs.append(try match(nodes.mapValues { $0.inputs[position] }, preferring: position == 0 ? [flow] : [start]))
    }
    let observations = nodes.sorted { $0.key < $1.key }.map { (sample: samples[$0.key], node: $0.value) }
    if first.sharedWith != nil, let output = try sharedLayer(nodes, inputs, into: &statements) { return output }
    let channels = values[inputs[0]].channels
    let construction = try construct(observations, channels: channels, hint, loop: nil)
    let outputs = nodes.mapValues { ValueID.output(ofNode: $0.id) }
    let joined = inputs.compactMap { values[$0].channels }
    let sum = joined.count == inputs.count ? joined.dropFirst().reduce(joined.first) { Self.sum($0, $1) } : nil
    let term = channelTerm(
      outputs,
      hints: [outputHint(construction, channels: channels), construction.isJoin ? sum : nil])
    let output = define(outputs, channels: term)
    let callee: Application.Callee
    if construction.channels == nil, construction.shape == nil, !construction.hasTensors,
      construction.fields.allSatisfy({ $0.value.constantValue != nil })
    {
      callee = .function(construction)
    } else {
      let path = CountedName(prefix: try relativePath(nodes.mapValues(\.path)), number: nil)
      let property = TypeBlueprint.Property(
        name: path.prefix, path: path, pathIndex: nil, construction: .layer(construction), condition: nil,
        comment: "\(graph.shape(of: first.inputs[0])) → \(first.output)")
      let name = try addProperty(property, present: Set(nodes.keys))
      callee = .property(name)
    }
    statements.append(
      .apply(
        Application(
          output: output, callee: callee, inputs: inputs, place: blueprints.place(of: first), label: first.name)))
    return output
  }

  private static func sum(_ left: Term?, _ right: Term) -> Term? {
    left.map { Term.binary(.add, $0, right).simplified }
  }

  /// The output's channels as the fields say; the input's where no field does.
  func outputHint(_ layer: LayerConstruction, channels: Term?) -> Term? {
    switch layer.kind?.outputChannels {
    case .field(let name): return layer.field(name) ?? channels
    case .multiple(let name):
      guard let factor = layer.field(name), let channels else { return channels }
      return Term.binary(.multiply, channels, factor).simplified
    case .input, .sum, nil: return channels
    }
  }

  /// The channels of values as a term, if one is found; nothing is made a parameter for it.
  func channelTerm(_ ids: [Int: ValueID], hints: [Term?], loop: LoopContext? = nil) -> Term? {
    let observations = ids.sorted { $0.key < $1.key }.compactMap { use, value in
      graph.shape(of: value).channels.value.map { (sample: samples[use], value: FieldValue.int($0)) }
    }
    guard observations.count == ids.count else { return nil }
    return channelTerm(observations, hints: hints, loop: loop)
  }

  func channelTerm(
    _ observations: [(sample: Sample, value: FieldValue)], hints: [Term?], loop: LoopContext?
  ) -> Term? {
    let plain = observations.map { Observation(bindings: $0.sample.bindings, value: $0.value) }
    return Synthesis.term(plain, hints: hints, name: "channels", loop: loop?.countsFreely == true ? loop?.index : nil)
  }

  /// A layer with its fields as terms.
  func construct(
    _ nodes: [(sample: Sample, node: Node)], channels: Term?, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> LayerConstruction {
    let first = nodes[0].node
    guard let declaration = LayerRegistry.declaration(first.keyword),
      nodes.allSatisfy({ $0.node.keyword == first.keyword })
    else { throw .unlike("\(first.keyword) and other kinds stand in one place") }
    if declaration.kind.swift.isPerRank, Set(nodes.map { graph.shape(of: $0.node.inputs[0]).rank }).count > 1 {
      throw .unlike("\(first.keyword) takes signals and maps in one place")
    }
    var result = LayerConstruction(
      keyword: first.keyword, hasTensors: nodes.contains { !$0.node.parameters.isEmpty },
      inputRank: first.inputs.first.map { graph.shape(of: $0).rank } ?? 0, channels: nil, shape: nil, fields: [])
    for field in declaration.fields {
      if field.concernsTensors { continue }
      if let term = try term(of: field, nodes, channels: channels, hint, loop: loop) {
        result.fields.append(LayerField(name: field.name, value: term))
      }
    }
    try addInput(to: &result, nodes, channels: channels, loop: loop)
    let fixings = Set(nodes.map { Self.fixing($0.node) })
    guard fixings.count == 1 else { throw .unlike("\(first.keyword) has other fixed tensors") }
    result.fixing = fixings.first ?? nil
    let forms = Set(nodes.map { $0.node.layer.tensorSettings.form })
    guard forms.count == 1 else { throw .unlike("\(first.keyword) has weights of other forms") }
    result.form = forms.first ?? nil
    if blueprints.forTraining { try addTraining(to: &result, nodes.map(\.node)) }
    return result
  }

  /// How the layer's tensors begin, and what of several inputs their shapes say.
  private func addTraining(to layer: inout LayerConstruction, _ nodes: [Node]) throws(BuildFault) {
    if layer.isJoin {
      let ranks = Set(nodes.map { graph.inputShapes(of: $0).map(\.rank) })
      guard ranks.count == 1, let ranks = ranks.first else { throw .unlike("\(layer.keyword) joins other dimensions") }
      layer.inputRanks = ranks
    }
    let initializers = Set(nodes.map(\.layer.tensorSettings.initializers))
    guard initializers.count == 1 else { throw .unlike("\(layer.keyword) has tensors that begin in other ways") }
    layer.initializers = initializers.first ?? []
  }

  /// The tensors of a layer that training leaves as they are; nil if there are none.
  static func fixing(_ node: Node) -> LayerConstruction.Fixing? {
    let fixed = node.parameters.filter { $0.role == .fixed }
    if fixed.isEmpty { return nil }
    return LayerConstruction.Fixing(
      values: fixed.compactMap { tensor in
        node.layer.givenValues(of: tensor.name).map { LayerConstruction.GivenTensor(name: tensor.name, values: $0) }
      })
  }

  /// A field's term; nil where all uses have the default.
  private func term(
    of field: Field, _ nodes: [(sample: Sample, node: Node)], channels: Term?, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> Term? {
    let found = nodes.map { entry in entry.node.attributes.first { $0.name == field.name } }
    let given = found.map { $0?.value ?? field.defaultValue }
    if given.allSatisfy({ $0 == nil || $0 == field.defaultValue }) { return nil }
    if ValueType(field.type) == .text, Set(given).count > 1 {
      // A word decides which case, initializer or function is written, so it is the same in all uses of a type.
      throw .unlike("\(field.name) is another word in some uses")
    }
    var observations: [(sample: Sample, value: FieldValue)] = []
    for (entry, value) in zip(nodes, given) {
      guard let value else { throw .unlike("\(field.name) is written in some uses only") }
      observations.append((entry.sample, value.normalized))
    }
    var hints: [Term?] = []
    if case .written(let span)? = found.compactMap({ $0 }).first?.origin {
      hints.append(index.term(index.arguments[span], hint))
    }
    if field.name == "out" { hints += [channels] + knownChannels.reversed() }
    let term = try resolve(
      observations, hints: hints, name: field.name, loop: loop, as: ValueType(field.type))
    if field.name == "stride", term.constantValue == nil, !strides.contains(term) { strides.append(term) }
    return term
  }

  /// What the layer needs to know of its input.
  private func addInput(
    to layer: inout LayerConstruction, _ nodes: [(sample: Sample, node: Node)], channels: Term?, loop: LoopContext?
  ) throws(BuildFault) {
    let first = nodes[0].node
    let need = first.layer.needs
    guard nodes.allSatisfy({ $0.node.layer.needs == need }) else {
      throw .unlike("\(first.keyword) is made in different ways")
    }
    switch need {
    case .nothing: break
    case .inputCount:
      guard nodes.allSatisfy({ $0.node.inputs.count == first.inputs.count }) else {
        throw .unlike("\(first.keyword) has different numbers of inputs")
      }
      layer.inputCount = first.inputs.count
    case .channels: layer.channels = try inputChannels(nodes, channels: channels, loop: loop)
    case .shape:
      let shapes = Set(nodes.map { graph.shape(of: $0.node.inputs[0]) })
      guard shapes.count == 1, let shape = shapes.first?.values else {
        throw .unlike("\(first.keyword) has several shapes")
      }
      layer.shape = shape
    }
  }

  func inputChannels(
    _ nodes: [(sample: Sample, node: Node)], channels: Term?, loop: LoopContext?
  ) throws(BuildFault) -> Term {
    var observations: [(sample: Sample, value: FieldValue)] = []
    for (sample, node) in nodes {
      guard let count = graph.shape(of: node.inputs[0]).channels.value else { throw .unlike("channels are open") }
      observations.append((sample, .int(count)))
    }
    return try resolve(observations, hints: [channels], name: "width", loop: loop)
  }
}
