import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// Layers: their fields evaluated, their shapes inferred, a node each.
extension GraphBuilder {
  mutating func layer(_ call: LayerCall, _ item: Item, _ inputs: [Flow], _ place: Place, _ name: ItemName) -> Flow {
    let declaration = call.declaration
    // The layer's name is none that its own fields could mean.
    let written = attributes(call, declaration, item, inputs[0], place)
    let text = layerName(declaration, item, place, name)
    guard let written, let (made, attributes) = makeLayer(declaration, written, item, place.environment) else {
      hasFailed = true
      register(text, at: place.level, flow: .unknown)
      return .unknown
    }
    let flow: Flow
    let parts = made.layer.expansion
    if parts.isEmpty {
      let request = NodeRequest(
        layer: made.layer, memory: made.index, attributes: attributes, name: text,
        path: path(of: text, at: place.level),
        span: item.operationSpan)
      flow = addNode(request, inputs, scope: place.scope, place.environment)
    } else {
      flow = composite(parts, call.keyword, attributes, text, item, inputs, place)
    }
    register(text, at: place.level, flow: flow)
    return flow
  }

  /// A kind that consists of others: a level with their names.
  private mutating func composite(
    _ parts: [ExpandedLayer], _ keyword: String, _ attributes: [Attribute], _ name: String, _ item: Item,
    _ inputs: [Flow],
    _ place: Place
  ) -> Flow {
    let level = openLevel(name, in: place.level, isNumbered: false)
    let scope = openScope(
      .composite(keyword), name: name, span: item.span, in: place.scope, input: inputs[0], path: levels[level].path)
    register(name, at: place.level, leadingTo: level)
    var flows = inputs
    for part in parts {
      guard let declaration = LayerRegistry.declaration(part.keyword),
        let layer = try? declaration.makeLayer(part.fields)
      else { continue }
      let own = part.fields.sorted { $0.key < $1.key }.map { name, value in
        let origin = attributes.first { $0.name == name && $0.value == value }?.origin
        return Attribute(name: name, value: value, origin: origin ?? .inferred("part of \(keyword)"))
      }
      _ = claim(part.name, at: level, span: item.operationSpan, isAutomatic: false, place.environment)
      let request = NodeRequest(
        layer: layer, attributes: own, name: part.name, path: path(of: part.name, at: level),
        span: item.operationSpan)
      flows = [addNode(request, flows, scope: scope, place.environment)]
      register(part.name, at: level, flow: flows[0])
    }
    scopes[scope].output = flows[0].value
    return flows[0]
  }

  private mutating func layerName(_ declaration: LayerDeclaration, _ item: Item, _ place: Place, _ name: ItemName)
    -> String
  {
    let prefix = declaration.kind.namePrefix
    if case .one(let given) = name {
      // A named layer counts among its kind, so that naming one renames no other.
      _ = levels[place.level].count(prefix)
      return claim(given.text, at: place.level, span: given.span, isAutomatic: false, place.environment)
    }
    let automatic = countedName(prefix, at: place.level)
    return claim(automatic, at: place.level, span: item.operationSpan, isAutomatic: true, place.environment)
  }

