import Diagnostics
import Foundation
import GraphIR
import Testing

/// Every spec, changed at random: a network or findings come of it, never a trap, and soon.
///
/// `CNNC_MUTATIONS=2000` tries more of them, and keeps the last input in the temporary folder.
@Suite("Mutations")
struct MutationTests {
  private static let count = ProcessInfo.processInfo.environment["CNNC_MUTATIONS"].flatMap { Int($0) }
  static let specs = Repository.specs(in: "specs") + Repository.specs(in: "specs/errors")

  @Test(arguments: specs)
  func nothingTraps(_ path: String) throws {
    let text = String(decoding: try Repository.bytes(path), as: UTF8.self)
    let seed = path.utf8.reduce(UInt64(1)) { $0 &* 31 &+ UInt64($1) }
    var mutator = Mutator(seed: seed)
    for _ in 0..<(Self.count ?? 2) {
      let mutated = mutator.mutation(of: text)
      if Self.count != nil { try keep(mutated, of: path) }
      let begin = ContinuousClock.now
      let found = Findings(path, bytes: Array(mutated.utf8))
      let seconds = (ContinuousClock.now - begin) / .seconds(1)
      if found.graph == nil, !found.diagnostics.contains(where: { $0.severity == .error }) {
        Issue.record("neither a network nor an error for\n\(mutated)")
      }
      #expect(found.rendered.isEmpty == found.diagnostics.isEmpty)
      // Only the long run, by itself and optimized, says something about time.
      if Self.count != nil, seconds > 1 { Issue.record("\(seconds) s for\n\(mutated)") }
    }
  }

  private func keep(_ text: String, of path: String) throws {
    let name = path.replacing("/", with: "-")
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("cnnc-mutation-\(name)")
    try text.write(to: url, atomically: false, encoding: .utf8)
  }
}

/// Changes texts in small ways, the same for the same seed.
struct Mutator {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(state: seed) }

  /// One to three changes.
  mutating func mutation(of text: String) -> String {
    var result = text
    for _ in 0..<Int.random(in: 1...3, using: &generator) { result = changed(result) }
    return result
  }

  private mutating func changed(_ text: String) -> String {
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: return editingTokens(text) { tokens, index, _ in tokens.remove(at: index) }
    case 1: return editingTokens(text) { tokens, index, _ in tokens.insert(tokens[index], at: index) }
    case 2: return editingTokens(text) { tokens, index, other in tokens.swapAt(index, other) }
    case 3: return changingNumber(text)
    case 4: return shiftingIndentation(text)
    case 5: return replacingCharacter(text)
    default: return editingLines(text)
    }
  }

  /// Words, numbers, and each other character apart.
  private func tokens(of text: String) -> [String] {
    var result: [String] = []
    for scalar in text.unicodeScalars {
      let isWord = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_" || scalar == "."
      if isWord, let last = result.last?.unicodeScalars.last,
        last.properties.isAlphabetic || ("0"..."9").contains(last) || last == "_" || last == "."
      {
        result[result.count - 1].unicodeScalars.append(scalar)
      } else {
        result.append(String(scalar))
      }
    }
    return result
  }

  private mutating func editingTokens(_ text: String, _ edit: (inout [String], Int, Int) -> Void) -> String {
    var tokens = tokens(of: text)
    let solid = tokens.indices.filter { tokens[$0] != " " && tokens[$0] != "\n" }
    guard let index = solid.randomElement(using: &generator), let other = solid.randomElement(using: &generator) else {
      return text
    }
    edit(&tokens, index, other)
    return tokens.joined()
  }

  private static let numbers = [
    "0", "1", "-1", "2", "3", "7", "0.5", "1e9", "2147483648", "9223372036854775807", "99999999999999999999", "1e999",
    "true", "[1, 2]", "prev.c", "1000000000000",
  ]

  private mutating func changingNumber(_ text: String) -> String {
    var tokens = tokens(of: text)
    let numbers = tokens.indices.filter { tokens[$0].first?.isNumber ?? false }
    guard let index = numbers.randomElement(using: &generator) else { return text }
    tokens[index] = Self.numbers.randomElement(using: &generator) ?? "0"
    return tokens.joined()
  }

  private mutating func shiftingIndentation(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let index = lines.indices.randomElement(using: &generator) else { return text }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: lines[index] = "  " + lines[index]
    case 1: lines[index] = " " + lines[index]
    case 2: lines[index] = "\t" + lines[index]
    default: lines[index] = String(lines[index].drop { $0 == " " })
    }
    return lines.joined(separator: "\n")
  }

  private static let characters: [Unicode.Scalar] = [
    ":", "-", ",", "{", "}", "[", "]", "#", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`", "?", "$", "(", ")", "\\",
    "\t", "\r", "\n", " ", "\u{0}", "\u{85}", "\u{FEFF}", "é", "😀", "0", "a", "_", ".", "<", "=", "/", "+", "~",
  ]

  private mutating func replacingCharacter(_ text: String) -> String {
    var scalars = Array(text.unicodeScalars)
    guard let index = scalars.indices.randomElement(using: &generator) else { return text }
    scalars[index] = Self.characters.randomElement(using: &generator) ?? "a"
    return String(String.UnicodeScalarView(scalars))
  }

  private mutating func editingLines(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let index = lines.indices.randomElement(using: &generator),
      let other = lines.indices.randomElement(using: &generator)
    else { return text }
    switch Int.random(in: 0..<3, using: &generator) {
    case 0: lines.remove(at: index)
    case 1: lines.insert(lines[index], at: other)
    default: lines.swapAt(index, other)
    }
    return lines.joined(separator: "\n")
  }
}

/// Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
