import Diagnostics
import Foundation
import Reports
import Testing

/// The log's structure, read back with Foundation's parser.
@Suite struct SARIFReportTests {
  private static let yaml = """
    cnnc: 1
    model: M
    input: {channels: 3, size: 8}
    defaults: {conv: {kernel: 3}}
    layers:
      - {name: a, conv: {out: 8, kernal: 3}}
      - {conv: {out: max(8, 9), kernel: 1}}
    """

  private static func log(_ entries: [JSONReport.Entry]) throws -> [String: Any] {
    let text = SARIFReport.render(entries, toolVersion: "1.2.3")
    return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private static func run(_ entries: [JSONReport.Entry]) throws -> [String: Any] {
    try #require((try log(entries)["runs"] as? [[String: Any]])?.first)
  }

  private static func entry(_ path: String = "m.yaml", _ diagnostics: [Diagnostic]? = nil) -> JSONReport.Entry {
    let built = Built.text(yaml)
    var sources = SourceTable()
    _ = sources.add(SourceFile(path: path, bytes: Array(yaml.utf8)))
    return JSONReport.Entry(
      file: path, graph: built.graph, diagnostics: diagnostics ?? built.diagnostics, sources: sources)
  }

  private static func at(_ value: Any?, _ path: [Any]) -> Any? {
    path.reduce(value) { value, step in
      if let index = step as? Int { return (value as? [Any]).flatMap { $0.indices.contains(index) ? $0[index] : nil } }
      return (value as? [String: Any])?[step as? String ?? ""]
    }
  }

  @Test func versionAndTool() throws {
    let log = try Self.log([])
    #expect(log["version"] as? String == "2.1.0")
    #expect(log["$schema"] as? String == "https://json.schemastore.org/sarif-2.1.0.json")
    let driver = Self.at(log, ["runs", 0, "tool", "driver"])
    #expect(Self.at(driver, ["name"]) as? String == "cnnc")
    #expect(Self.at(driver, ["semanticVersion"]) as? String == "1.2.3")
    #expect((Self.at(log, ["runs", 0, "results"]) as? [Any])?.isEmpty == true)
  }

  @Test func everyIdentifierIsARule() throws {
    let rules = try #require(Self.at(try Self.run([]), ["tool", "driver", "rules"]) as? [[String: Any]])
    #expect(rules.map { $0["id"] as? String } == DiagnosticID.allCases.map(\.rawValue))
    for (rule, id) in zip(rules, DiagnosticID.allCases) {
      #expect(Self.at(rule, ["help", "text"]) as? String == id.explanation)
      #expect(Self.at(rule, ["defaultConfiguration", "level"]) as? String == id.severity.rawValue)
      #expect((Self.at(rule, ["shortDescription", "text"]) as? String)?.hasSuffix(".") == true)
    }
  }

  @Test func resultsPointAtTheirPlaces() throws {
    let run = try Self.run([Self.entry()])
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.map { $0["ruleId"] as? String } == ["spec.unknown-key", "spec.needs-quotes"])
    let rules = Self.at(run, ["tool", "driver", "rules"])
    for result in results {
      let index = try #require(result["ruleIndex"] as? Int)
      #expect(Self.at(rules, [index, "id"]) as? String == result["ruleId"] as? String)
      #expect(result["level"] as? String == "error")
    }
    let location = Self.at(results[0], ["locations", 0, "physicalLocation"])
    #expect(Self.at(location, ["artifactLocation", "uri"]) as? String == "m.yaml")
    #expect(
      Self.at(location, ["region"]) as? [String: Int] == [
        "startLine": 6, "startColumn": 30, "endLine": 6, "endColumn": 36,
      ])
    #expect(Self.at(run, ["artifacts", 0, "location", "uri"]) as? String == "m.yaml")
    #expect(run["columnKind"] as? String == "unicodeCodePoints")
  }

  @Test func fixesAreChangesOfTheFile() throws {
    let results = try #require(try Self.run([Self.entry()])["results"])
    let change = Self.at(results, [1, "fixes", 0, "artifactChanges", 0])
    #expect(Self.at(change, ["artifactLocation", "uri"]) as? String == "m.yaml")
    #expect(Self.at(change, ["replacements", 0, "insertedContent", "text"]) as? String == "\"max(8, 9)\"")
    #expect(Self.at(change, ["replacements", 0, "deletedRegion", "startColumn"]) as? Int == 18)
    #expect(Self.at(results, [1, "fixes", 0, "description", "text"]) as? String != nil)
  }

  @Test func notesWithPlacesAreRelatedLocations() throws {
    let source = SourceID(index: 0)
    func span(_ line: Int) -> Span {
      Span(source: source, start: Position(line: line, column: 1), end: Position(line: line, column: 4))
    }
    let diagnostic = Diagnostic(
      .duplicateKey, "twice", at: span(2), trail: ["via a"], notes: [.init("first", at: span(1)), .init("plain")])
    let run = try Self.run([Self.entry("m.yaml", [diagnostic])])
    let result = Self.at(run, ["results", 0])
    #expect(Self.at(result, ["message", "text"]) as? String == "twice\nvia a\nnote: plain")
    #expect(Self.at(result, ["relatedLocations", 0, "message", "text"]) as? String == "first")
    #expect(Self.at(result, ["relatedLocations", 0, "id"]) as? Int == 1)
    #expect(Self.at(result, ["relatedLocations", 0, "physicalLocation", "region", "startLine"]) as? Int == 1)
  }

  @Test func pathsAreReferences() throws {
    func uri(_ path: String) throws -> String? {
      let run = try Self.run([Self.entry(path)])
      return Self.at(run, ["results", 0, "locations", 0, "physicalLocation", "artifactLocation", "uri"]) as? String
    }
    #expect(try uri("specs/my net ü.yaml") == "specs/my%20net%20%C3%BC.yaml")
    #expect(try uri("/tmp/a%b.yaml") == "file:///tmp/a%25b.yaml")
    #expect(try uri("-") == "cnnc:stdin")
  }

  @Test func variantsSayTheSameOnce() throws {
    let results = try Self.run([Self.entry(), Self.entry()])["results"] as? [Any]
    #expect(results?.count == 2)
  }
}
