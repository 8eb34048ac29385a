import Diagnostics
import Reports
import Testing

@Suite("Identifiers of findings")
struct DiagnosticIDTests {
  @Test(arguments: DiagnosticID.allCases)
  func everyIdentifierIsExplained(_ id: DiagnosticID) {
    #expect(id.explanation.hasSuffix("."))
    #expect(id.rawValue.wholeMatch(of: /[a-z]+\.[a-z-]+/) != nil)
    #expect(DiagnosticReference.markdown().contains("`\(id.rawValue)`"))
  }
}
