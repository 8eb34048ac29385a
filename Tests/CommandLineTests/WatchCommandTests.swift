import ArgumentParser
import Foundation
import Testing

@testable import cnnc

@Suite("cnnc watch", .serialized) struct WatchCommandTests {
  private static let sound = """
    cnnc: 1
    model: Small
    input: {channels: 3, size: 8}
    layers:
      - conv: {out: 4, kernel: 3}
      - relu

    """

  /// A watch in a thread of its own, which writes to a pipe.
  private final class Watch {
    private let pipe = Pipe()
    private let end = DispatchSemaphore(value: 0)
    private var unread = ""

    init(_ arguments: [String]) throws {
      let command = try #require(try Cnnc.parseAsRoot(["watch"] + arguments) as? WatchCommand)
      let (output, end) = (pipe.fileHandleForWriting.fileDescriptor, end)
      let thread = Thread {
        try? WatchLoop(output: output).run { command.report(from: $0) }
        end.signal()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }

    /// The next report, which is waited for.
    func next() throws -> String {
      let line = String(repeating: "─", count: 80) + "\n"
      var bytes = Data(unread.utf8)
      while true {
        let text = String(decoding: bytes, as: UTF8.self)
        if let range = text.range(of: line) {
          unread = String(text[range.upperBound...])
          return String(text[..<range.lowerBound])
        }
        let more = pipe.fileHandleForReading.availableData
        try #require(!more.isEmpty)
        bytes += more
      }
    }

    /// Stops reading, and waits for the watch to end; whether it did.
    func stop() throws -> Bool {
      try pipe.fileHandleForReading.close()
      return end.wait(timeout: .now() + 120) == .success
    }
  }

  @Test("a report for each state of the spec: changed, broken, put in its place, gone, come back")
  func states() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.sound, to: "m.yaml")
    let watch = try Watch([spec])
    #expect(try watch.next().hasSuffix("\n\(spec): no findings\n"))
    _ = try folder.write(Self.sound.replacing("kernel: 3", with: "kernel: 30"), to: "m.yaml")
    let findings = try watch.next()
    #expect(findings.contains("m.yaml:5:28: error[") && findings.hasSuffix(": 1 error\n"))
    _ = try folder.write(Self.sound.replacing("3}", with: "3"), to: "m.yaml")
    #expect(try watch.next().contains("error[spec.syntax]"))
    // As editors save that write a new file first.
    let new = try folder.write(Self.sound.replacing("out: 4", with: "out: 5"), to: "m.yaml.new")
    #expect(rename(new, spec) == 0)
    #expect(try watch.next().contains("5×6×6"))
    try FileManager.default.removeItem(atPath: spec)
    #expect(try watch.next().contains("error[spec.unreadable-file]"))
    _ = try folder.write(Self.sound, to: "m.yaml")
    #expect(try watch.next().contains("4×6×6"))
    #expect(try watch.stop())
  }

  @Test("imports and files of values are watched, those that are not there too")
  func others() throws {
    let folder = try TemporaryFolder()
    let text =
      "cnnc: 1\nimport: b.yaml\ninput: {features: 2}\n"
      + "layers: [B, {name: fc, linear: {out: 1, bias: false, init: {weight: {file: w.txt}}}}]\n"
    let spec = try folder.write(text, to: "m.yaml")
    let watch = try Watch([spec])
    let missing = try watch.next()
    #expect(missing.contains("error[spec.unreadable-file]") && missing.hasSuffix("; watching 1 more file\n"))
    let blocks = "cnnc: 1\nblocks: {B: {layers: [relu]}}\n"
    _ = try folder.write(blocks, to: "b.yaml")
    #expect(try watch.next().contains("w.txt"))
    _ = try folder.write("1 2\n", to: "w.txt")
    #expect(try watch.next().hasSuffix(": no findings; watching 2 more files\n"))
    _ = try folder.write("1 2 3\n", to: "w.txt")
    #expect(try watch.next().contains("error["))
    _ = try folder.write("1 2\n", to: "w.txt")
    _ = try watch.next()
    _ = try folder.write(blocks.replacing("relu", with: "rleu"), to: "b.yaml")
    #expect(try watch.next().contains("b.yaml:2:"))
    #expect(try watch.stop())
  }

  @Test("options of check: variants, findings alone, an explanation of what is not there yet")
  func options() throws {
    let folder = try TemporaryFolder()
    let variants = "params: {n: int = 4}\nvariants: {wide: {n: 7}}\n"
    let spec = try folder.write(Self.sound.replacing("out: 4", with: "out: n") + variants, to: "m.yaml")
    func first(_ arguments: [String]) throws -> String {
      let watch = try Watch([spec] + arguments)
      let report = try watch.next()
      #expect(try watch.stop())
      return report
    }
    let all = try first(["--all-variants"])
    #expect(all.contains("4×6×6") && all.contains("7×6×6"))
    #expect(try first(["--set", "n=9"]).contains("9×6×6"))
    #expect(try first(["--quiet"]) == "\(spec): no findings\n")
    let watch = try Watch([spec, "--explain", "last"])
    #expect(try watch.next().contains("has no node 'last'"))
    _ = try folder.write(Self.sound.replacing("- relu", with: "- {name: last, relu}"), to: "m.yaml")
    #expect(try !watch.next().contains("has no node"))
    #expect(try watch.stop())
    let blocks = try folder.write("cnnc: 1\nblocks: {B: {layers: [rleu]}}\n", to: "b.yaml")
    let importable = try Watch([blocks])
    #expect(try importable.next().contains("b.yaml:2:"))
    #expect(try importable.stop())
  }

  @Test func whatCannotBeWatched() throws {
    let folder = try TemporaryFolder()
    #expect(try status(of: ["watch", folder.path("none.yaml")]) == .unusable)
    #expect(try status(of: ["watch", folder.path("")]) == .unusable)
    for arguments in [["-"], ["a.yaml", "--quiet", "--explain", "x"], ["a.yaml", "--variant", "v", "--all-variants"]] {
      #expect(throws: (any Error).self) { _ = try Cnnc.parseAsRoot(["watch"] + arguments) }
    }
  }
}
