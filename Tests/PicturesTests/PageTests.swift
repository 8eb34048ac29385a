import Foundation
import GraphIR
import Testing

@testable import Pictures

/// The page that `graph` writes as HTML: its script and style sheet are files, which the Swift sources repeat.
@Suite("HTML page")
struct PageTests {
  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let folder = tests.appendingPathComponent("../../Sources/Pictures/HTML/Page").standardized

  @Test("what is embedded is what the files say; scripts/embed-files.sh writes it")
  func embeddedFilesAreCurrent() throws {
    let embedded = [
      "drawing.js": PageDrawing.text, "interaction.js": PageInteraction.text, "saving.js": PageSaving.text,
      "style.css": PageStyle.text,
    ]
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(Set(files) == Set(embedded.keys))
    for (file, text) in embedded {
      let current = try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
      #expect(text == current, "\(file) has changed since scripts/embed-files.sh ran")
    }
  }

  /// What can be said of the files without a parser for them.
  @Test(arguments: ["drawing.js", "interaction.js", "saving.js", "style.css"])
  func filesStandInAPage(_ file: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
    #expect(!text.contains("</"), "it would end the element that it stands in")
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    #expect(text.hasSuffix("\n"))
    let long = text.split(separator: "\n").filter { $0.count > 120 }
    #expect(long.isEmpty)
    for (open, close) in [("{", "}"), ("(", ")"), ("[", "]")] as [(Character, Character)] {
      #expect(text.count { $0 == open } == text.count { $0 == close }, "\(open) and \(close)")
    }
  }

  @Test("node finds no fault in the scripts", .enabled(if: node != nil, "there is no node"))
  func scriptsParse() throws {
    for file in ["drawing.js", "interaction.js", "saving.js"] {
      let run = try Self.run(["--check", Self.folder.appendingPathComponent(file).path])
      #expect(run.status == 0, "\(run.output)")
    }
  }

  /// Every layer, input and edge is drawn, however far blocks are unfolded.
  @Test(
    "node draws the page", .enabled(if: node != nil, "there is no node"),
    arguments: [
      "siamese.yaml", "lenet5.yaml", "googlenet.yaml", "unet.yaml", "resnet18.yaml", "densenet121.yaml",
      "yolov3_tiny.yaml",
    ])
  func pagesAreDrawn(_ name: String) throws {
    let graph = try Networks.published(name)
    for depth in [1, 2, nil] {
      let output = try Self.faults(Picture(of: graph, depth: depth).html())
      #expect(output == nil, "\(name), depth \(depth ?? -1): \(output ?? "")")
    }
  }

  @Test("each of several inputs is drawn with what it goes to")
  func severalInputs() throws {
    let graph = try Networks.text(
      """
        - {name: a, conv: {out: 4, kernel: 3}}
        - {name: b, from: right, conv: {out: 4, kernel: 1}}
        - {name: c, from: third, relu}
        - {name: sum, from: [a, b, c], add}
        - {name: again, from: [sum, right], concat}
      """,
      inputs: "inputs: {left: {channels: 4, size: 16}, right: {channels: 4, size: 16}, third: {channels: 4, size: 16}}")
    let data = HTMLData.text(of: graph, depth: nil)
    #expect(
      data.hasPrefix(#"{"inputs":["input left 4×16×16","input right 4×16×16","input third 4×16×16"],"#), "\(data)")
    // Their values are 0, −1 and −2.
    for inputs in ["[0]", "[-1]", "[-2]", "[1,2,3]", "[4,-1]"] { #expect(data.contains("\(inputs),"), "\(inputs)") }
    if Self.node != nil { #expect(try Self.faults(Picture(of: graph, depth: nil).html()) == nil) }
  }

  // MARK: Node

  private static let node: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/node" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// What is wrong with a page; nil for nothing.
  private static func faults(_ page: String) throws -> String? {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("cnnc-\(UUID().uuidString).html")
    try page.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let run = try run([tests.appendingPathComponent("Page/check-page.mjs").path, file.path])
    return run.status == 0 ? nil : run.output
  }

  private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(node))
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
