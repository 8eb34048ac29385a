import Expressions
import GraphIR
import Recipes
import SpecLanguage

/// What an expanded spec takes over from the spec itself: images, labels and the names of published files.
struct ExpandedExtras {
  private let spec: Spec
  private let values: [String: Value]
  private let fileName: (String) -> String

  init(spec: Spec, graph: Graph, fileName: @escaping (String) -> String) {
    self.spec = spec
    self.fileName = fileName
    values = graph.settingValues
  }

  func lines(withWeights: Bool) -> [ExpandedLine] {
    var lines: [ExpandedLine] = []
    if let preprocessing = spec.preprocessing { lines.append(line(preprocessing)) }
    switch spec.labels {
    case .file(let path, _)?: lines.append(ExpandedLine(text: "labels: \(fileName(path).yamlQuoted)"))
    case .list(let list, _)?:
      lines.append(ExpandedLine(text: "labels:"))
      lines += list.map { ExpandedLine(text: "  - \($0.yamlQuoted)") }
    case nil: break
    }
    if withWeights, !spec.weightMaps.isEmpty {
      lines.append(ExpandedLine(text: "weights:"))
      for map in spec.weightMaps {
        lines.append(ExpandedLine(text: "  \(map.name.yamlQuoted):"))
        lines += map.rules.map { ExpandedLine(text: "    \($0.pattern.yamlQuoted): \($0.replacement.yamlQuoted)") }
      }
    }
    if let training = spec.training {
      lines.append(ExpandedLine(text: training.isEmpty ? "train: {}" : "train:"))
      lines += self.lines(training, indent: "  ")
    }
    if !spec.recipes.isEmpty { lines.append(ExpandedLine(text: "recipes:")) }
    for recipe in spec.recipes {
      lines.append(ExpandedLine(text: "  \(recipe.name):" + (recipe.settings.isEmpty ? " {}" : "")))
      lines += self.lines(recipe.settings, indent: "    ")
    }
    return lines
  }

  private func lines(_ settings: RecipeSettings, indent: String) -> [ExpandedLine] {
    RecipeWriter.yaml(settings).split(separator: "\n").map { ExpandedLine(text: indent + $0) }
  }

  private func line(_ preprocessing: Preprocessing) -> ExpandedLine {
    var parts: [String] = []
    func add(_ key: String, _ expressions: [Expression], isSize: Bool = false) {
      let numbers = expressions.compactMap { number($0) }
      guard !numbers.isEmpty, numbers.count == expressions.count else { return }
      parts.append(
        isSize && numbers.count == 1 ? "\(key): \(numbers[0])" : "\(key): [\(numbers.joined(separator: ", "))]")
    }
    if let orientation = preprocessing.orientation { parts.append("orient: \(orientation)") }
    add("resize", preprocessing.resize, isSize: true)
    add("crop", preprocessing.crop, isSize: true)
    parts.append("interpolation: \(preprocessing.interpolation)")
    if let scale = preprocessing.scale.flatMap({ number($0) }) { parts.append("scale: \(scale)") }
    add("mean", preprocessing.mean)
    add("std", preprocessing.deviation)
    parts.append("order: \(preprocessing.channelOrder)")
    return ExpandedLine(text: "preprocess: {\(parts.joined(separator: ", "))}")
  }

  /// The value of an expression over the model's parameters; nil if it asks for anything else.
  private func number(_ expression: Expression) -> String? {
    let functions = spec.units.first?.functions ?? [:]
    let value = try? Evaluator.evaluate(expression, functions: functions, globals: values) {
      (path, span) throws(ExpressionError) -> Value in
      guard path.count == 1, let value = values[path[0]] else {
        throw ExpressionError(.unknownName, "'\(path.joined(separator: "."))' is not known here", at: span)
      }
      return value
    }
    return value?.description
  }
}
