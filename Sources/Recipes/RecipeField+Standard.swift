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
  mutating func value(of field: RecipeField, in text: String) -> RecipeValue? {
    guard let entry = compose("\(field.name): \(text)\n")?.entries?.first else { return nil }
    return value(entry.value, field.type, of: field.name)
  }

  /// The settings of a text, whose places mean nothing to anybody: an option's.
  package mutating func settings(inText text: String) -> RecipeSettings {
    compose(text + "\n").map { settings($0) } ?? RecipeSettings()
  }

  private mutating func compose(_ text: String) -> YAMLNode? {
    var table = SourceTable()
    let source = table.add(SourceFile(path: "", bytes: Array(text.utf8)))
    var found = DiagnosticBag()
    let node = YAMLComposer.compose(Array(text.utf8), source: source, into: &found)
    take(found)
    return found.hasErrors ? nil : node
  }
}
