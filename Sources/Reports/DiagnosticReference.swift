import Diagnostics

/// The page docs/diagnostics.md, made from the list of identifiers.
package enum DiagnosticReference {
  private static let groups: [(prefix: String, title: String)] = [
    ("spec", "The file and its structure"), ("expr", "Expressions"), ("name", "Names and references"),
    ("shape", "Shapes"), ("lint", "Advice"),
  ]

  package static func markdown() -> String {
    var text = """
      # Diagnostics

      Every finding has a stable identifier, printed in brackets: `error[shape.residual-mismatch]`. This page is made from
      the list in `Sources/Diagnostics/DiagnosticID.swift`; `RECORD_GOLDEN=1 make test` writes it anew.


      """
    for group in groups {
      let ids = DiagnosticID.allCases.filter { $0.group == group.prefix }
      guard !ids.isEmpty else { continue }
      text += "## \(group.title)\n\n| id | severity | meaning |\n|---|---|---|\n"
      for id in ids {
        text += "| `\(id.rawValue)` | \(id.severity.rawValue) | \(id.explanation.replacing("|", with: "\\|")) |\n"
      }
      text += "\n"
    }
    return text
  }
}
