import Analysis
import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import SystemPackage
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The fixes computed for the broken specs of `specs/errors`, beside the finding each is for.
@Suite("Fixes of the broken specs") struct ErrorSpecFixTests {
  private static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    .removingLastComponent()
  private static let golden = root.appending("Tests/AnalysisTests/Fixes/expected_fixes.txt").string

  private static func text(_ path: String) -> String? {
    (try? DiskFiles().read(path, limit: 1 << 24)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The golden list names the files, so that a new broken spec with fixes is added by recording.
  private static var names: [String] {
    guard let folder = opendir(root.appending("specs/errors").string) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".yaml") { names.append(name) }
    }
    return names.sorted()
  }

  /// The shape faults of a spec with their fixes; empty where none are computed.
  private static func fixes(of name: String) -> String {
    var compilation = Compilation(root.appending("specs/errors/\(name)").string)
    guard compilation.attempt != nil else { return "" }
    compilation.addFixes(within: .seconds(60))
    let blocks = compilation.diagnostics.filter { !$0.fixes.isEmpty }.map { finding in
      let fixes = finding.fixes.map { "  \($0.isUnambiguous ? "fix" : "or"): \($0.description)\n" }
      return "\(name):\(finding.span.start.line): \(finding.message)\n\(fixes.joined())"
    }
    return blocks.joined()
  }

  @Test("are those that were recorded")
  func recorded() throws {
    let actual = Self.names.map { Self.fixes(of: $0) }.joined()
    if Self.text(Self.golden) != actual, getenv("RECORD_GOLDEN") != nil {
      let file = try FileDescriptor.open(
        FilePath(Self.golden), .writeOnly, options: [.create, .truncate],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try file.closeAfter { _ = try file.writeAll(actual.utf8) }
      Issue.record("the fixes were recorded anew")
      return
    }
    #expect(actual == Self.text(Self.golden))
    for name in ["alexnet_pool.yaml", "vgg16_no_pools.yaml"] { #expect(actual.contains(name)) }
  }
}
