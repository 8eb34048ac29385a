import Diagnostics
import Recipes

/// What a document is to the server, judged by the keys at its top, however broken the rest is.
package enum DocumentKind: Sendable {
  /// A network.
  case spec
  /// Blocks, functions and defaults that specs import.
  case blocks
  /// A way of training.
  case recipe
  /// Somebody else's YAML, of which nothing is said.
  case other

  package init(_ file: SourceFile, path: String) {
    let keys = Self.topKeys(of: file)
    guard !keys.contains("cnnc") else {
      let own: Set = ["input", "inputs", "layers", "network", "model", "variants", "outputs", "params"]
      let isImported =
        keys.isDisjoint(with: own) && !keys.isDisjoint(with: ["blocks", "functions", "defaults", "import"])
      self = isImported ? .blocks : .spec
      return
    }
    let fields = Set(RecipeField.all.map(\.name))
    let isInFolder = path.split(separator: "/").dropLast().last == "recipes"
    let hasTelling = !keys.isDisjoint(with: ["optimizer", "schedule", "loss", "augment"])
    // One key that recipes have is enough in their folder; elsewhere most of the keys are theirs.
    let known = keys.filter(fields.contains).count
    self = known > 0 && (isInFolder || hasTelling && known * 2 > keys.count) ? .recipe : .other
  }

  /// The keys that begin in the first column, or in the first braces of a document that is one flow mapping.
  private static func topKeys(of file: SourceFile) -> Set<String> {
    var keys: Set<String> = []
    for number in 1...file.lineCount where keys.count < 100 {
      let line = file.lineBytes(number)
      switch line.first {
      case nil, UInt8(ascii: "#"), UInt8(ascii: " "), UInt8(ascii: "-"): continue
      case UInt8(ascii: "{") where keys.isEmpty:
        let words = String(decoding: line, as: UTF8.self).split { "{},:\" ".contains($0) }
        return words.contains("cnnc") ? ["cnnc", "layers"] : []
      default: break
      }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      var key = String(decoding: line[..<colon], as: UTF8.self)[...]
      if key.count > 1, let quote = key.first, "\"'".contains(quote), key.last == quote {
        key = key.dropFirst().dropLast()
      }
      keys.insert(String(key))
    }
    return keys
  }
}
