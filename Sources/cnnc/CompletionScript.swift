import ArgumentParser

/// A shell's script of completions: the argument parser's, and what that does not know.
struct CompletionScript {
  /// The script as the shell reads it.
  private(set) var text: String

  /// - Parameter words: A command line, without the program.
  /// - Returns: nil if it asks for no script.
  init?(_ words: [String]) {
    let option = "--generate-completion-script"
    let name = words.first.flatMap { first in
      first == option ? words.dropFirst().first : first.hasPrefix(option + "=") ? String(first.dropFirst(29)) : nil
    }
    guard let shell = name.flatMap({ CompletionShell(rawValue: $0) }) else { return nil }
    self.init(shell)
  }

  init(_ shell: CompletionShell) {
    text = Cnnc.completionScript(for: shell)
    let commands = Cnnc.names(of: Cnnc.self).joined(separator: " ")
    switch shell {
    case .bash: text += "\n" + Self.bash(commands)
    case .zsh: text = text.replacing("'*:subcommands:'", with: "'*:subcommands:(\(commands))'")
    case .fish:
      text +=
        "\ncomplete -c 'cnnc' -n '__cnnc_should_offer_completions_for_positional \"cnnc help\" -eq 1' -fka '\(commands)'\n"
    default: break
    }
  }

  /// Commands behind `help`, and behind `A@` of `cnnc diff` the variants of A: bash parts words at an `@`, so that the
  /// parser's script takes it for a further argument.
  private static func bash(_ commands: String) -> String {
    let inner = Cnnc.configuration.subcommands.filter { !$0.configuration.subcommands.isEmpty }.map { command in
      let name = Cnnc.name(of: command)
      return "    \(name)) names='\(Cnnc.names(of: command).joined(separator: " "))' ;;\n"
    }
    return #"""
      _cnnc_behind_help() {
          local names=''
          case "${COMP_WORDS[2]}" in
      \#(inner.joined())    esac
          [[ "${COMP_CWORD}" -gt 2 ]] || names='\#(commands)'
          [[ "${COMP_CWORD}" -gt 3 ]] || COMPREPLY=($(compgen -W "${names}" -- "${2}"))
      }

      _cnnc_whole() {
          local -r line="${COMP_LINE:0:${COMP_POINT}}"
          local -r word="${line##*[[:space:]]}"
          if [[ "${COMP_WORDS[1]}" = help ]]; then
              _cnnc_behind_help "${@}"
          elif [[ "${COMP_WORDS[1]}" = diff && "${word}" = *.y?(a)ml@* ]]; then
              local names
              names="$(SAP_SHELL=bash "${COMP_WORDS[0]}" ---completion check -- --variant 2 0 \
                  cnnc check --variant '' "${word%@*}")"
              # What is replaced begins with the @ itself, or with the word where bash does not part it.
              compopt +o filenames 2>/dev/null
              COMPREPLY=($(compgen -P "${2%"${word##*@}"}" -W "${names}" -- "${word##*@}"))
          else
              _cnnc "${@}"
          fi
      }

      complete -o filenames -F _cnnc_whole cnnc

      """#
  }
}
