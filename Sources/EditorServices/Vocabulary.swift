import Diagnostics
import YAML

/// The names that a spec and its imports declare, as they are written.
struct Vocabulary {
  struct Parameter {
    var name: String
    /// `int = 64`.
    var text: String

    var isRequired: Bool { !text.contains("=") }
  }

  struct Block {
    var name: String
    var parameters: [Parameter] = []
    var inputs: [String] = []
    var summary: String?
    var span: Span
  }

  private(set) var parameters: [Parameter] = []
  private(set) var blocks: [Block] = []
  /// `ch(c)` with what they are.
  private(set) var functions: [(head: String, body: String)] = []
  private(set) var variants: [String] = []

  /// The first tree is the spec's own.
  init(_ trees: [FileTree]) {
    for (index, tree) in trees.enumerated() {
      for entry in tree.root.entries ?? [] {
        switch entry.key {
        case "params" where index == 0 || tree.root.entries?.contains { $0.key == "layers" } ?? false:
          parameters += Self.parameters(entry.value).filter { own in !parameters.contains { $0.name == own.name } }
        case "variants" where index == 0: variants = (entry.value.entries ?? []).map(\.key)
        case "functions": functions += (entry.value.entries ?? []).map { ($0.key, $0.value.text ?? "") }
        case "blocks": blocks += (entry.value.entries ?? []).map(Self.block)
        default: break
        }
      }
    }
  }

  func block(_ name: String) -> Block? { blocks.first { $0.name == name } }

  private static func parameters(_ node: YAMLNode) -> [Parameter] {
    (node.entries ?? []).map { Parameter(name: $0.key, text: $0.value.text ?? "") }
  }

  private static func block(_ entry: YAMLEntry) -> Block {
    var block = Block(name: entry.key, span: entry.keySpan.extended(to: entry.value.span))
    for key in entry.value.entries ?? [] {
      switch key.key {
      case "params": block.parameters = parameters(key.value)
      case "inputs": block.inputs = (key.value.items ?? []).compactMap(\.text)
      case "summary": block.summary = key.value.text
      default: break
      }
    }
    return block
  }
}
