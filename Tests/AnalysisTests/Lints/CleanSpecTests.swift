import Analysis
import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The specs of the repository, with all their variants, hold nothing that warrants a warning.
@Suite("Specs without warnings") struct CleanSpecTests {
  private static let root = String(#filePath.dropLast("Tests/AnalysisTests/Lints/CleanSpecTests.swift".count))

  static let specs: [String] = ["specs", "specs/examples"].flatMap { folder in
    names(in: root + folder).filter { $0.hasSuffix(".yaml") }.map { "\(folder)/\($0)" }
  }

  private static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var result: [String] = []
    while let entry = readdir(directory) {
      result.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return result.sorted()
  }

  @Test func thereAreSpecs() { #expect(Self.specs.count > 25) }

  @Test(arguments: specs) func warnings(path: String) throws {
    var variants: [String?] = [nil]
    variants += try #require(Compilation.spec(at: Self.root + path)).variants.map(\.name)
    for variant in variants {
      let advice = try Advice(path: Self.root + path, variant: variant, isThorough: variant == nil)
      let warnings = zip(advice.diagnostics, advice.diagnostics.map(\.message)).filter { $0.0.severity > .note }
      #expect(warnings.map(\.1) == [], "\(path) \(variant ?? "")")
    }
  }
}
