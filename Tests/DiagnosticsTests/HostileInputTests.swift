import Diagnostics
import Foundation
import GraphIR
import SpecLanguage
import Testing

/// Input that means harm: a clear finding, soon, and never a trap.
@Suite("Hostile input", .serialized)
struct HostileInputTests {
  private static let start = "cnnc: 1\ninput: {channels: 3, size: 32}\n"

  /// The identifiers found in a text.
  private func check(_ text: String, from first: String = start) -> Set<DiagnosticID> {
    let found = Findings(of: first + text)
    #expect(found.diagnostics.count <= DiagnosticBag.capacity)
    #expect(found.diagnostics.allSatisfy { $0.message.utf8.count < 1000 })
    #expect(found.rendered.utf8.count < 200_000)
    return Set(found.diagnostics.map(\.id))
  }

  private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  @Test func nesting() {
    #expect(check("layers: " + repeated("[", 10_000) + repeated("]", 10_000)) == [.limit])
    #expect(check("layers: " + repeated("{a: ", 10_000) + repeated("}", 10_000)) == [.limit])
    #expect(check(repeated("- ", 500_000), from: "") == [.limit])
    #expect(check(repeated("? ", 500_000), from: "") == [.limit])
    #expect(check(repeated("{", 1 << 20), from: "") == [.limit])
    #expect(check("layers:\n" + (1...500).map { repeated("  ", $0) + "- seq:\n" }.joined()) == [.limit])
    #expect(check("layers: " + repeated("[residual: ", 60) + "[relu]" + repeated("]", 60)) == [])
  }

