import Foundation
import SystemPackage
import Testing

@testable import cnnc

/// Folders of specs, and files of blocks, in place of specs.
@Suite struct SpecSelectionTests {
  private static let network = "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu]\n"
  private static let blocks = "cnnc: 1\nblocks: {Unit: {params: {out: int}, layers: [conv: {out: out, kernel: 3}]}}\n"

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for inner in ["specs/blocks/deep", "specs/.hidden", "empty"] {
      try FileManager.default.createDirectory(atPath: folder.path(inner), withIntermediateDirectories: true)
    }
    for path in ["specs/b.yaml", "specs/a.yml", "specs/blocks/deep/c.yaml", "specs/.hidden/d.yaml"] {
      _ = try folder.write(Self.network, to: path)
    }
    _ = try folder.write(Self.blocks, to: "specs/blocks/unit.yaml")
    _ = try folder.write("services: {}\n", to: "specs/compose.yaml")
    _ = try folder.write("a: [\n", to: "specs/chart.yaml")
    _ = try folder.write("no spec", to: "specs/readme.txt")
    // A way round in a circle.
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("specs/blocks/again"), withDestinationPath: folder.path("specs"))
    return folder
  }

  @Test func aFolderStandsForTheSpecsInItAndBelow() throws {
    let folder = try folder()
    let selection = try SpecSelection([folder.path("specs")])
    #expect(
      selection.specs == ["specs/a.yml", "specs/b.yaml", "specs/blocks/deep/c.yaml"].map { folder.path($0) })
    #expect(selection.blocks.isEmpty)
    #expect(selection.summary == "3 specs; passed over 1 file of blocks and 2 that are no specs")
    #expect(try status(of: ["check", folder.path("specs"), "-o", folder.path("out")]) == .success)
    #expect(try folder.read("out").components(separatedBy: "input 3×8×8").count == 4)
  }

  /// One is a finding of its own, and what was passed over in the others is no business of it.
  @Test(arguments: ["empty", "none"])
  func foldersWithoutSpecsLeaveTheOthers(name: String) throws {
    let folder = try folder()
    if name == "none" { _ = try folder.write(Self.blocks, to: "empty/unit.yaml") }
    let (specs, empty) = (folder.path("specs"), folder.path("empty"))
    let selection = try SpecSelection([specs, empty])
    let passedOver = name == "none" ? "; passed over 1 file of blocks" : ""
    #expect(selection.problems.map(\.reason) == ["there are no specs in \(empty)\(passedOver)"])
    #expect(selection.specs.count == 3)
    for format in ["text", "json"] {
      #expect(
        try status(of: ["check", empty, specs, "--format", format, "-o", folder.path("out")]) == .unusable)
      let text = try folder.read("out")
      // The folder has an entry of its own among those of specs.
      let parts = text.components(separatedBy: format == "text" ? "input 3×8×8" : "\"model\"")
      #expect(parts.count == (format == "text" ? 4 : 5))
      #expect(text.contains("there are no specs in") == (format == "json"))
    }
    #expect(try status(of: ["sweep", empty, specs, "-o", folder.path("out")]) == .unusable)
  }

  @Test func theStandardInputIsReadOnce() throws {
    #expect(throws: (any Error).self) { try SpecSelection(["-", "-"]) }
    #expect(try SpecSelection(["-"]).specs == ["-"])
    for second in ["-", "-@small"] {
      #expect(throws: (any Error).self) { try Cnnc.parseAsRoot(["diff", "-", second]) }
    }
    #expect(throws: Never.self) { try Cnnc.parseAsRoot(["diff", "-", "a.yaml"]) }
  }

  /// As bash has it with globstar; what is hidden is not looked into, links are not followed.
  @Test(
    arguments: [
      ("**/*.yaml", ["specs/b.yaml", "specs/blocks/deep/c.yaml", "specs/chart.yaml", "specs/compose.yaml"]),
      ("specs/**/c.yaml", ["specs/blocks/deep/c.yaml"]), ("specs/**/**/deep/*.yaml", ["specs/blocks/deep/c.yaml"]),
      ("sp*/**/b*/**/[bc].yaml", ["specs/blocks/deep/c.yaml"]), ("specs/blocks/**/none.yaml", nil),
    ])
  func stepsOfTwoStarsStandForFolders(pattern: String, files: [String]?) throws {
    let folder = try folder()
    let selection = try SpecSelection([folder.path(pattern)])
    #expect(selection.specs == (files ?? [pattern]).map { folder.path($0) })
    #expect(try SpecSelection([folder.path("specs/**")]).specs.count == 3)
  }

  /// Quotes keep a pattern from the shell; a file that is called like one is meant.
  @Test func patternsStandForFiles() throws {
    let folder = try folder()
    let both = ["specs/a.yml", "specs/b.yaml"].map { folder.path($0) }
    #expect(try SpecSelection([folder.path("specs/[ab].y*")]).specs == both)
    #expect(try SpecSelection([folder.path("spec?")]).specs.count == 3)
    #expect(try SpecSelection([folder.path("none*.yaml")]).specs == [folder.path("none*.yaml")])
    let literal = try folder.write(Self.network, to: "specs/[ab].yaml")
    #expect(try SpecSelection([literal]).specs == [literal])
    #expect(try status(of: ["check", folder.path("specs/*.yml"), "-o", folder.path("out")]) == .success)
    #expect(try status(of: ["check", folder.path("none*.yaml")]) == .unusable)
  }

  /// A disk is not searched for specs.
  @Test func foldersWithoutEndAreRefused() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(Self.network, to: "a.yaml")
    for index in 0..<20 { #expect(close(open(folder.path("\(index).jpg"), O_CREAT | O_WRONLY, 0o600)) == 0) }
    let selection = try SpecSelection([folder.path("")], limit: 20)
    #expect(selection.specs.isEmpty)
    #expect(selection.problems.map { $0.reason.contains("more than 20 entries below it") } == [true])
    #expect(try SpecSelection([folder.path("")], limit: 21).specs.count == 1)
  }

  /// A folder on the way may be another's.
  @Test func whatIsNotLookedIntoIsCounted() throws {
    let folder = try folder()
    let closed = folder.path("specs/closed")
    try FileManager.default.createDirectory(atPath: closed, withIntermediateDirectories: true)
    #expect(chmod(closed, 0) == 0)
    defer { _ = chmod(closed, 0o700) }
    let summary = try SpecSelection([folder.path("specs")]).summary
    // Who may read everything finds an empty folder.
    let isRefused = access(closed, R_OK) != 0
    #expect(
      summary == "3 specs; passed over 1 file of blocks\(isRefused ? "," : " and") 2 that are no specs"
        + (isRefused ? " and 1 folder that cannot be read" : ""))
  }

  /// What does not say that it is a spec is not parsed, however large.
  @Test func otherFilesAreNotParsed() throws {
    let folder = try folder()
    _ = try folder.write(String(repeating: "- [a, {b: [c]}]\n", count: 200_000) + "- [\n", to: "specs/large.yaml")
    _ = try folder.write("{\"cnnc\": 1, input: {channels: 3, size: 8}, layers: [relu]}\n", to: "specs/flow.yaml")
    let selection = try SpecSelection([folder.path("specs")])
    #expect(selection.summary == "4 specs; passed over 1 file of blocks and 3 that are no specs")
    #expect(selection.specs.contains(folder.path("specs/flow.yaml")))
  }

  @Test func brokenSpecsInFoldersAreFound() throws {
    let folder = try folder()
    _ = try folder.write("cnnc: 1\nlayers: [\n", to: "specs/broken.yaml")
    #expect(try status(of: ["check", "--quiet", folder.path("specs")]) == .findings)
  }

  @Test func aFileOfBlocksIsReadAsFarAsItGoes() throws {
    let folder = try folder()
    let blocks = folder.path("specs/blocks/unit.yaml")
    let selection = try SpecSelection([blocks, folder.path("specs/b.yaml"), "-"])
    #expect(selection.blocks == [blocks] && selection.specs == [folder.path("specs/b.yaml"), "-"])
    #expect(selection.summary == nil)
    #expect(try status(of: ["check", "--all-variants", blocks, "-o", folder.path("out")]) == .success)
    #expect(try status(of: ["sweep", blocks]) == .unusable)
    let wrong = try folder.write(Self.blocks.replacing("kernel", with: "kernal"), to: "specs/wrong\".yaml")
    #expect(try status(of: ["check", wrong, "--format", "json", "-o", folder.path("out")]) == .findings)
    #expect(try folder.read("out").contains("kernal"))
  }

  /// What a pipe gives can be read once, so it is not looked at before it is read as a spec.
  @Test func aPipeIsLeftToTheSpec() throws {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data(Self.blocks.utf8))
    try pipe.fileHandleForWriting.close()
    let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    #expect(try SpecSelection([path]).specs == [path])
    #expect(try pipe.fileHandleForReading.readToEnd() == Data(Self.blocks.utf8))
  }

  @Test func aPipeInAFolderIsPassedOver() throws {
    let folder = try folder()
    #expect(mkfifo(folder.path("specs/pipe.yaml"), 0o600) == 0)
    #expect(try SpecSelection([folder.path("specs")]).specs.count == 3)
  }
}
