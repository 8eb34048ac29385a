import Diagnostics
import GraphIR
import Layers
import Shapes
import SpecLanguage

/// Makes the blueprint of one type from its uses in the graph.
final class TypeBuilder {
  /// A value of the forward pass: which value of the graph it is in each use.
  struct Value {
    var ids: [Int: ValueID]
    var channels: Term?
  }

  let blueprints: BlueprintBuilder
  let scopes: [Int]
  let block: Block?
  var type: TypeBlueprint
  var samples: [Sample]
  var values: [Value] = []
  /// The values that can be read here, the newest last.
  private var visible: [Int] = []
  /// The same by the values of the graph that they are in some use.
  private var visibleByID: [ValueID: [Int]] = [:]
  /// Conditions that the spec or the shapes suggest for items that only some uses have.
  var conditionHints: [Set<Int>: [Term]] = [:]
  var presence: [String: Set<Int>] = [:]
  /// Terms of channels seen so far, for what a projection was filled in with.
  var knownChannels: [Term] = []
  /// Terms of strides since the innermost residual began.
  var strides: [Term] = []
  /// Where the property of a path stands.
  var positions: [CountedName: Int] = [:]
  private var flagPresence: [Set<Int>: String] = [:]
  private var names: UniqueNames
  var parameterNames = UniqueNames()

  var graph: Graph { blueprints.graph }
  var index: SpecTerms { blueprints.index }
  private var naming: any Naming { blueprints.naming }

  init(_ blueprints: BlueprintBuilder, scopes: [Int], block: Block?, name: String) {
    self.blueprints = blueprints
    self.scopes = scopes
    names = UniqueNames(reserved: blueprints.memberNames)
    self.block = block
    type = TypeBlueprint(name: name, block: block)
    samples = scopes.indices.map { Sample(use: $0) }
  }

  func build() throws(BuildFault) -> TypeBlueprint {
    bindParameters()
    var hint = HintScope(unit: block?.unit ?? 0)
    for parameter in type.parameters where !parameter.isChannels {
      hint.names[parameter.name] = .variable(parameter.name)
    }
    for parameter in block?.parameters ?? [] where hint.names[parameter.name] == nil {
      hint.unknown.insert(parameter.name)
    }
    let inputs = Dictionary(uniqueKeysWithValues: scopes.enumerated().map { ($0, graph.scopes[$1].input) })
    let input = define(inputs, channels: nil)
    let isFixed = scopes.count == 1 && block == nil
    values[input].channels =
      isFixed
      ? channels(of: inputs)[0].map(Term.int) : type.parameters.first { $0.isChannels }.map { .variable($0.name) }
    hint.input = values[input].channels
    if block == nil {
      // The network's further inputs; a block's are values of the type that uses it.
      for position in graph.inputs.indices.dropFirst() {
        let ids = [0: ValueID.input(position)]
        _ = define(ids, channels: channels(of: ids)[0].map(Term.int))
      }
      type.forward.inputCount = graph.inputs.count
    }
    defineFurtherInputs(&hint)
    let members = Dictionary(uniqueKeysWithValues: scopes.enumerated().map { ($0, $1) })
    var statements: [ForwardStatement] = []
    let result = try chain(members, from: input, hint, into: &statements)
    if block == nil {
      type.forward.results = []
      for output in graph.outputs { type.forward.results.append(try match([0: output.value], preferring: [result])) }
    } else {
      type.forward.results = [result]
    }
    type.outputChannels = values[result].channels
    type.forward.statements = try settleFlags(statements)
    if block == nil, blueprints.forTraining { try addHeads(hint, from: input) }
    try settleConditions()
    finish()
    return type
  }

  /// The auxiliary heads of the network, behind its forward pass.
  private func addHeads(_ hint: HintScope, from input: Int) throws(BuildFault) {
    for scope in graph.scopes {
      guard case .head(let name) = scope.kind else { continue }
      let before = type.properties.count
      var statements: [ForwardStatement] = []
      let result = try chain([0: scope.id], from: input, hint, into: &statements)
      type.heads.append(
        TypeBlueprint.Head(
          name: name, statements: try settleFlags(statements), result: result,
          properties: Set(type.properties[before...].map(\.name))))
    }
  }

  /// The values that flow into a block with several inputs beside the first.
  private func defineFurtherInputs(_ hint: inout HintScope) {
    guard let block, block.inputs.count > 1 else { return }
    type.inputs = block.inputs.map(\.name)
    hint.inputs[block.inputs[0].name] = hint.input
    for (position, declaration) in block.inputs.dropFirst().enumerated() {
      let ids = Dictionary(
        uniqueKeysWithValues: scopes.enumerated().map { ($0, graph.scopes[$1].furtherInputs[position]) })
      let parameter = type.parameters.first { $0.furtherInput == declaration.name }
      let value = define(ids, channels: parameter.map { .variable($0.name) })
      hint.inputs[declaration.name] = values[value].channels
    }
  }

