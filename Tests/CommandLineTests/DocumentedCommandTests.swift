import ArgumentParser
import Foundation
import Testing

@testable import cnnc

/// Command lines in the documentation can be typed.
@Suite("Documented commands") struct DocumentedCommandTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static let pages: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("docs").path)
    return ["README.md"] + (names ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
  }()

  /// On which page a command stands first, in its text or in a shell block: one is parsed once, which takes long where
  /// nothing is optimized.
  private static let firstPages: [[String]: String] = {
    var result: [[String]: String] = [:]
    for page in pages {
      for (_, words, isInText) in (try? commands(of: page)) ?? [] {
        let command = words + ["\(isInText)"]
        if result[command] == nil { result[command] = page }
      }
    }
    return result
  }()

  /// The lines of a page's shell blocks and the code in its text that begin with `cnnc` and say what follows.
  private static func commands(of page: String) throws -> [(line: Int, words: [String], isInText: Bool)] {
    let text = try String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)
    var result: [(Int, [String], Bool)] = []
    var fence: String?
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let trimmed = line.drop { $0 == " " }
      if trimmed.hasPrefix("```") {
        fence = fence == nil ? String(trimmed.dropFirst(3)) : nil
        continue
      }
      let found: [Substring] =
        switch fence {
        case "sh": trimmed.hasPrefix("cnnc ") ? [trimmed] : []
        case nil: line.matches(of: /`(cnnc [^`]+)`/).map(\.1)
        default: []
        }
      for command in found {
        // What stands for something else is no word of the command line.
        if command.contains("…") || command.contains("N ") || command.hasSuffix("N") { continue }
        result.append((number + 1, words(of: command), fence == nil))
      }
    }
    return result
  }

  /// The words up to a comment, a pipe or another file; quotes keep words together.
  private static func words(of command: Substring) -> [String] {
    var words: [String] = []
    var (word, quote) = ("", Character?.none)
    for character in command + " " {
      if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "'" || character == "\"" {
        quote = character
      } else if character == " " {
        if ["#", "|", ">", "<", "&&", ";", "\\"].contains(word) { break }
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return words
  }

  @Test("each is parsed", arguments: pages)
  func parsed(_ page: String) throws {
    for (line, words, isInText) in try Self.commands(of: page) where words.count > 1 {
      guard Self.firstPages[words + ["\(isInText)"]] == page else { continue }
      do {
        _ = try Cnnc.parseAsRoot(Cnnc.joined(Array(words.dropFirst())))
      } catch {
        // Help is an error of the parser, of status 0.
        guard Cnnc.exitCode(for: error) != .success else { continue }
        // Text speaks of commands without what they are given: `cnnc check --fix`.
        let message = Cnnc.message(for: error)
        if isInText, message.contains("Missing expected argument") || message.contains("takes a spec") { continue }
        Issue.record("\(page):\(line): \(words.joined(separator: " ")): \(message)")
      }
    }
  }

  @Test("the tables of a sweep are those that are printed")
  func sweepTables() throws {
    let folder = try TemporaryFolder()
    let root = Self.root.path
    let words = ["sweep", "\(root)/specs/mobilenet_v1.yaml", "-o", folder.path("s.txt")]
    #expect(try status(of: words) == .success)
    let page = try String(contentsOfFile: "\(root)/docs/comparing.md", encoding: .utf8)
    let printed = try folder.read("s.txt").replacing("\(root)/", with: "")
    #expect(page.contains("$ cnnc sweep specs/mobilenet_v1.yaml\n\(printed)```\n"), "\(printed)")
  }
}
