import Reports
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

@Suite("The list of diagnostics")
struct DiagnosticsPageTests {
  private static let path = Repository.root + "docs/diagnostics.md"

  @Test func pageIsFresh() throws {
    let fresh = DiagnosticReference.markdown()
    let page = (try? DiskFiles().read(Self.path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    let isFresh = page == fresh
    #expect(isFresh, "docs/diagnostics.md is stale; RECORD_GOLDEN=1 writes it anew")
    if !isFresh, getenv("RECORD_GOLDEN") != nil {
      let file = try FileDescriptor.open(
        FilePath(Self.path), .writeOnly, options: [.create, .truncate],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try file.closeAfter { _ = try file.writeAll(fresh.utf8) }
    }
  }
}
