import Recipes
import YAML

/// What stands at the top of a spec and belongs under `train` or `params`.
extension SpecDecoder {
  /// What is said of a key at the top of a spec that belongs under another; nil for other places and keys.
  static func hint(forRootEntry entry: YAMLEntry, in node: YAMLNode, among known: [String]) -> Synonyms.Hint? {
    guard known.contains("train"), known.contains("params") else { return nil }
    if ["num_classes", "n_classes", "classes"].contains(entry.key) {
      let value = entry.value.text.flatMap { Int($0) }.map(String.init) ?? "1000"
      return .init(text: "; it stands under 'params': `params: {\(entry.key): int = \(value)}`")
    }
    return RecipeWords.hintUnderTrain(entry, in: node).map { .init(text: "; \($0)") }
  }
}