  // MARK: Parameters

  private func bindParameters() {
    guard let block else { return }
    for declaration in block.parameters where declaration.type != .layer {
      var found: [FieldValue] = []
      for scope in scopes {
        guard case .module(_, let arguments) = graph.scopes[scope].kind, let value = arguments[declaration.name]?.field
        else { continue }
        found.append(value.normalized)
      }
      guard found.count == scopes.count else { continue }
      let name = declaration.name
      guard naming.property(name) == name, !blueprints.isTypeName(name), parameterNames.take(name) else { continue }
      for (sample, value) in zip(samples, found) { sample[name] = value }
      let hint = index.term(declaration.defaultValue, HintScope(unit: block.unit))?.simplified.constantValue
      type.parameters.append(.init(name: name, type: declaration.type.type(of: found), defaultValue: hint?.normalized))
    }
    let inputs = channels(
      of: Dictionary(uniqueKeysWithValues: scopes.enumerated().map { ($0, graph.scopes[$1].input) }))
    let name = uniqueParameter("channels")
    for (sample, value) in zip(samples, inputs) { sample[name] = value.map(FieldValue.int) }
    type.parameters.insert(.init(name: name, type: .int, isChannels: true), at: 0)
    for (position, declaration) in block.inputs.dropFirst().enumerated() {
      let channels = channels(
        of: Dictionary(
          uniqueKeysWithValues: scopes.enumerated().map { ($0, graph.scopes[$1].furtherInputs[position]) }))
      let name = uniqueParameter(naming.parameter("\(declaration.name)_channels"))
      for (sample, value) in zip(samples, channels) { sample[name] = value.map(FieldValue.int) }
      type.parameters.insert(
        .init(name: name, type: .int, isChannels: true, furtherInput: declaration.name), at: position + 1)
    }
  }

  func uniqueParameter(_ wanted: String) -> String { parameterNames.make(wanted, separator: "") }

  func unique(_ wanted: String) -> String { names.make(wanted, separator: "") }

  /// The channels of values, by the use.
  private func channels(of values: [Int: ValueID]) -> [Int?] {
    values.sorted { $0.key < $1.key }.map { graph.shape(of: $0.value).channels.value }
  }

  // MARK: Values

  func define(_ ids: [Int: ValueID], channels: Term?) -> Int {
    values.append(Value(ids: ids, channels: channels))
    let value = values.count - 1
    visible.append(value)
    for id in Set(ids.values) { visibleByID[id, default: []].append(value) }
    if let channels, channels.constantValue == nil, !knownChannels.contains(channels) { knownChannels.append(channels) }
    return value
  }

  /// Carries out statements under a condition, whose values cannot be read behind it.
  func hidingValues<Result>(_ body: () throws(BuildFault) -> Result) throws(BuildFault) -> Result {
    let depth = visible.count
    let result = try body()
    for value in visible[depth...].reversed() {
      for id in Set(values[value].ids.values) { visibleByID[id]?.removeLast() }
    }
    visible.removeSubrange(depth...)
    return result
  }

  /// A value of the forward pass that is the wanted one in each use.
  func match(_ wanted: [Int: ValueID], preferring first: [Int] = []) throws(BuildFault) -> Int {
    func fits(_ value: Int) -> Bool { wanted.allSatisfy { values[value].ids[$0.key] == $0.value } }
    let candidates = wanted.first.flatMap { visibleByID[$0.value] } ?? []
    if let value = first.first(where: { fits($0) && candidates.contains($0) }) { return value }
    if let value = candidates.last(where: fits) { return value }
    throw .unlike("a value is used from where it is not known")
  }

  // MARK: Terms

  /// A term for a value that must be there: a new parameter of the type where nothing gives it.
  func resolve(
    _ observations: [(sample: Sample, value: FieldValue)], hints: [Term?], name: String, loop: LoopContext? = nil,
    as wanted: ValueType = .int
  ) throws(BuildFault) -> Term {
    let plain = observations.map { Observation(bindings: $0.sample.bindings, value: $0.value) }
    // A parameter of another type may have equal values, and is nothing that could stand there.
    let unfit = Set(type.parameters.filter { !$0.type.suits(wanted) }.map(\.name))
    // In a table the values that come of scaling read better than how they come about.
    let hints = loop?.hasTable == true ? hints.filter { $0?.simplified.hasCalls != true } : hints
    let counter = loop?.countsFreely == true ? loop?.index : nil
    if let term = Synthesis.term(plain, hints: hints, name: name, loop: counter, excluding: unfit) {
      loop?.noteUse(of: term)
      return term
    }
    if let loop, let column = loop.column(for: observations, name: name) { return .variable(column) }
    return try parameter(observations, name: name, as: wanted)
  }