  /// The fields that are set: written, else filled in by a projection, else the file's defaults.
  private mutating func attributes(
    _ call: LayerCall, _ declaration: LayerDeclaration, _ item: Item, _ input: Flow, _ place: Place
  ) -> [Attribute]? {
    let isDefaulted = !spec.units[call.unit].defaults.isEmpty
    let defaults = isDefaulted ? spec.units[call.unit].defaults[call.keyword] ?? [] : []
    if call.arguments.isEmpty, defaults.isEmpty, place.filled.isEmpty, declaration.needsNothing { return [] }
    var result: [Attribute] = []
    result.reserveCapacity(call.arguments.count + place.filled.count + defaults.count)
    var isComplete = true
    var missing: [Field] = []
    var fitted: (to: Shape, window: AxisSizes?, position: Int)?
    var sizes: [String: Attribute] = [:]
    if !declaration.naming.isEmpty {
      let names = place.environment.outside(in: call.unit)
      guard let found = self.sizes(call, declaration, defaults, place, names, prev: input) else { return nil }
      sizes = found
    }
    // Most fields are neither written nor needed, so those are not looked at.
    var open = declaration.allFields
    if place.filled.isEmpty, sizes.isEmpty {
      open = declaration.requiredFields | call.writtenFields
      for index in defaults.indices { open |= declaration.bit(ofField: defaults[index].name) }
    }
    while open != 0 {
      let number = open.trailingZeroBitCount
      open &= open - 1
      let field = declaration.fields[number]
      let fieldName = field.name
      if !sizes.isEmpty, let size = sizes[fieldName] {
        result.append(size)
        continue
      }
      let position = call.arguments.position(of: fieldName)
      let defaultPosition = position == nil ? defaults.position(of: fieldName) : nil
      if position == nil, defaultPosition == nil, place.filled.isEmpty {
        if field.isRequired { missing.append(field) }
        continue
      }
      var written = position.map { call.arguments[$0] }
      var givenNames: Environment?
      if written == nil {
        switch place.filled[fieldName] {
        case .computed(let filling, let reason)?:
          if let value = filling.suiting(field.type) {
            result.append(Attribute(name: field.name, value: value, origin: .inferred(reason)))
            continue
          }
        case .stride(let shape, let window)?:
          // A step between channels moves no pixel.
          if case .size = field.type {
            fitted = (shape, window, result.count)
            continue
          }
        case .given(var argument, let names)?:
          argument.value = suited(argument.value, to: field.type, names)
          written = argument
          givenNames = names
        case nil: break
        }
      }
      guard let argument = written ?? defaultPosition.map({ defaults[$0] }) else {
        if field.isRequired { missing.append(field) }
        continue
      }
      let found: FieldValue?
      if position != nil {
        found = fieldValue(argument.value, type: field.type, place.environment, at: place.level, prev: input)
      } else {
        let names = givenNames ?? place.environment.outside(in: call.unit)
        found = fieldValue(argument.value, type: field.type, names, at: place.level, prev: input)
      }
      guard let value = found else {
        isComplete = false
        continue
      }
      let origin: Attribute.Origin = written != nil ? .written(argument.value.span) : .defaults(argument.value.span)
      do {
        try field.check(value)
        result.append(Attribute(name: field.name, value: value, origin: origin))
      } catch {
        report(.outOfRange, error.message, at: argument.value.span, in: place.environment)
        isComplete = false
      }
    }
    if isComplete, missing.isEmpty, let fitted,
      let stride = stride(to: fitted.to, from: input, window: fitted.window, declaration, result)
    {
      result.insert(stride, at: fitted.position)
    }
    guard !missing.isEmpty else { return isComplete ? result : nil }
    let names = missing.map { "'\($0.name)'" }.joined(separator: " and ")
    report(
      .missingKey, "\(call.keyword) needs \(names)", at: item.operationSpan, in: place.environment,
      notes: missing.map { .init("\($0.name): \($0.documentation)") })
    return nil
  }

  /// The layer with these fields, but for defaults that a written field excludes.
  private mutating func makeLayer(
    _ declaration: LayerDeclaration, _ attributes: [Attribute], _ item: Item, _ environment: Environment
  ) -> (LayerMemory.Made, [Attribute])? {
    do throws(FieldError) {
      let made = try memory.layer(declaration, attributes) { () throws(FieldError) -> any LayerKind in
        try declaration.makeLayer(Dictionary(uniqueKeysWithValues: attributes.map { ($0.name, $0.value) }))
      }
      return (made, attributes)
    } catch {
      let pair = [error.field, error.excluding]
      let defaults = attributes.filter { $0.origin.isDefault && pair.contains($0.name) }
      if error.excluding != nil, let other = defaults.first, defaults.count == 1 {
        return makeLayer(declaration, attributes.filter { $0.name != other.name }, item, environment)
      }
      report(.conflict, error.message, at: attributes.span(of: error.field) ?? item.operationSpan, in: environment)
      return nil
    }
  }

  // MARK: Nodes

