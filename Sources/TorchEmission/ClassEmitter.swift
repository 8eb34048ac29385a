import Blueprints
import Diagnostics
import Layers
import PythonSource

/// What a file of PyTorch source is written with.
package struct TorchOptions: Sendable {
  /// The name of the network's class; nil for one made of the model's and the variant's.
  package var typeName: String?
  /// Whether comments say where the spec has what is computed.
  package var locatesSources: Bool

  package init(typeName: String? = nil, locatesSources: Bool = false) {
    self.typeName = typeName
    self.locatesSources = locatesSources
  }
}

/// Turns a blueprint into a class.
struct ClassEmitter {
  let type: TypeBlueprint
  let types: [TypeBlueprint]
  let layers: LayerEmitter
  let locatesSources: Bool

  init(_ type: TypeBlueprint, types: [TypeBlueprint], layers: LayerEmitter, locatesSources: Bool) {
    self.type = type
    self.types = types
    self.layers = layers
    self.locatesSources = locatesSources
  }

  /// Attributes that are no modules: stored truth values.
  private var flagNames: Set<String> { Set(type.flags.map(\.name)) }

  func path(_ property: TypeBlueprint.Property) -> ModulePath {
    ModulePath(property.path.prefix, taken: flagNames)
  }

  // MARK: The initializer

  var initializer: PythonFunction {
    var parameters = [PythonParameter("self", "")]
    parameters += type.parameters.map { parameter in
      PythonParameter(
        TorchNaming.local(parameter.name), parameter.type.pythonName, default: parameter.defaultValue?.python)
    }
    if !type.heads.isEmpty { parameters.append(PythonParameter("heads", "bool", default: .literal("True"))) }
    return PythonFunction("__init__", parameters, result: "None", body: body)
  }

  private var body: [PythonStatement] {
    var emitter = ConstructionEmitter(type, types: types, layers: layers)
    var statements: [PythonStatement] = [.expression(.call(.member(.call("super"), "__init__"), []))]
    for flag in type.flags { statements.append(.assignment(.own(flag.name), emitter.python(flag.value))) }
    let inHeads = type.heads.reduce(into: Set<String>()) { $0.formUnion($1.properties) }
    var made: Set<PythonExpression> = []
    for property in type.properties where !inHeads.contains(property.name) {
      statements += make(property, &emitter, &made)
    }
    guard !type.heads.isEmpty else { return statements }
    statements.append(.assignment(.own("has_heads"), .name("heads")))
    let heads = type.properties.filter { inHeads.contains($0.name) }.flatMap { make($0, &emitter, &made) }
    return statements + (heads.isEmpty ? [] : [.conditional(.name("heads"), then: heads)])
  }

  /// The statements that make a property's module.
  private func make(
    _ property: TypeBlueprint.Property, _ emitter: inout ConstructionEmitter, _ made: inout Set<PythonExpression>
  ) -> [PythonStatement] {
    let path = path(property)
    var result: [PythonStatement] = []
    for container in path.containers where made.insert(container).inserted {
      result.append(.assignment(container, .call("nn.ModuleDict")))
    }
    var inner: [PythonStatement]
    if let number = property.path.number, let index = property.pathIndex,
      case .array(let element, let count, let variable) = property.construction
    {
      let counted = number.substituting([index: .variable(variable)], keepingOthers: true) ?? number
      inner =
        count.constantValue == nil ? [.assignment(.own("\(property.name)_count"), emitter.python(count))] : []
      inner += [
        emitter.counted(element, count, variable, number: counted, prefix: path.name, in: path.holder)
      ]
    } else {
      let module = emitter.make(property.construction, name: path.name)
      inner = module.statements + [.assignment(path.module, module.value)]
    }
    guard let condition = property.condition else { return result + inner }
    if path.isAttribute, property.path.number == nil {
      result.append(.assignment(path.module, annotation: "nn.Module | None", .literal("None")))
    }
    result.append(.conditional(emitter.python(condition), then: inner))
    return result
  }

  // MARK: Questions of the forward pass

  /// The module of a property that has one.
  func module(_ property: String) -> PythonExpression {
    type.properties.first { $0.name == property }.map { path($0).module } ?? .own(property)
  }

  /// Whether a property that may be absent is there.
  func isPresent(_ property: String, _ isThere: Bool) -> PythonExpression {
    guard let found = type.properties.first(where: { $0.name == property }) else { return .literal("True") }
    let path = path(found)
    if path.isAttribute {
      return .binary(path.module, isThere ? .isNot : .isSame, .literal("None"))
    }
    let holder: PythonExpression = path.containers.isEmpty ? .own("_modules") : path.holder
    let name: PythonExpression =
      found.path.number == nil ? .string(path.name) : .formatted([.text(path.name), .expression(firstNumber(found))])
    return .binary(name, isThere ? .isIn : .isNotIn, holder)
  }

  private func firstNumber(_ property: TypeBlueprint.Property) -> PythonExpression {
    let first = property.path.number?.substituting([property.pathIndex ?? "": .int(0)], keepingOthers: true)
    return first?.python([:]) ?? .integer(0)
  }

  /// The copies that a property with numbered names stands for: the variable, how many there are, and one of them.
  func copies(_ property: String) -> (variable: String, count: PythonExpression, module: PythonExpression)? {
    guard let found = type.properties.first(where: { $0.name == property }), let number = found.path.number,
      let index = found.pathIndex, case .array(_, let count, _) = found.construction
    else { return nil }
    let path = path(found)
    let name = PythonExpression.formatted([
      .text(path.name),
      .expression(number.substituting([index: .variable("i")], keepingOthers: true)?.python([:]) ?? .name("i")),
    ])
    let length: PythonExpression
    if count.constantValue != nil { length = count.python([:]) } else { length = .own("\(property)_count") }
    return ("i", length, .call(.member(path.holder, "get_submodule"), [PythonArgument(nil, name)]))
  }
}
