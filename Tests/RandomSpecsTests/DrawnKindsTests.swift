import Layers
import RandomSpecs
import SpecLanguage
import Testing

/// Whatever the language has is drawn: a kind, a field or a combinator that is new is missed here until the author of random
/// specs draws it.
@Suite("What is drawn") struct DrawnKindsTests {
  /// Seeds are drawn until nothing is missing, and no more than these.
  private static let most: UInt64 = 400

  @Test func everyKindIsBuilt() {
    // It passes its input on, and makes no node.
    var missing = Set(LayerRegistry.declarations.keys).subtracting(["identity"])
    for seed in 0..<Self.most where !missing.isEmpty {
      for network in DrawnNetwork.all(seed: seed) {
        guard let graph = network.compilation.graph else { continue }
        missing.subtract(graph.nodes.map(\.keyword))
        for case .composite(let keyword) in graph.scopes.map(\.kind) { missing.remove(keyword) }
      }
    }
    #expect(missing.isEmpty, "never drawn: \(missing.sorted())")
  }

  @Test func everyFieldIsWritten() {
    var missing: [String: Set<String>] = [:]
    for declaration in LayerRegistry.all { missing[declaration.keyword] = Set(declaration.written.map(\.name)) }
    for seed in 0..<Self.most where missing.values.contains(where: { !$0.isEmpty }) {
      for text in RandomSpec(seed: seed).files.values {
        for keyword in missing.keys { missing[keyword]?.subtract(Self.fields(of: keyword, in: text)) }
      }
    }
    let fields = missing.sorted { $0.key < $1.key }.flatMap { kind in kind.value.sorted().map { "\(kind.key).\($0)" } }
    #expect(fields.isEmpty, "never drawn: \(fields)")
  }

  @Test func everyCombinatorIsWritten() {
    let texts = (0..<Self.most / 4).flatMap { RandomSpec(seed: $0).files.values }
    for combinator in CombinatorDocumentation.all {
      for key in [combinator.keyword] + combinator.keys.map(\.name) {
        #expect(texts.contains { $0.contains("\(key): ") }, "\(key) of \(combinator.keyword) is never drawn")
      }
    }
  }

  /// The keys that are written at the layers of a kind, `conv: {out: 8, kernel: 3}`.
  private static func fields(of keyword: String, in text: String) -> Set<String> {
    var result: Set<String> = []
    for use in text.split(separator: "\(keyword): {", omittingEmptySubsequences: false).dropFirst() {
      var depth = 0
      var word = ""
      for character in use {
        switch character {
        case "{", "[": depth += 1
        case "}", "]": depth -= 1
        case ":" where depth == 0: result.insert(word)
        case ",", " ": word = ""
        default: word.append(character)
        }
        if depth < 0 { break }
      }
    }
    return result
  }
}
