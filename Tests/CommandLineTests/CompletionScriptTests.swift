import Foundation
import Testing

@testable import cnnc

@Suite("Completions in a shell") struct CompletionScriptTests {
  @Test func isMadeWhereItIsAskedFor() {
    #expect(CompletionScript(["--generate-completion-script", "bash"]) != nil)
    #expect(CompletionScript(["--generate-completion-script=zsh"]) != nil)
    for words in [[], ["check"], ["--generate-completion-script"], ["--generate-completion-script", "x"]] {
      #expect(CompletionScript(words) == nil)
    }
  }

  @Test("help has the commands in every shell")
  func help() {
    #expect(CompletionScript(.zsh).text.contains("'*:subcommands:(new check watch"))
    #expect(CompletionScript(.fish).text.contains("\"cnnc help\" -eq 1' -fka 'new check watch"))
    #expect(CompletionScript(.bash).text.contains("names='new check watch"))
    #expect(CompletionScript(.bash).text.contains("    weights) names='inspect convert init' ;;\n"))
  }

  /// Bash itself completes lines; a function stands for the program, which says the variants.
  @Test(
    arguments: [
      ("cnnc help we", "weights"), ("cnnc help weights i", "inspect init"), ("cnnc help run x", ""),
      ("cnnc diff a.yaml a.yaml@", "@v1 @v2 @wide"), ("cnnc diff a.yaml@v", "@v1 @v2"), ("cnnc hel", "help"),
      ("cnnc layers rel", "relu relu6"),
    ])
  func inBash(line: String, words: String) throws {
    let folder = try TemporaryFolder()
    let script = try folder.write(CompletionScript(.bash).text, to: "cnnc.bash")
    // As bash parts words: the @ is one of its own, and what is completed begins with it.
    let parts = line.replacing("@", with: " @ ").split(separator: " ").map(String.init)
    let last = line.split(separator: " ").last ?? ""
    let current = last.firstIndex(of: "@").map { last[$0...] } ?? last
    let bash = Process()
    bash.executableURL = URL(fileURLWithPath: "/bin/bash")
    bash.arguments = [
      "-c",
      """
      shopt -s extglob
      source '\(script)'
      cnnc() { [[ "${*: -1}" = a.yaml ]] && printf 'v1\\nv2\\nwide\\n'; }
      COMP_WORDS=(\(parts.joined(separator: " ")))
      COMP_LINE='\(line)' COMP_POINT=\(line.count) COMP_CWORD=\(parts.count - 1) COMP_WORDBREAKS=' @'
      _cnnc_whole cnnc '\(current)' '\(parts.dropLast().last ?? "")'
      echo "${COMPREPLY[*]}"
      """,
    ]
    let output = Pipe()
    bash.standardOutput = output
    try bash.run()
    let found = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    bash.waitUntilExit()
    #expect(found == words + "\n")
  }
}
