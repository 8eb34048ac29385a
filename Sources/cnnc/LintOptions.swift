import Analysis
import ArgumentParser
import Diagnostics

/// Which advice to give beside errors.
struct LintOptions: ParsableArguments {
  @Option(
    name: .customLong("ignore"),
    help: ArgumentHelp("Leave out a lint, or all with lint.*; repeatable.", valueName: "lint.x"))
  var ignoredNames: [String] = []

  @Flag(help: "Warnings count as findings, and parameters and variants are tried for their effect.")
  var strict = false

  var ignored: Set<String> { Set(ignoredNames) }

  func validate() throws {
    for name in ignoredNames where !Linter.silenceable.contains(name) {
      let reason =
        DiagnosticID(rawValue: name) == nil
        ? "there is no lint '\(name)'\(suggestion(for: name, among: Linter.silenceable))"
        : "'\(name)' is an error, which cannot be ignored"
      throw ValidationError("--ignore: \(reason)")
    }
  }
}
