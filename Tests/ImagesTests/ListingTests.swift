import Foundation
import Testing

@testable import Images

@Suite("Files, labels and classes") struct ListingTests {
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cnnc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test("folders give what is an image or is called one, in the order of the names")
  func listing() throws {
    try withFolder { folder in
      let inner = folder.appendingPathComponent("inner")
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
      let png = Data(try Fixtures.bytes("grey.png"))
      for name in ["b.dat", "inner/z.png", "Z.png", "a.jpg", ".hidden.png"] {
        try png.write(to: folder.appendingPathComponent(name))
      }
      try Data("text".utf8).write(to: folder.appendingPathComponent("notes.txt"))
      try Data("text".utf8).write(to: folder.appendingPathComponent("broken.JPEG"))
      try FileManager.default.createSymbolicLink(
        at: inner.appendingPathComponent("loop"), withDestinationURL: folder)
      let names = try ImageListing.files(at: [folder.path]).map { String($0.dropFirst(folder.path.count + 1)) }
      #expect(names == ["Z.png", "a.jpg", "b.dat", "broken.JPEG", "inner/z.png"])
      // Files are taken as they are, and in the order given.
      let given = [folder.path + "/notes.txt", folder.path + "/none.png", inner.path]
      #expect(try ImageListing.files(at: given) == Array(given.dropLast()) + [inner.path + "/z.png"])
    }
  }

  @Test("labels are lines; a file that is no text is an error")
  func labels() throws {
    try withFolder { folder in
      let path = folder.appendingPathComponent("labels.txt")
      try Data("tench\r\ngreat white shark\n\nhen\n\n".utf8).write(to: path)
      #expect(try ClassLabels.read(path.path) == ["tench", "great white shark", "", "hen"])
      try Data([0xEF, 0xBB, 0xBF, 0x61, 0x0A]).write(to: path)
      #expect(try ClassLabels.read(path.path) == ["a"])
      try Data([0x61, 0xFF, 0x0A]).write(to: path)
      #expect(throws: ImageError.self) { try ClassLabels.read(path.path) }
    }
  }
}
