import Foundation
import JSON
import LanguageServer
import LanguageServerProtocol
import SpecLanguage
import Testing

/// Whole sessions as they were recorded: a line `→` is what the client sends, `←` what the server says to it.
///
/// `RECORD_GOLDEN=1` writes the server's lines anew and fails.
@Suite struct TranscriptTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Transcripts")

  private static let names: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".txt") }.sorted()
  }()

  @Test func thereAreSome() { #expect(Self.names.count >= 3) }

  @Test(arguments: names) func isAsRecorded(name: String) throws {
    let file = Self.folder.appendingPathComponent(name)
    let recorded = try String(contentsOf: file, encoding: .utf8)
    var server = LanguageServer(version: "0", disk: MemoryFiles(texts: [:]))
    var lines: [String] = []
    for line in recorded.split(separator: "\n", omittingEmptySubsequences: false) where !line.hasPrefix("← ") {
      lines.append(String(line))
      guard line.hasPrefix("→ ") else { continue }
      let message = try IncomingMessage(Array(line.dropFirst(2).utf8))
      var answers = server.receive([.success(message)])
      // Then nothing arrives for a while.
      if server.hasWork, server.exitStatus == nil { answers += server.work() }
      server.rest()
      lines += answers.map { "← \($0.compactText)" }
    }
    let text = lines.joined(separator: "\n")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil, text != recorded {
      try text.write(to: file, atomically: true, encoding: .utf8)
      Issue.record("\(name) was recorded anew")
    } else {
      #expect(text == recorded)
    }
  }
}
