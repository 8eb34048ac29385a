import Diagnostics
import JSON

/// Findings in the Static Analysis Results Interchange Format, SARIF 2.1.0 (OASIS), which code scanning reads.
package enum SARIFReport {
  /// The log: one run with every rule there is, and a result for each finding.
  ///
  /// What several variants of a spec have in common is said once.
  package static func render(_ entries: [JSONReport.Entry], toolVersion: String) -> String {
    var seen: Set<String> = []
    var results: [JSONValue] = []
    var files: [String] = []
    for entry in entries {
      let converter = SARIFResult(sources: entry.sources)
      for diagnostic in entry.diagnostics {
        let result = converter.value(diagnostic)
        if seen.insert(result.text).inserted { results.append(result) }
      }
      for file in [entry.file] + entry.sources.files.map(\.path) where !files.contains(file) { files.append(file) }
    }
    let run: JSONValue = .block([
      ("tool", .block([("driver", driver(version: toolVersion))])),
      ("invocations", .array([.object([("executionSuccessful", .bool(true))])])),
      (
        "artifacts",
        .lines(files.filter(SARIFResult.isFile).map { .object([("location", SARIFResult.location(ofFile: $0))]) })
      ),
      ("columnKind", .string("unicodeCodePoints")), ("results", .lines(results)),
    ])
    let log: JSONValue = .block([
      ("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")), ("version", .string("2.1.0")),
      ("runs", .lines([run])),
    ])
    return log.text + "\n"
  }

  private static func driver(version: String) -> JSONValue {
    .block([
      ("name", .string("cnnc")), ("fullName", .string("cnnc, a compiler for convolutional networks")),
      ("semanticVersion", .string(version)), ("rules", .lines(DiagnosticID.allCases.map(rule))),
    ])
  }

  private static func rule(_ id: DiagnosticID) -> JSONValue {
    .object([
      ("id", .string(id.rawValue)), ("name", .string(name(id))),
      ("shortDescription", .object([("text", .string(firstSentence(of: id.explanation)))])),
      ("fullDescription", .object([("text", .string(id.explanation))])),
      ("help", .object([("text", .string(id.explanation)), ("markdown", .string(id.explanation))])),
      ("defaultConfiguration", .object([("level", .string(level(id.severity)))])),
      ("properties", .object([("tags", .array([.string(id.group)]))])),
    ])
  }

  /// `spec.unknown-key` as `SpecUnknownKey`.
  private static func name(_ id: DiagnosticID) -> String {
    id.rawValue.split { $0 == "." || $0 == "-" }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  private static func firstSentence(of text: String) -> String {
    text.firstRange(of: ". ").map { String(text[..<$0.lowerBound]) + "." } ?? text
  }

  static func level(_ severity: Severity) -> String { severity.rawValue }
}
