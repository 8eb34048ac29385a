import Layers
import SpecLanguage

/// The reference of layer kinds and combinators, made from their declarations: for `cnnc layers` and docs/language.md.
package enum LayerReference {
  /// Every kind with its sentence, by group, in lines of a terminal's width if there is one.
  package static func list(width columns: Int? = nil) -> String {
    let width =
      (LayerRegistry.declarations.keys.map(\.count) + CombinatorDocumentation.all.map(\.keyword.count)).max() ?? 0
    func row(_ keyword: String, _ summary: String) -> String {
      "  \(keyword)\(String(repeating: " ", count: width - keyword.count))  \(summary)\n"
    }
    var text = ""
    for group in LayerDocumentation.Group.allCases {
      text += "\(group.rawValue)\n"
      for declaration in declarations(in: group) {
        text += row(declaration.keyword, declaration.kind.documentation.summary)
      }
      text += "\n"
    }
    text += "Lists and combinators\n"
    for combinator in CombinatorDocumentation.all { text += row(combinator.keyword, combinator.summary) }
    return folded(text, indent: width + 4, width: columns)
  }

  /// All there is to know of one kind or combinator, in lines of a terminal's width if there is one; nil if there is none of
  /// that name.
  package static func detail(_ keyword: String, width: Int? = nil) -> String? {
    if let combinator = CombinatorDocumentation.all.first(where: { $0.keyword == keyword }) {
      let keys = combinator.keys.map { "  \($0.name): \($0.documentation)\n" }.joined()
      let head = "\(keyword): \(combinator.summary)\n\(keys.isEmpty ? "" : "\n\(keys)")"
      return folded(head, indent: 4, width: width) + "\n  - \(combinator.example)\n"
    }
    guard let declaration = LayerRegistry.declaration(keyword) else { return nil }
    let documentation = declaration.kind.documentation
    var text = "\(keyword): \(documentation.summary)\n\n  \(documentation.formula)\n"
    if let source = documentation.source { text += "  \(source)\n" }
    text = folded(text, indent: 4, width: width)
    if !declaration.written.isEmpty {
      let rows = declaration.written.map {
        [$0.name, typeText($0), defaultText($0, in: declaration), $0.documentation]
      }
      text += "\n" + aligned([["field", "type", "default", ""]] + rows, width: width)
    }
    return text + "\n  - \(documentation.example)\n"
  }

  /// The reference as the page has it.
  package static func markdown() -> String {
    var text = ""
    for group in LayerDocumentation.Group.allCases {
      text += "### \(group.rawValue)\n\n"
      for declaration in declarations(in: group) { text += markdown(declaration) }
    }
    text += "### Lists and combinators\n\n"
    for combinator in CombinatorDocumentation.all {
      text += "#### `\(combinator.keyword)`\n\n\(combinator.summary)\n\n"
      for key in combinator.keys { text += "- `\(key.name)`: \(key.documentation)\n" }
      text += "\(combinator.keys.isEmpty ? "" : "\n")```yaml\n- \(combinator.example)\n```\n\n"
    }
    return text
  }

  private static func markdown(_ declaration: LayerDeclaration) -> String {
    let documentation = declaration.kind.documentation
    var text = "#### `\(declaration.keyword)`\n\n\(documentation.summary) \(documentation.formula)."
    text = text.replacing("..", with: ".")
    if let source = documentation.source { text += " (\(source))" }
    text += "\n\n"
    if !declaration.written.isEmpty {
      text += "| field | type | default | |\n|---|---|---|---|\n"
      for field in declaration.written {
        let type = typeText(field).replacing("|", with: "\\|")
        text += "| `\(field.name)` | \(type) | \(defaultText(field, in: declaration)) | \(field.documentation) |\n"
      }
      text += "\n"
    }
    return text + "```yaml\n- \(documentation.example)\n```\n\n"
  }

  private static func declarations(in group: LayerDocumentation.Group) -> [LayerDeclaration] {
    LayerRegistry.all.filter { $0.kind.documentation.group == group }
  }

  private static func typeText(_ field: Field) -> String {
    field.type.name + (field.type.bounds.map { ", \($0)" } ?? "")
  }

  private static func defaultText(_ field: Field, in declaration: LayerDeclaration) -> String {
    if let text = field.defaultValue?.description ?? field.defaultText { return text }
    let other = declaration.written.first { if case .node(let sets) = $0.type { sets == field.name } else { false } }
    return other.map { "required without \($0.name)" } ?? "required"
  }

  /// A table of fields. Where a line of the terminal has no room for it, what a field is stands below it.
  private static func aligned(_ rows: [[String]], width: Int?) -> String {
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let table = rows.map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return "  " + (cells + [row[3]]).joined(separator: "  ").trimmingEnd
    }
    guard let width, table.contains(where: { $0.count > width }) else { return table.joined(separator: "\n") + "\n" }
    let entries = rows.dropFirst().map { row in
      "  \(row[0]): \(row[1]); \(row[2].hasPrefix("required") ? row[2] : "default \(row[2])")\n      \(row[3])\n"
    }
    return folded(entries.joined(), indent: 6, width: width)
  }

  /// A text whose lines are broken between words where they are wider than a terminal, of which 40 columns are taken to be
  /// there; what goes on is indented.
  private static func folded(_ text: String, indent: Int, width: Int?) -> String {
    guard let width = width.map({ max($0, 40) }) else { return text }
    let margin = String(repeating: " ", count: min(indent, width / 2))
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var rest = line
      var lines: [String] = []
      while rest.count > width - (lines.isEmpty ? 0 : margin.count) {
        let room = rest.prefix(width - (lines.isEmpty ? 0 : margin.count) + 1)
        let start = room.firstIndex { $0 != " " } ?? room.startIndex
        guard let space = room[start...].lastIndex(of: " ") ?? rest[start...].firstIndex(of: " ") else { break }
        lines.append((lines.isEmpty ? "" : margin) + String(rest[..<space]).trimmingEnd)
        rest = rest[space...].drop { $0 == " " }
      }
      return (lines + [(lines.isEmpty ? "" : margin) + rest]).joined(separator: "\n")
    }.joined(separator: "\n")
  }
}

extension String {
  /// The text without spaces at its end.
  var trimmingEnd: String {
    var text = self[...]
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
