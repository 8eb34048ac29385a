import Foundation
import Testing

@testable import cnnc

/// The commands of docs/gallery.md make the pictures that stand below them.
@Suite("Gallery of pictures") struct PictureGalleryTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Each command's words with the picture that it writes.
  private static let commands: [(words: [String], picture: String)] = {
    let text = (try? String(contentsOf: root.appendingPathComponent("docs/gallery.md"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { $0.hasPrefix("cnnc graph ") }.map { line in
      let words = line.split(separator: " ").dropFirst().map(String.init)
      return (words, words[words.count - 1])
    }
  }()

  @Test func pageHasAPictureForEachCommand() throws {
    let text = try String(contentsOf: Self.root.appendingPathComponent("docs/gallery.md"), encoding: .utf8)
    let shown = text.matches(of: /!\[[^\]]+\]\((gallery\/[^)]+)\)/).map { "docs/\($0.1)" }
    #expect(Self.commands.map(\.picture) == shown)
    #expect(shown.count == 10)
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appendingPathComponent("docs/gallery").path)
    #expect(Set(files.map { "docs/gallery/\($0)" }) == Set(shown))
  }

  @Test(arguments: 0..<10) func pictureIsFresh(_ index: Int) throws {
    let (words, picture) = try #require(Self.commands.indices.contains(index) ? Self.commands[index] : nil)
    let folder = try TemporaryFolder()
    var arguments = words
    arguments[1] = Self.root.appendingPathComponent(words[1]).path
    arguments[arguments.count - 1] = folder.path("x.svg")
    #expect(try status(of: arguments) == .success)
    let made = try folder.read("x.svg")
    let file = Self.root.appendingPathComponent(picture)
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil, recorded != made {
      try made.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(recorded == made, "RECORD_GOLDEN=1 make test writes \(picture) anew")
    #expect(made.utf8.count < 100_000)
  }
}