  @Test func aliases() {
    var bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, inner) in zip("bcdefghijkl", "abcdefghijk") {
      bomb += "\(name): &\(name) [" + Array(repeating: "*\(inner)", count: 9).joined(separator: ", ") + "]\n"
    }
    #expect(check(bomb + "layers: *l\n") == [.limit])
    #expect(check("layers: &a [seq: *a]\n") == [.syntax])
  }

  @Test func floodsOfFindings() {
    let keys = (0..<20_000).map { "k\($0): 1, " }.joined()
    #expect(check("layers: [conv: {\(keys)}]\n") == [.unknownKey])
    #expect(check("layers: [" + (0..<20_000).map { "k\($0), " }.joined() + "relu]\n") == [.unknownOperation])
    #expect(check(repeated("layers: [relu]\n", 20_000)) == [.duplicateKey])
    #expect(check("layers: [for_each: {rows: 90000, layers: [conv: {out: nope, kernel: 1}]}]\n") == [.unknownName])
    #expect(check("layers: [{seq: [{name: conv, relu}], repeat: 40000}]\n") == [.duplicateName])
  }

  @Test func repetition() {
    #expect(check("layers: [{relu, repeat: 1000000000000}]\n") == [.limit])
    #expect(check("layers: [{relu, repeat: 9223372036854775807}]\n") == [.limit])
    #expect(check("layers: [{seq: [{identity, repeat: 100000}], repeat: 100000}]\n") == [.limit])
    // Known before the first copy is made.
    #expect(check("layers: [{relu, repeat: 1000000}]\n") == [.limit])
    #expect(check("layers: [{seq: [relu, relu6], repeat: 100000}]\n") == [.limit])
    let loop = "for_each: {rows: 100000, layers: "
    #expect(check("layers: [\(loop)[\(loop)[identity]}]}]\n") == [.limit])
    #expect(check("layers: [\(loop)[\(loop)[{when: false, relu}]}]}]\n") == [.limit])
    #expect(check("layers: [\(loop)[\(loop)[for_each: {rows: 0, layers: [relu]}]}]}]\n") == [.limit])
  }

  @Test func recursion() {
    #expect(check("blocks: {A: {seq: [A]}}\nlayers: [A]\n") == [.recursiveBlock])
    let chain = (0..<3000).map { "  B\($0): {seq: [B\(($0 + 1) % 3000)]}\n" }.joined()
    #expect(check("blocks:\n\(chain)layers: [B0]\n") == [.recursiveBlock])
    let tree = (1..<60).map { "  B\($0): {seq: [B\($0 - 1), B\($0 - 1), B\($0 - 1)]}\n" }.joined()
    #expect(check("blocks:\n  B0: {seq: [relu]}\n\(tree)layers: [B59]\n") == [.limit])
    let functions = (0..<3000).map { "  f\($0)(x): f\(($0 + 1) % 3000)(x)\n" }.joined()
    #expect(check("functions:\n\(functions)layers: [relu]\n") == [.recursiveFunction])
    let doubling = (1..<60).map { "  f\($0)(x): f\($0 - 1)(x) + f\($0 - 1)(x)\n" }.joined()
    #expect(
      check("functions:\n  f0(x): x\n\(doubling)layers: [linear: {out: f59(1)}]\n").isSuperset(of: [.expressionLimit]))
    #expect(
      check(
        "functions:\n  f0(x): x\n\(doubling)layers: [for_each: {rows: 100000, layers: [{when: f9(1) < 0, relu}]}]\n")
        == [.limit])
    // Layer parameters that contain each other.
    #expect(check("params: {a: layer = b, b: layer = a}\nlayers: [use: a]\n") == [.limit])
    let wraps = "blocks: {B: {params: {a: layer}, seq: [use: a]}}\n"
    #expect(check("\(wraps)layers: [B: {a: {use: a}}]\n") == [.unknownName])
  }

  @Test func longTexts() {
    let long = repeated("a", 1 << 20)
    #expect(check("layers: [{name: \(long), relu}]\n") == [.illFormedName])
    #expect(check("layers: [{name: '\(repeated("$(1)", 1 << 18))', relu}]\n") == [.illFormedName])
    #expect(check("layers: [{from: \(repeated("a.", 1 << 19))a, relu}]\n") == [.limit])
    #expect(check("layers: [\(long)]\n") == [.unknownOperation])
    #expect(check("layers: [conv: {out: \(repeated("1+", 1 << 19))1, kernel: 1}]\n") == [.expressionLimit])
    #expect(
      check("layers: [conv: {out: \(repeated("(", 2000))1\(repeated(")", 2000)), kernel: 1}]\n") == [.expressionLimit])
    #expect(check("layers: [\"\(repeated("𝒳", 1 << 18))\"]\n") == [.unknownOperation])
    #expect(check("layers: \"\(repeated("a\n", 1 << 18))") == [.syntax])
  }

  @Test func manyDeclarations() {
    let variants = (0..<20_000).map { "  v\($0): {w: \($0)}\n" }.joined()
    #expect(check("params: {w: int = 1}\nlayers: [relu]\nvariants:\n\(variants)").isEmpty)
    let functions = (0..<20_000).map { "  f\($0)(x): x\n" }.joined()
    #expect(check("functions:\n\(functions)layers: [relu]\n") == [.limit])
    let axes = (0..<70).map { "w\($0)" }
    let over = axes.map { "\($0): [1, 2]" }.joined(separator: ", ")
    let params = axes.map { "\($0): int = 1" }.joined(separator: ", ")
    #expect(
      check("params: {\(params)}\nlayers: [relu]\nsweeps: {a: {over: {\(over)}, expect: {params: [1]}}}\n") == [.limit])
    let wide = (0..<9000).map { "p\($0): int = 1" }.joined(separator: ", ")
    #expect(check("blocks: {B: {params: {\(wide)}, seq: [relu]}}\nlayers: [{B, repeat: 10000}]\n") == [.limit])
  }

  /// Sizes at and past every bound.
  @Test(arguments: [
    "conv: {out: 2147483648, kernel: 2147483648, padding: half}", "conv: {out: 1, kernel: 1, dilation: 2147483648}",
    "conv: {out: 9223372036854775807, kernel: 1}", "conv: {out: -9223372036854775808, kernel: 1}",
    "conv: {out: 2147483648, kernel: 1000000000, padding: 2147483648}",
    "conv: {out: 8, kernel: 3, padding: [2147483648, 0, 0, 2147483648]}",
    "conv: {out: 8, kernel: 3, stride: 2147483648}",
    "conv: {out: 2147483648, kernel: 1, connections: [[2147483647]]}",
    "depthwise_conv: {kernel: 2147483648, padding: same}",
    "transposed_conv: {out: 2147483648, kernel: 2147483648, stride: 2147483648}",
    "max_pool: {kernel: 2147483648, padding: half, round: ceil}", "avg_pool: {kernel: 2147483648, padding: same}",
    "adaptive_avg_pool: {size: 2147483648}", "upsample: {by: 2147483648}", "upsample: {by: 1e300}",
    "upsample: {by: 1e-300}",
    "upsample: {by: 0.0}", "pad: {size: 2147483648}", "crop: {size: 2147483648}", "depth_to_space: {by: 2147483648}",
    "space_to_depth: {by: 2147483648}", "channel_shuffle: {groups: 2147483648}", "group_norm: {groups: 2147483648}",
    "lrn: {size: 2147483648}", "depth_pool: {kernel: 2147483648}",
    "reshape: {shape: [2147483648, 2147483648, 2147483648]}",
    "reshape: {shape: [-1, -1]}", "dropout: {rate: 1e308 * 10}", "scale: {by: 0.0 / 0}", "batch_norm: {epsilon: 1e999}",
    "split: [relu, relu]", "channel_slice: {start: 2147483647, channels: 2147483648}", "rbf: {out: 2147483648}",
  ])
  func hugeSizes(_ layer: String) {
    let joined = layer.hasPrefix("split") ? "{\(layer), join: concat}" : layer
    #expect(
      !check("layers: [\(joined), global_avg_pool, flatten, linear: {out: 2147483648}]\n").contains(.unknownOperation))
    _ = check(
      "layers: [\(joined)]\n", from: "cnnc: 1\ninput: {channels: 2147483648, size: 2147483648}\n")
  }

  @Test func numbersPastTheirBounds() {
    #expect(check("layers: [{name: a$(9223372036854775807), relu}]\n") == [])
    #expect(check("layers: [relu]\nexpect: {params: 99999999999999999999}\n") == [.wrongType])
    #expect(check("layers: [relu]\nexpect: {output: [9223372036854775807, -1, 0]}\n") == [.expectation])
    #expect(check("layers: [{when: -(-9223372036854775807 - 1) > 0, relu}]\n") == [.overflow])
    #expect(check("layers: [dropout: {rate: 0.0 / 0}]\n") == [.divisionByZero])
    #expect(check("layers: [dropout: {rate: .inf}]\n") == [.expressionSyntax])
    #expect(check("layers: [relu]\n", from: "cnnc: 1\ninput: {channels: 3, size: 99999999999}\n") == [.outOfRange])
  }

  @Test func weirdCharacters() {
    #expect(check("layers: [{name: \"\u{202E}gpj\", relu}]\n") == [.illFormedName])
    #expect(check("layers: [\u{200B}relu]\n") == [.unknownOperation])
    #expect(check("layers: [ｒｅｌｕ, 😀, \"\u{2028}\", \"\u{FEFF}\", e\u{301}]\n") == [.unknownOperation])
    // Marks on one character, which take the square of their number to compare; names that differ in bytes only.
    let marks = repeated("\u{301}\u{316}", 20_000)
    for text in ["layers: [\"a\(marks)\"]\n", "\"a\(marks)\": 1\n", "layers: [{name: \"a\(marks)\", relu}]\n"] {
      #expect(check(text) == [.encoding])
    }
    #expect(check("layers: [\"a\(repeated("\u{301}", 30))\"]\n") == [.unknownOperation])
    #expect(check("\"caf\u{E9}\": 1\n\"cafe\u{301}\": 1\nlayers: [relu]\n") == [.unknownKey])
    #expect(check("layers: [conv: {out: ８, kernel: 1}]\n") == [.expressionSyntax])
    #expect(check("layers: [conv: {out: 8\u{A0}+ 1, kernel: 1}, relu]\n") == [])
    #expect(!check("model: \"a\u{85}b\"\nlayers: [relu]\n").isEmpty)
  }
}
