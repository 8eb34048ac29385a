import Diagnostics
import Reports
import Testing

@Suite("docs/diagnostics.md")
struct DiagnosticReferenceTests {
  @Test func pageIsFresh() throws {
    let page = DiagnosticReference.markdown()
    #expect(page == Repository.text("docs/diagnostics.md"), "RECORD_GOLDEN=1 writes the page anew")
    if Repository.isRecording { try Repository.write(page, to: "docs/diagnostics.md") }
  }

  @Test(arguments: DiagnosticID.allCases)
  func everyIdentifierIsExplained(_ id: DiagnosticID) {
    #expect(id.explanation.hasSuffix("."))
    #expect(id.rawValue.wholeMatch(of: /[a-z]+\.[a-z-]+/) != nil)
    #expect(DiagnosticReference.markdown().contains("`\(id.rawValue)`"))
  }
}
