import Blueprints
import GraphIR
import Layers
import NetworkWeights
import SwiftSource

/// Where generated declarations can be used from, and what they say beside the code.
package struct SwiftOptions: Sendable {
  /// Who may use the generated declarations.
  package var access: AccessModifier
  /// The name of the network's type; nil for one made of the model's and the variant's.
  package var typeName: String?
  /// Whether traps and debuggers show the lines of the spec.
  package var locatesSources: Bool
  /// The values of tensors that training leaves as they are, where the spec has them in a file.
  package var fixedTensors: [Graph.FixedTensor]
  /// The classes' names, where the spec has them in a file.
  package var labels: [String]

  package init(
    access: AccessModifier = .internal, typeName: String? = nil, locatesSources: Bool = false,
    fixedTensors: [Graph.FixedTensor] = [], labels: [String] = []
  ) {
    self.access = access
    self.typeName = typeName
    self.locatesSources = locatesSources
    self.fixedTensors = fixedTensors
    self.labels = labels
  }
}

/// Turns a blueprint into a Swift type.
struct TypeEmitter {
  let type: TypeBlueprint
  let types: [TypeBlueprint]
  let access: AccessModifier
  /// Whether statements say to the compiler where the spec has them.
  let locatesSources: Bool
  let fixedValues: FixedValues

  /// The bindings of one use, which say of which type a term is.
  var bindings: Bindings { type.uses.min { $0.key < $1.key }?.value ?? [:] }

  var properties: [Declaration] {
    type.properties.map { property in
      let optional = property.condition == nil ? "" : "?"
      return .property(
        Property(
          property.name, type: swiftType(property.construction) + optional, isVariable: true, access: access,
          documentation: access == .public ? ["\(property.comment)."] : [],
          comment: access == .public ? nil : property.comment))
    }
      + type.flags.map { flag in
        .property(
          Property(
            flag.name, type: "Bool", access: access,
            documentation: access == .public ? ["Whether the uses of this type that are so have what they have."] : []))
      }
  }

  func swiftType(_ construction: Construction) -> String {
    switch construction {
    case .layer(let layer): layerType(layer)
    case .type(let index, _): types[index].name
    case .array(let element, _, _): "[\(swiftType(element))]"
    case .sequence: "Sequential"
    }
  }

  /// The type of a layer's property.
  func layerType(_ layer: LayerConstruction) -> String {
    let name = layer.form == nil ? layerTypeName(layer) : "NormalizedWeight"
    return layer.fixing == nil ? name : "Fixed<\(name)>"
  }

  /// The library's type for a layer.
  func layerTypeName(_ layer: LayerConstruction) -> String {
    let spelling = layer.kind?.swift
    return (layer.hasTensors ? spelling?.typeWithTensors : nil) ?? spelling?.type(axes: layer.inputRank - 1)
      ?? layer.keyword
  }

  // MARK: Initializer

  var initializer: Declaration {
    let parameters = type.parameters.map { parameter in
      Parameter(
        parameter.name, label: type.label(of: parameter),
        type: parameter.type.swiftName, default: parameter.defaultValue?.swift)
    }
    return .function(
      Function(
        "init", parameters, access: access,
        documentation: access == .public
          ? [
            type.block == nil
              ? "The network with parameters that mean nothing yet."
              : "The block with parameters that mean nothing yet."
          ] : [],
        body: initializerBody))
  }

  private var initializerBody: [Statement] {
    var body: [Statement] = []
    for flag in type.flags {
      let isHidden = type.parameters.contains { $0.name == flag.name }
      let target = isHidden ? SwiftExpression.member(.literal("self"), flag.name) : .name(flag.name)
      body.append(.assignment(target, flag.value.swift(bindings)))
    }
    // One for all, for their variables stand in one function.
    var emitter = ConstructionEmitter(self, locals: Set(type.parameters.map(\.name)), bindings: bindings)
    for property in type.properties {
      let made = emitter.make(property.construction, name: property.name)
      let target: SwiftExpression =
        emitter.locals.contains(property.name) ? .member(.literal("self"), property.name) : .name(property.name)
      let statements = made.statements + [.assignment(target, made.value)]
      if let condition = property.condition {
        body.append(.conditional(.expression(condition.swift(bindings)), then: statements))
      } else {
        body += statements
      }
    }
    return body
  }

  // MARK: Parameters

  /// The function that shows the parameters; nil if there are none.
  var visitor: Declaration? {
    let visits = type.properties.filter { hasTensors($0.construction) }.map(visit)
    guard !visits.isEmpty else { return nil }
    return .function(
      Function(
        "visitParameters", [Parameter("visitor", label: "_", type: "inout ParameterVisitor")], isMutating: true,
        access: access,
        documentation: access == .public ? ["Shows the parameters under the names that files have."] : [],
        body: visits))
  }

  private func visit(_ property: TypeBlueprint.Property) -> Statement {
    let target = Argument(nil, .name(property.name).reference)
    let call = SwiftExpression.member(.name("visitor"), "visit")
    guard let number = property.path.number, let index = property.pathIndex else {
      return .expression(.call(call, [target, Argument(nil, .string(property.path.prefix))]))
    }
    let counted = number.substituting([index: .variable("$0")]) ?? number
    let name = SwiftExpression.interpolation([
      .text(property.path.prefix), .expression(counted.swift(["$0": .int(0)])),
    ])
    return .expression(.call(call, [target, Argument("naming", .closure(name))]))
  }

  func hasTensors(_ construction: Construction) -> Bool {
    switch construction {
    case .layer(let layer): return layer.hasTensors
    case .type(let index, _): return types[index].properties.contains { hasTensors($0.construction) }
    case .array(let element, _, _): return hasTensors(element)
    case .sequence(let steps): return hasTensors(steps)
    }
  }

  private func hasTensors(_ steps: [SequenceStep]) -> Bool {
    steps.contains { step in
      switch step {
      case .append(let construction, _, _): hasTensors(construction)
      case .condition(_, let steps): hasTensors(steps)
      case .loop(let loop): hasTensors(loop.body)
      case .declare, .assign: false
      }
    }
  }
}
