import ArgumentParser
import Frontend
import Layers
import SpecLanguage

/// What a shell offers for words of the command line: `cnnc --generate-completion-script bash|zsh|fish`.
enum Completions {
  /// YAML files.
  static let spec = CompletionKind.file(extensions: ["yaml", "yml"])
  /// Files of weights.
  static let weights = CompletionKind.file(extensions: ["safetensors", "pth", "pt", "npz"])
  /// Layer kinds and combinators.
  static let kinds = CompletionKind.list(
    LayerRegistry.all.map(\.keyword) + CombinatorDocumentation.all.map(\.keyword))
  /// The variants of the spec that stands on the line.
  static let variants = CompletionKind.custom { words, _, _ in
    specs(among: words).flatMap { $0.variants.map(\.name) }
  }
  /// The model parameters of the spec that stands on the line, each with its `=`.
  static let assignments = CompletionKind.custom { words, _, _ in
    specs(among: words).flatMap { $0.parameters.map { "\($0.name)=" } }
  }

  /// The specs among the words of a line; what is wrong with them is no matter here.
  private static func specs(among words: [String]) -> [Spec] {
    words.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.compactMap { path in
      Compilation.spec(at: path)
    }
  }
}