  /// A node to be added.
  struct NodeRequest {
    var layer: any LayerKind
    /// Where the layer is remembered.
    var memory: Int?
    var attributes: [Attribute]
    var name: String
    var path: String
    var span: Span
  }

  /// Adds a node, or reports why its inputs do not suit it.
  mutating func addNode(_ request: NodeRequest, _ inputs: [Flow], scope: Int, _ environment: Environment) -> Flow {
    let layer = request.layer
    // Behind a fault, an unknown reference among them, there is nothing to count.
    guard inputs.allSatisfy({ $0.shape != nil }) else {
      hasFailed = true
      return .unknown
    }
    let counts = type(of: layer).inputCount
    guard counts.contains(inputs.count) else {
      let expected = counts.upperBound == counts.lowerBound ? "\(counts.lowerBound)" : "at least \(counts.lowerBound)"
      let keyword = type(of: layer).keyword
      report(
        .inputCount, "\(keyword) takes \(expected) input\(expected == "1" ? "" : "s"), not \(inputs.count)",
        at: request.span,
        in: environment,
        notes: [
          .init(
            counts.lowerBound > 1
              ? "name them: `{from: [a, b], \(keyword)}`"
              : "make one of them before: `{from: [a, b], concat}`, or `add`")
        ])
      return .unknown
    }
    guard nodes.count < Limit.nodes else {
      abort("the network has more than \(Limit.nodes) nodes", at: request.span, in: environment)
      return .unknown
    }
    let result: LayerMemory.Result
    if let known = memory.result(of: request.memory, inputs) {
      result = known
    } else {
      let shapes = inputs.compactMap(\.shape)
      let output: Shape
      do {
        output = try layer.outputShape(of: shapes)
      } catch {
        report(error, of: request, inputs, scope: scope, environment)
        return recovered(request, inputs, error.recovery, scope: scope)
      }
      let parameters = layer.tensors(for: shapes)
      if let problem = layer.problem(withFirstValuesOf: parameters) {
        report(problem, of: request, inputs, scope: scope, environment)
        return recovered(request, inputs, output, scope: scope)
      }
      guard checkSize(output, parameters, request, environment) else { return .unknown }
      result = LayerMemory.Result(
        output: output, tensors: parameters, macs: layer.macs(for: shapes, output: output))
      memory.remember(result, of: request.memory, shapes)
    }
    let node = Node(
      id: nodes.count, layer: layer, keyword: type(of: layer).keyword, attributes: request.attributes,
      inputs: inputs.map(\.value), output: result.output, parameters: result.tensors, sharedWith: nil, scope: scope,
      name: request.name, path: request.path, span: request.span, head: head, macs: result.macs)
    nodes.append(node)
    totals.add(result.sums)
    scopes[scope].children.append(.node(node.id))
    return Flow(value: .output(ofNode: node.id), shape: result.output)
  }

  /// Sums stop at the largest integer, and none that has stopped is a figure of a network.
  mutating func check(_ totals: Totals) {
    let sums = [("parameters", totals.parameters), ("multiply-accumulates", totals.macs.value ?? 0)]
    guard let (name, _) = sums.first(where: { $0.1 == Int.max }) else { return }
    report(
      .tooLarge, "the network has more than 2^63 \(name)", at: spec.layersSpan, in: Environment(isAmongLayers: false))
  }

  private mutating func checkSize(
    _ output: Shape, _ parameters: [ParameterSpec], _ request: NodeRequest, _ environment: Environment
  ) -> Bool {
    if output.dimensions.contains(where: { $0.formulaWeight > Limit.formulaWeight }) {
      report(
        .symbolicShape,
        "what the size of this output is has become a formula of more than \(Limit.formulaWeight) parts",
        at: request.span, in: environment,
        notes: [.init("give the input's sizes as numbers, or fewer of them as letters")])
      return false
    }
    if let elements = output.elements.value, elements > Limit.elements {
      report(
        .tooLarge, "the output \(output) has \(elements == Int.max ? "more than 2^63" : "\(elements)") elements",
        at: request.span, in: environment)
      return false
    }
    for parameter in parameters where parameter.elements > Limit.elements {
      let shape = parameter.shape.map(String.init).joined(separator: "×")
      report(
        .tooLarge, "the tensor \(request.path).\(parameter.name) would be \(shape)", at: request.span, in: environment)
      return false
    }
    return true
  }

