import Foundation
import GraphIR
import Reports
import Testing

/// The page of the zoo is what the specs say.
@Suite("Gallery") struct GalleryTests {
  @Test func pageIsFresh() throws {
    let entries = try Zoo.entries.map { entry in
      GalleryPage.Entry(
        name: entry.name, spec: try #require(entry.spec), graphs: entry.networks.compactMap(\.graph),
        sweeps: entry.sweeps.map { GalleryPage.BuiltSweep(sweep: $0.sweep, points: $0.points) })
    }
    let text = GalleryPage.markdown(entries)
    let file = Zoo.root.appending(path: "docs/zoo.md")
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil, recorded != text {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(recorded == text, "RECORD_GOLDEN=1 make test writes docs/zoo.md anew")
  }
}
