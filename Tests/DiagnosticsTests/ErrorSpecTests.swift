import Diagnostics
import Testing

@Suite("Broken specs")
struct ErrorSpecTests {
  static let specs = Repository.specs(in: "specs/errors")

  /// The findings of a file are those that its comments expect, no more and no fewer.
  @Test(arguments: specs)
  func findings(_ path: String) throws {
    let bytes = try Repository.bytes(path)
    let found = Findings(path, bytes: bytes)
    #expect(!found.diagnostics.isEmpty, "the spec has no fault")
    let actual = found.diagnostics.map { ExpectedFindings.describe($0, sources: found.sources, path: path) }
    let sidecar = path.replacingSuffix(".yaml", with: ".expected")
    let text = String(decoding: bytes, as: UTF8.self)
    let expected =
      Repository.text(sidecar)?.split(separator: "\n").map(String.init) ?? ExpectedFindings.expected(in: text)
    #expect(actual.sorted() == expected.sorted())
    guard Repository.isRecording, actual.sorted() != expected.sorted() else { return }
    // What is no text holds no comments.
    if found.diagnostics.contains(where: { $0.id == .encoding }) || bytes.isEmpty {
      try Repository.write(actual.map { $0 + "\n" }.joined(), to: sidecar)
    } else {
      try Repository.write(ExpectedFindings.recorded(text, path: path), to: path)
    }
  }

  /// Why some errors stand in no broken spec. Advice is about specs that are right, and has tests of its own.
  static let exceptions: [DiagnosticID: String] = [
    .unknownInput: "is about the option --input, and tested with the inputs of networks"
  ]

  @Test func everyIdentifierIsCovered() throws {
    var covered: Set<DiagnosticID> = []
    for path in Self.specs {
      covered.formUnion(try Findings(path, bytes: Repository.bytes(path)).diagnostics.map(\.id))
    }
    let missing = DiagnosticID.allCases.filter {
      $0.severity == .error && !covered.contains($0) && Self.exceptions[$0] == nil
    }
    #expect(missing.isEmpty)
    #expect(Self.exceptions.keys.allSatisfy { !covered.contains($0) }, "needlessly on the list")
  }
}

extension String {
  func replacingSuffix(_ suffix: String, with other: String) -> String {
    hasSuffix(suffix) ? dropLast(suffix.count) + other : self
  }
}
