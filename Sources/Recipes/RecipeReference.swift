/// The reference of recipes as Markdown, made of the declarations.
package enum RecipeReference {
  /// A table of the keys, and one for each key that has forms.
  package static var markdown: String {
    var lines = table(RecipeField.all)
    for field in RecipeField.all {
      switch field.type {
      case .choice(let choices), .choices(let choices):
        lines += ["", "### `\(field.name)`", "", field.summary, ""]
        lines += ["| form | fields | |", "|---|---|---|"]
        lines += choices.map { choice in
          let fields = choice.fields.map { form(of: $0, isMain: $0.name == choice.main) }.joined(separator: "<br>")
          return "| `\(choice.name)` | \(fields) | \(choice.summary) |"
        }
      default: break
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func table(_ fields: [RecipeField]) -> [String] {
    ["| key | value | default | |", "|---|---|---|---|"]
      + fields.map { field in
        "| `\(field.name)` | \(value(field.type)) | \(field.standard.map { "`\($0)`" } ?? "") | \(field.summary) |"
      }
  }

  /// `lr` = 0.01, a field of a form with its default; the field whose value may stand alone first in bold.
  private static func form(of field: RecipeField, isMain: Bool) -> String {
    let name = isMain ? "**`\(field.name)`**" : "`\(field.name)`"
    return "\(name) \(value(field.type))" + (field.standard.map { ", `\($0)`" } ?? "")
  }

  private static func value(_ type: RecipeType) -> String {
    func bounds(_ range: ClosedRange<Double>) -> String {
      "\(RecipeWriter.text(range.lowerBound)) to \(RecipeWriter.text(range.upperBound))"
    }
    switch type {
    case .integer(let range):
      return range.upperBound == Int.max
        ? "integer from \(range.lowerBound)" : "integer, \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): return "number, \(bounds(range))"
    case .flag: return "true or false"
    case .text: return "text"
    case .path: return "path"
    case .range(let range): return "[low, high], \(bounds(range))"
    case .milestones: return "integers that grow"
    case .patterns: return "patterns of tensor names"
    case .factors: return "{pattern: factor}"
    case .choice(let choices): return choices.map { "`\($0.name)`" }.joined(separator: ", ")
    case .choices(let choices): return "list of " + choices.map { "`\($0.name)`" }.joined(separator: ", ")
    case .mapping(let fields, let main):
      return fields.map { form(of: $0, isMain: $0.name == main) }.joined(separator: "<br>")
    case .mappings(let fields):
      return "list of mappings of " + fields.map { "`\($0.name)`" }.joined(separator: ", ")
    case .share(let range, let words):
      return "share, \(bounds(range)), or " + words.map { "`\($0)`" }.joined(separator: ", ")
    }
  }
}
