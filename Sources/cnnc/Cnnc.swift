import ArgumentParser
import CCommit
import Diagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The command line: parses arguments, calls the compiler's stages and prints.
@main
struct Cnnc: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cnnc",
    abstract: "A compiler for convolutional networks.",
    discussion: """
      A spec is a YAML file that says what a network is. `cnnc check` tells whether it fits together, and every layer's \
      shape, parameters and cost; `cnnc new` writes one to start from.

      Exit status: 0 clean, 1 findings, 2 usage or unreadable input.
      """,
    version: version,
    subcommands: [
      NewCommand.self, CheckCommand.self, WatchCommand.self, ExpandCommand.self, GraphCommand.self, DiffCommand.self,
      SweepCommand.self,
      GenerateCommand.self, ExportCommand.self, VerifyCommand.self, TrainCommand.self, EvaluateCommand.self,
      DataCommand.self,
      RunCommand.self, BenchCommand.self, WeightsCommand.self, LayersCommand.self, SchemaCommand.self,
      LSPCommand.self,
    ],
    defaultSubcommand: nil)

  /// The version, with the commit where the build was told it: `0.1.0 (4d753c42)`.
  private static var version: String {
    let release = "0.1.0"
    let commit = String(cString: cnnc_commit())
    return commit.isEmpty ? release : "\(release) (\(commit))"
  }

  static func main() {
    reserveStandardDescriptors()
    // A file that may grow no further is an error of who writes it, and no end halfway.
    signal(SIGXFSZ, SIG_IGN)
    Terminal.widenHelp()
    let words = Array(CommandLine.arguments.dropFirst())
    if let message = unknownCommand(words) {
      standardError("Error: \(message)\n")
      leave(2)
    }
    if let script = CompletionScript(words) {
      standardOutput(script.text)
      leave(0)
    }
    var chosen: any ParsableCommand.Type = Cnnc.self
    do {
      var command = try parseAsRoot(joined(words))
      chosen = type(of: command)
      try command.run()
    } catch let code as ExitCode {
      leave(code.rawValue)
    } catch let error as ValidationError where chosen != Cnnc.self {
      // What a command finds out as it runs is told with its own usage, as what it finds out before.
      standardError("Error: \(error.message)\nUsage: \(usageString(for: chosen))\n")
      leave(2)
    } catch {
      // The argument parser's own status for wrong usage is 64; ours is 2.
      let code = exitCode(for: error)
      let text = OtherWords.explained(fullMessage(for: error), of: command(of: words))
      if code == .success {
        standardOutput(text + "\n")
        leave(0)
      }
      standardError(text + "\n")
      leave(2)
    }
  }
}

extension Cnnc {
  /// The arguments with a negative number joined to the option before it, `--top=-1`, for the parser takes it for an option
  /// and says that the value is missing.
  static func joined(_ arguments: [String]) -> [String] {
    var result: [String] = []
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return result + arguments[index...] }
      let isNumber = argument.first == "-" && argument.dropFirst().first?.isNumber == true
      if isNumber, let option = result.last, option.hasPrefix("--"), !option.contains("=") {
        result[result.count - 1] += "=" + argument
      } else {
        result.append(argument)
      }
    }
    return result
  }

  /// What to say of words that begin with no command, or of which `help` has none; nil if there is nothing to say.
  static func unknownCommand(_ words: [String]) -> String? {
    guard let first = words.first else { return nil }
    guard first == "help" else { return unknownCommand(first) }
    var parent = ""
    var known = configuration.subcommands
    for word in words.dropFirst() where !word.hasPrefix("-") {
      guard let command = known.first(where: { $0.configuration.commandName == word }) else {
        let names = known.compactMap { $0.configuration.commandName }
        return names.isEmpty
          ? "'\(parent)' has no commands, so no '\(word)'"
          : "there is no command '\(parent)\(parent.isEmpty ? "" : " ")\(word)'\(suggestion(for: word, among: names))"
      }
      parent += (parent.isEmpty ? "" : " ") + word
      known = command.configuration.subcommands
    }
    return nil
  }

  /// What a command is called.
  static func name(of command: any ParsableCommand.Type) -> String { command.configuration.commandName ?? "" }

  /// What the commands of a command are called.
  static func names(of command: any ParsableCommand.Type) -> [String] {
    command.configuration.subcommands.map(name(of:))
  }

  /// The command that words begin with; cnnc itself where they begin with none.
  static func command(of words: [String]) -> any ParsableCommand.Type {
    var result: any ParsableCommand.Type = Cnnc.self
    for word in words {
      let commands = result.configuration.subcommands
      guard let inner = commands.first(where: { $0.configuration.commandName == word }) else { break }
      result = inner
    }
    return result
  }

  /// What to say of a first word that is no command; nil if it is one, or an option.
  static func unknownCommand(_ word: String) -> String? {
    let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    if word.hasPrefix("-") || names.contains(word) { return nil }
    if word.hasSuffix(".yaml") || word.hasSuffix(".yml") {
      return "the spec stands behind a command: cnnc check \(word)"
    }
    if let other = OtherWords.command(for: word) { return "there is no command '\(word)'; here it is '\(other)'" }
    let suggestion = suggestion(for: word, among: names)
    let list = suggestion.isEmpty ? "; there are \(names.joined(separator: ", "))" : suggestion
    return "there is no command '\(word)'\(list)"
  }
}

/// Ends the process; the commands' own `exit` methods hide the system's.
private func leave(_ status: Int32) -> Never { exit(status) }

extension ExitCode {
  /// Something is wrong with a spec.
  static let findings = ExitCode(1)
  /// The command line or a file cannot be used.
  static let unusable = ExitCode(2)
}
