import GraphIR
import Shapes
import SwiftSource

/// Writes the structure of a network's several inputs or outputs: a tensor each, by their names.
struct GroupEmitter {
  /// `Inputs` or `Outputs`.
  let type: String
  /// What the tensors are called.
  let properties: [String]
  /// Their shapes without the batch.
  private let shapes: [Shape]
  private let access: AccessModifier
  private let summary: String
  /// `inputs` or `outputs`.
  private let word: String

  /// The network's inputs; nil where there is one.
  static func inputs(of graph: Graph, access: AccessModifier) -> GroupEmitter? {
    guard graph.inputs.count > 1 else { return nil }
    return GroupEmitter(
      type: "Inputs", properties: SwiftNaming.members(graph.inputs.map { $0.name ?? "input" }, "Input"),
      shapes: graph.inputs.map(\.shape), access: access, summary: "What the network looks at together.", word: "inputs")
  }

  /// The network's outputs.
  static func outputs(of graph: Graph, access: AccessModifier) -> GroupEmitter {
    GroupEmitter(
      type: "Outputs", properties: SwiftNaming.members(graph.outputs.compactMap(\.name), "Output"),
      shapes: graph.outputs.map { graph.shape(of: $0.value) }, access: access,
      summary: "What the network makes of a batch.", word: "outputs")
  }

  /// The structure.
  var declaration: Declaration {
    let isPublic = access == .public
    func text(_ line: String) -> [String] { isPublic ? [line] : [] }
    func batch(_ shape: Shape) -> String {
      "[\((["N"] + shape.dimensions.map(\.description)).joined(separator: ", "))]"
    }
    let members: [Declaration] =
      zip(properties, shapes).map { name, shape in
        .property(
          Property(
            name, type: "Tensor", isVariable: true, access: access, documentation: text("`\(batch(shape))`."),
            comment: isPublic ? nil : batch(shape)))
      } + [
        .function(
          Function(
            "init", properties.map { Parameter($0, type: "Tensor") }, access: access,
            documentation: text("The \(word) by their names."),
            body: properties.map { .assignment(.member(.literal("self"), $0), .name($0)) })),
        .function(
          Function(
            "init", [Parameter("tensors", type: "[Tensor]")], access: access,
            documentation: text("The \(word) in their order."),
            body: properties.enumerated().map { .assignment(.name($1), .subscripted(.name("tensors"), .integer($0))) })),
        .property(
          Property(
            "tensors", type: "[Tensor]", access: access,
            getter: [.expression(.array(properties.map(SwiftExpression.name)))],
            documentation: text("The \(word) in their order."))),
      ]
    return .structure(
      Structure(type, conformances: ["TensorGroup"], access: access, documentation: [summary], members: members))
  }

  /// The function that takes the structure and calls the one that takes its members.
  func forwarding(to result: String) -> Declaration {
    let arguments = properties.map { Argument($0, .member(.name(word), $0)) }
    return .function(
      Function(
        "callAsFunction", [Parameter(word, label: "_", type: type)], result: result, access: access,
        documentation: access == .public ? ["The network's output for batches of the same images."] : [],
        body: [.returned(.call(.literal("self"), arguments), comment: nil)]))
  }
}
