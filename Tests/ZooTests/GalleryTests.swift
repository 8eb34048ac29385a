import Foundation
import GraphIR
import Pictures
import Reports
import Testing

/// The page of the zoo is what the specs say.
@Suite("Gallery") struct GalleryTests {
  @Test func pageIsFresh() throws {
    let entries = try Zoo.entries.map { entry in
      GalleryPage.Entry(
        name: entry.name, spec: try #require(entry.spec), graphs: entry.networks.compactMap(\.graph),
        sweeps: entry.sweeps.map { GalleryPage.BuiltSweep(sweep: $0.sweep, points: $0.points) },
        picture: Self.picturePath(entry.name))
    }
    let text = GalleryPage.markdown(entries)
    try expectRecorded(text, in: "docs/zoo.md")
  }

  /// Each network has its picture, blocks folded.
  @Test func picturesAreFresh() throws {
    for entry in Zoo.entries {
      let graph = try #require(entry.networks.first?.graph)
      var options = PictureOptions()
      options.direction = .right
      try expectRecorded(Picture(of: graph, depth: 1).svg(options), in: "docs/\(Self.picturePath(entry.name))")
    }
  }

  private static func picturePath(_ name: String) -> String {
    "pictures/\(name.split(separator: "/").last ?? "").svg"
  }

  private func expectRecorded(_ text: String, in path: String) throws {
    let file = Zoo.root.appending(path: path)
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil, recorded != text {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(recorded == text, "RECORD_GOLDEN=1 make test writes \(path) anew")
  }
}
