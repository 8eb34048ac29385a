import ArgumentParser
import Foundation
import Testing

@testable import cnnc

@Suite("Help") struct HelpTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The commands that do something, not those that have others.
  private static func commands(of command: any ParsableCommand.Type = Cnnc.self) -> [any ParsableCommand.Type] {
    let inner = command.configuration.subcommands
    return inner.isEmpty ? [command] : inner.flatMap { commands(of: $0) }
  }

  @Test("every command's help ends with examples that can be typed, on lines that a terminal holds")
  func examples() throws {
    #expect(Self.commands().count > 15)
    for command in Self.commands() {
      let examples = (command as? any ExemplifiedCommand.Type)?.examples ?? []
      #expect(!examples.isEmpty, "\(command)")
      let help = Cnnc.helpMessage(for: command, columns: 80)
      for example in examples {
        #expect(help.contains("\n  # \(example.purpose)\n  \(example.line)\n"), "\(example.line)\n\(help)")
        let words = example.line.split(separator: " ").map(String.init).prefix { $0 != "<" }
        #expect(words.first == "cnnc")
        let parsed = try Cnnc.parseAsRoot(Array(words.dropFirst()))
        #expect(type(of: parsed) == command, "\(example.line)")
        let paths = words.map { String($0.split(separator: "@")[0]) }
        for path in paths where path.hasPrefix("specs/") || path.hasPrefix("recipes/") {
          #expect(FileManager.default.fileExists(atPath: Self.root.appendingPathComponent(path).path), "\(path)")
        }
      }
    }
  }

  @Test("values that hold without an option are shown as one types them")
  func defaults() {
    for command in Self.commands() {
      let help = Cnnc.helpMessage(for: command, columns: 400)
      for match in help.matches(of: /default: ([^)]*)\)/) {
        #expect(
          match.1.allSatisfy { $0.isASCII && $0 != "(" && $0 != ":" } || match.1 == "random:0", "\(command): \(match.0)"
        )
      }
    }
    #expect(Cnnc.helpMessage(for: NewCommand.self, columns: 400).contains("(default: 3x32x32)"))
    #expect(Cnnc.helpMessage(for: BenchCommand.self, columns: 400).contains("(default: random:0)"))
  }

  @Test("help fits in any terminal, or in the narrowest that it can be put in", arguments: [-5, 0, 1, 26, 39, 40, 200])
  func columns(told: Int) {
    let columns = Terminal.helpColumns(told)
    #expect(columns == (told <= 0 ? 80 : max(40, told)))
    for command in Self.commands() {
      #expect(Cnnc.helpMessage(for: command, columns: columns).contains("OPTIONS:"), "\(command)")
    }
  }

  @Test(
    "the environment may forbid colours, or ask for them where nobody looks",
    arguments: [
      ([:], true, true), ([:], false, false), (["NO_COLOR": "1"], true, false), (["NO_COLOR": ""], true, true),
      (["CLICOLOR": "0"], true, false), (["CLICOLOR": "1"], true, true), (["CLICOLOR": "1"], false, false),
      (["CLICOLOR_FORCE": "1"], false, true), (["CLICOLOR_FORCE": "0"], false, false),
      (["CLICOLOR_FORCE": ""], false, false), (["CLICOLOR_FORCE": "1", "CLICOLOR": "0"], false, true),
      (["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], true, false),
    ] as [([String: String], Bool, Bool)])
  func colors(_ environment: [String: String], _ isTerminal: Bool, _ isColored: Bool) {
    #expect(ColorChoice.automatic(isTerminal: isTerminal) { environment[$0] } == isColored)
  }
}
