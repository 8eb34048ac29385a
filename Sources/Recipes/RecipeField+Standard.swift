import Diagnostics
import YAML

extension RecipeField {
  /// The field's standard, read as it would be from a recipe.
  package var standardValue: RecipeValue? {
    guard let standard else { return nil }
    var reader = RecipeReader()
    return reader.value(of: self, in: standard)
  }
}

extension RecipeReader {
  /// What a text says of a field, as if it stood behind the field's key; nil, with findings, if it says nothing right.
  package mutating func value(of field: RecipeField, in text: String) -> RecipeValue? {
    let line = "\(field.name): \(text)\n"
    var table = SourceTable()
    let source = table.add(SourceFile(path: field.name, bytes: Array(line.utf8)))
    var found = DiagnosticBag()
    let node = YAMLComposer.compose(Array(line.utf8), source: source, into: &found)
    guard !found.hasErrors, let entry = node?.entries?.first else { return nil }
    return value(entry.value, field.type, of: field.name)
  }
}
