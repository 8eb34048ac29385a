import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// The model's parameters and input: defaults, then the variant, then what the command line sets.
extension GraphBuilder {
  mutating func bindModelParameters() -> Bool {
    var chosen: [String: Argument] = [:]
    if let name = options.variant {
      guard let variant = spec.variant(named: name) else {
        let known = spec.variants.map(\.name)
        let list = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
        let hint = suggestion(for: name, among: known)
        diagnostics.report(
          Diagnostic(
            .unknownVariant, "the spec has no variant '\(name.shown)'\(hint.isEmpty ? "; \(list)" : hint)",
            at: spec.modelSpan
          ))
        return false
      }
      for assignment in variant.assignments { chosen[assignment.name] = assignment }
    }
    for assignment in options.assignments { chosen[assignment.name] = assignment }
    let environment = Environment(isAmongLayers: false)
    levels = [Level(path: "", parent: nil, isNumbered: false)]
    for parameter in spec.parameters {
      guard let value = chosen[parameter.name]?.value ?? parameter.defaultValue else {
        diagnostics.report(
          Diagnostic(
            .missingKey, "the model's parameter '\(parameter.name)' has no default and no value",
            at: parameter.nameSpan,
            notes: [
              .init(
                "give it one: `--set \(parameter.name)=…`, a variant, or `\(parameter.name): \(parameter.type.rawValue) = …`"
              )
            ]))
        continue
      }
      guard let bound = binding(of: value, type: parameter.type, environment, at: 0, prev: .unknown) else {
        hasFailed = true
        continue
      }
      modelParameters[parameter.name] = bound
      if case .value(let plain) = bound { modelValues[parameter.name] = plain }
      settings.append(
        Graph.Setting(name: parameter.name, value: bound.parameterValue, isChanged: chosen[parameter.name] != nil))
    }
    return !diagnostics.hasErrors && !hasFailed
  }

  /// The inputs' shapes: the spec's, or what the run says in their place; nil, reported, if one cannot be.
  mutating func modelInputs() -> [Graph.Input]? {
    let names = spec.inputs.compactMap(\.name)
    for name in options.namedInputs.keys.sorted() where !names.contains(name) {
      let hint = names.isEmpty ? "; it has one, which is given without a name" : suggestion(for: name, among: names)
      diagnostics.report(Diagnostic(.unknownInput, "the spec has no input '\(name)'\(hint)", at: spec.input.span))
      return nil
    }
    if options.input != nil, spec.inputs.count > 1 {
      diagnostics.report(
        Diagnostic(
          .unknownInput, "the spec has the inputs \(names.joined(separator: ", ")); a size belongs to one of them",
          at: spec.input.span, notes: [.init("for example `--input \(names[0])=3x224x224`")]))
      return nil
    }
    let inputs = spec.inputs.map { declaration -> Graph.Input? in
      let given = declaration.name.flatMap { options.namedInputs[$0] } ?? options.input
      if let given, given.axisCount == 3, declaration.axisCount != 3 {
        diagnostics.report(
          Diagnostic(
            .unknownInput, "`--input` is a volume, \(given), but the spec's input is none", at: declaration.span,
            notes: [.init("a batch is given with `--batch`\(Self.withoutBatch(given, declaration))")]))
        return nil
      }
      return (given ?? modelInput(declaration)).map { Graph.Input(name: declaration.name, shape: $0) }
    }
    return inputs.contains { $0 == nil } ? nil : inputs.compactMap { $0 }
  }

  /// `: --input 3x64x64 --batch 8` where a size that is given begins with a batch, it seems, or else nothing.
  private static func withoutBatch(_ given: Shape, _ declaration: InputDeclaration) -> String {
    guard let sizes = given.values, sizes.count == declaration.axisCount + 2, [1, 3, 4].contains(sizes[1]) else {
      return ""
    }
    return ": `--input \(sizes.dropFirst().map(String.init).joined(separator: "x")) --batch \(sizes[0])`"
  }

  private mutating func modelInput(_ declaration: InputDeclaration) -> Shape? {
    let environment = Environment(isAmongLayers: false)
    switch declaration.form {
    case .features(let count):
      return integers([count], environment, at: 0, prev: .unknown).flatMap { checkedInput($0, declaration) }.map {
        .features(.known($0[0]))
      }
    case .spatial(let channels, let sizes):
      return integers([channels] + sizes, environment, at: 0, prev: .unknown).flatMap { checkedInput($0, declaration) }
        .map { Shape($0.map(Extent.known)) }
    }
  }

  private mutating func checkedInput(_ sizes: [Int], _ declaration: InputDeclaration) -> [Int]? {
    if sizes.allSatisfy({ (1...FieldReader.largestInt).contains($0) }) { return sizes }
    let text = sizes.map(String.init).joined(separator: "×")
    diagnostics.report(
      Diagnostic(
        .outOfRange, "the input would be \(text); sizes are 1 to \(FieldReader.largestInt)", at: declaration.span))
    return nil
  }
}