  /// A parameter that each use of the type gives its value.
  private func parameter(
    _ observations: [(sample: Sample, value: FieldValue)], name: String, as wanted: ValueType
  ) throws(BuildFault) -> Term {
    var byUse: [Int: FieldValue] = [:]
    for (sample, value) in observations {
      if let known = byUse[sample.use], known != value { throw .unlike("\(name) has no formula") }
      byUse[sample.use] = value
    }
    guard block != nil, let first = observations.first?.value else { throw .unlike("\(name) has no formula") }
    if let other = type.parameters.first(where: { parameter in
      parameter.type.suits(wanted) && byUse.allSatisfy { samples[$0.key][parameter.name] == $0.value }
    }) {
      return .variable(other.name)
    }
    let name = uniqueParameter(naming.parameter(name))
    type.parameters.append(.init(name: name, type: ValueType(byUse.values.map { $0 })))
    for sample in samples { sample[name] = byUse[sample.use] ?? first }
    return .variable(name)
  }

  // MARK: Conditions

  func noteCondition(_ uses: Set<Int>, _ hint: Term?) {
    if let hint { conditionHints[uses, default: []].append(hint) }
  }

  /// A term that is true for some of the samples.
  func condition(_ present: Set<Int>, name: String) throws(BuildFault) -> Term {
    let hints =
      (conditionHints[present] ?? [])
      + (conditionHints[Set(samples.indices).subtracting(present)] ?? []).map { .not($0) }
    let observations = samples.map { ($0, FieldValue.bool(present.contains($0.use))) }
    return try resolve(observations, hints: hints, name: name)
  }

  /// The stored truth value that is true in some of the uses, or false in them.
  func flag(_ present: Set<Int>, name: String) throws(BuildFault) -> (name: String, isNegated: Bool) {
    if let known = flagPresence[present] { return (known, false) }
    if let known = flagPresence[Set(samples.indices).subtracting(present)] { return (known, true) }
    let term = try condition(present, name: name)
    if case .not(.variable(let parameter)) = term {
      let flag = flagName(parameter)
      type.flags.append(.init(name: flag, value: .variable(parameter)))
      flagPresence[Set(samples.indices).subtracting(present)] = flag
      return (flag, true)
    }
    let flag: String
    if case .variable(let parameter) = term {
      flag = flagName(parameter)
    } else {
      flag = unique(naming.parameter(name))
    }
    type.flags.append(.init(name: flag, value: term))
    flagPresence[present] = flag
    return (flag, false)
  }

  /// A parameter's name for its flag, unless that is something else in the forward pass.
  private func flagName(_ parameter: String) -> String {
    let isTaken = names.contains(parameter)
    return unique(isTaken ? naming.flag(keeping: parameter) : parameter)
  }

  private func settleConditions() throws(BuildFault) {
    for position in type.properties.indices {
      let property = type.properties[position]
      guard let present = presence[property.name], present.count < samples.count else { continue }
      type.properties[position].condition = try condition(present, name: "has_\(property.name)")
    }
  }

  /// Adds a property, or finds the one that another item of the same name has made in the other uses.
  func addProperty(_ made: TypeBlueprint.Property, present: Set<Int>) throws(BuildFault) -> String {
    if let position = positions[made.path], case let other = type.properties[position] {
      guard other.construction == made.construction, presence[other.name]?.isDisjoint(with: present) ?? true else {
        throw .unlike("\(made.path.prefix) is made in two ways")
      }
      presence[other.name]?.formUnion(present)
      return other.name
    }
    var property = made
    let name = naming.property(made.path.prefix)
    property.name = unique(blueprints.isTypeName(name) ? "\(name)Layer" : name)
    presence[property.name] = present
    positions[made.path] = type.properties.count
    type.properties.append(property)
    return property.name
  }

  // MARK: The end

  /// Leaves out the channels where nothing needs them, and keeps each use's arguments.
  private func finish() {
    var used: Set<String> = []
    for property in type.properties {
      used.formUnion(property.construction.variables)
      used.formUnion(property.condition?.variables ?? [])
    }
    for flag in type.flags { used.formUnion(flag.value.variables) }
    type.parameters.removeAll { parameter in
      guard !used.contains(parameter.name) else { return false }
      // A parameter of the spec stays, so that uses read as they are written.
      return parameter.isChannels || !(block?.parameters.contains { $0.name == parameter.name } ?? false)
    }
    let known = Set(type.parameters.map(\.name))
    if let channels = type.outputChannels, !channels.variables.isSubset(of: known) { type.outputChannels = nil }
    for (sample, scope) in zip(samples, scopes) { type.uses[scope] = sample.bindings.filter { known.contains($0.key) } }
    // Those with a default come last, where readers expect them.
    type.parameters =
      type.parameters.filter { $0.defaultValue == nil } + type.parameters.filter { $0.defaultValue != nil }
  }
}

extension ParameterType {
  /// The type that a parameter has in generated code for the values of its uses.
  func type(of values: [FieldValue]) -> ValueType {
    switch self {
    case .int: .int
    case .float: .double
    case .bool: .bool
    case .size: ValueType(values)
    case .padding: .padding
    case .layer: .text
    }
  }
}