  /// A node of the shape that a layer should have made, so that what follows is checked too; the graph is broken anyway.
  private mutating func recovered(_ request: NodeRequest, _ inputs: [Flow], _ shape: Shape?, scope: Int) -> Flow {
    guard let shape else {
      hasGaps = true
      return .unknown
    }
    let node = Node(
      id: nodes.count, layer: request.layer, keyword: type(of: request.layer).keyword, attributes: request.attributes,
      inputs: inputs.map(\.value), output: shape, parameters: [], scope: scope, name: request.name, path: request.path,
      span: request.span, head: head, macs: 0)
    nodes.append(node)
    scopes[scope].children.append(.node(node.id))
    return Flow(value: .output(ofNode: node.id), shape: shape)
  }

  private mutating func report(
    _ error: ShapeError, of request: NodeRequest, _ inputs: [Flow], scope: Int, _ environment: Environment
  ) {
    var notes: [Diagnostic.Note] = []
    // Of a join's inputs, which may be one value twice, the first and the first that is another shape.
    let second =
      inputs.first { $0.shape != inputs[0].shape }
      ?? inputs.dropFirst().first.flatMap { $0.value == inputs[0].value ? nil : $0 }
    for input in [inputs[0], second].compactMap(\.self) {
      guard let shape = input.shape else { continue }
      if let producer = input.value.node.map({ nodes[$0] }) {
        notes.append(
          .init("the input \(shape) is the output of \(producer.keyword) \(producer.path)", at: producer.span))
      } else {
        let position = input.value.inputPosition ?? 0
        notes.append(.init("the input \(shape) is the model's", at: spec.inputs[position].span))
      }
    }
    let span = error.field.flatMap { request.attributes.span(of: $0) } ?? request.span
    if [.joinMismatch, .gateMismatch].contains(error.problem), inputs.contains(where: { $0.shape?.isKnown == false }) {
      notes.append(.init("open sizes that are multiples may agree: for example `--input 3x32Hx32W`"))
    }
    let id = DiagnosticID(error.problem)
    faults.append(
      ShapeFault(
        id: id, span: span, item: request.span, scope: scope, inputs: inputs.map(\.value),
        shapes: inputs.compactMap(\.shape),
        layer: .init(keyword: type(of: request.layer).keyword, attributes: request.attributes)))
    report(id, error.message, at: span, in: environment, notes: notes)
  }
}

extension [Argument] {
  /// Where what is written for a field stands.
  fileprivate func position(of field: String) -> Int? { indices.first { self[$0].name.isSame(as: field) } }
}

extension [Attribute] {
  /// The place where a field's value is written.
  func span(of field: String) -> Span? {
    guard let attribute = first(where: { $0.name == field }) else { return nil }
    switch attribute.origin {
    case .written(let span), .defaults(let span): return span
    case .inferred: return nil
    }
  }
}

extension FieldValue {
  /// The value for a field of the given type: an integer is a size too.
  func suiting(_ type: Field.FieldType) -> FieldValue? {
    switch (self, type) {
    case (.int, .int), (.size, .size): self
    case (.int(let number), .size): .size(AxisSizes(number))
    case (.size(let size), .int) where size.isUniform: .int(size[0])
    default: nil
    }
  }
}

extension DiagnosticID {
  /// How a layer's objection is reported.
  init(_ problem: ShapeError.Problem) {
    self =
      switch problem {
      case .wrongRank: .wrongRank
      case .kernelExceedsInput: .kernelExceedsInput
      case .padding: .padding
      case .notDivisible: .notDivisible
      case .joinMismatch: .joinMismatch
      case .gateMismatch: .gateMismatch
      case .emptyOutput: .emptyOutput
      case .symbolic: .symbolicShape
      case .tooLarge: .tooLarge
      case .field: .shapeField
      }
  }
}
