import Diagnostics
import Layers
import Shapes
import SpecLanguage

/// `like`: a layer's size from another node.
extension GraphBuilder {
  /// The fields that get the height and width of the nodes that a call names; nil, reported, where they cannot.
  mutating func sizes(
    _ call: LayerCall, _ declaration: LayerDeclaration, _ defaults: [Argument], _ place: Place,
    _ fileEnvironment: Environment, prev: Flow
  ) -> [String: Attribute]? {
    var result: [String: Attribute] = [:]
    for field in declaration.naming {
      guard case .node(let target) = field.type else { continue }
      var (written, environment) = (call.arguments.first { $0.name == field.name }, place.environment)
      if written == nil, case .given(let argument, let names)? = place.filled[field.name] {
        (written, environment) = (argument, names)
      }
      let other = call.arguments.first { $0.name == target }
      if let written, let other {
        report(
          .conflict, "\(target) and \(field.name) exclude each other", at: written.value.span, in: place.environment,
          notes: [.init("\(target) is written here", at: other.nameSpan)])
        return nil
      }
      // What the layer says of its size itself comes before the file's defaults.
      let fallback = other == nil ? defaults.first { $0.name == field.name } : nil
      guard let argument = written ?? fallback else { continue }
      if written == nil { environment = fileEnvironment }
      guard let reference = reference(argument.value, environment) else { continue }
      guard let size = size(of: reference, environment, at: place.level, prev: prev) else { return nil }
      let span = argument.value.span
      result[target] = Attribute(
        name: target, value: size.field, origin: written != nil ? .written(span) : .defaults(span))
    }
    return result
  }

  /// The reference that an argument is; a name that is handed over is one too.
  private func reference(_ argument: ArgumentValue, _ environment: Environment) -> Reference? {
    switch argument.form {
    case .reference(let reference): return reference
    case .expression(let expression):
      guard case .path(let path) = expression.node else { return nil }
      return Reference(
        form: .path(path.map { NameTemplate(parts: [.text($0)], span: expression.span) }), span: argument.span)
    default: return nil
    }
  }

  private mutating func size(
    of reference: Reference, _ environment: Environment, at level: Int, prev: Flow
  ) -> OpenSize? {
    guard let flow = lookUp(reference, from: level, environment, previous: prev), let shape = flow.shape else {
      hasFailed = true
      return nil
    }
    guard shape.isMaps else {
      report(
        .wrongRank, "the node is \(shape), a vector: it has no height and width", at: reference.span, in: environment)
      return nil
    }
    return OpenSize(spatial: shape.spatial)
  }
}
