import JSON
import Layers

/// Layer kinds with their fields.
extension JSONSchema {
  /// What stands behind a kind's keyword: its fields, or nothing.
  ///
  /// No field is required here, for `defaults:` and projections fill them in.
  static func layer(_ declaration: LayerDeclaration) -> JSONValue {
    let documentation = declaration.kind.documentation
    let source = documentation.source.map { " (\($0))" } ?? ""
    let text =
      "\(documentation.summary)\n\n`\(documentation.formula)`\(source)\n\n\(example(documentation.example))"
    return mapping(
      "\(documentation.summary)\n\n\(documentation.formula)\(source)", fields(declaration), isOptional: true,
      more: [("markdownDescription", .string(text))])
  }

  private static func fields(_ declaration: LayerDeclaration) -> [Member] {
    declaration.written.map { ($0.name, field($0)) }
  }
}
