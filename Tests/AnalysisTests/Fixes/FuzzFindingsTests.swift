import Analysis
import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import SystemPackage
import Testing

/// What fuzzing found, kept so that it is not found again: `Fuzz/findings` holds the inputs that took too long.
@Suite("Inputs that fuzzing found") struct FuzzFindingsTests {
  private static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent().removingLastComponent().appending("Fuzz/findings")

  @Test("a search for fixes ends when its time is over", arguments: ["slow-1.yaml", "slow-2.yaml"])
  func searchIsBounded(name: String) throws {
    let compilation = Compilation(Self.folder.appending(name).string)
    let spec = try #require(compilation.spec)
    let attempt = try #require(compilation.attempt)
    let findings = attempt.diagnostics.sorted
    #expect(!findings.isEmpty)
    // Without time nothing is tried, and what was found stays as it is.
    let hurried = FixSearch.addingFixes(
      to: findings, spec: spec, options: BuildOptions(), attempt: attempt, sources: compilation.sources, within: .zero)
    #expect(hurried == findings)
    let searched = FixSearch.addingFixes(
      to: findings, spec: spec, options: BuildOptions(), attempt: attempt, sources: compilation.sources)
    #expect(searched.map(\.message) == findings.map(\.message))
  }
}
