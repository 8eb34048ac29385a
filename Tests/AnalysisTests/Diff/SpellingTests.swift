import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import Testing

@testable import Analysis

/// Networks are compared, not how they are written.
@Suite struct SpellingTests {
  private static func graph(_ layers: String) throws -> Graph {
    let text = "cnnc: 1\nmodel: M\ninput: {channels: 4, height: 9, width: 11}\nlayers:\n\(layers)\n"
    let compilation = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text]))
    return try #require(compilation.graph, "\(compilation.diagnostics.map(\.message))")
  }

  @Test(arguments: [
    ("conv: {out: 8, kernel: 3}", "conv: {out: 8, kernel: [3, 3], stride: 1, padding: valid, groups: 1, bias: true}"),
    ("conv: {out: 8, kernel: 3, padding: half}", "conv: {out: 8, kernel: 3, padding: 1}"),
    ("conv: {out: 8, kernel: [3, 5], padding: half}", "conv: {out: 8, kernel: [3, 5], padding: [1, 2]}"),
    ("conv: {out: 8, kernel: 3, padding: valid}", "conv: {out: 8, kernel: 3, padding: 0}"),
    ("conv: {out: 8, kernel: 3, padding: same}", "conv: {out: 8, kernel: 3, padding: [1, 1, 1, 1]}"),
    ("depthwise_conv: {kernel: 3, padding: 1}", "depthwise_conv: {kernel: 3, padding: half, multiplier: 1}"),
    ("transposed_conv: {out: 8, kernel: 3, padding: half}", "transposed_conv: {out: 8, kernel: 3, padding: 1}"),
    ("separable_conv: {out: 8, kernel: 3, padding: half}", "separable_conv: {out: 8, kernel: 3, padding: 1}"),
    ("max_pool: {kernel: 2}", "max_pool: {kernel: 2, stride: 2, padding: valid, round: floor}"),
    ("avg_pool: {kernel: [2, 3]}", "avg_pool: {kernel: [2, 3], stride: [2, 3], count_padding: true}"),
    ("subsample: {kernel: 2}", "subsample: {kernel: 2, stride: 2}"),
    ("depth_pool: {kernel: 2}", "depth_pool: {kernel: 2, stride: 2, mode: max}"),
    ("upsample: {by: 2}", "upsample: {size: [18, 22], mode: nearest}"),
    ("reshape: {shape: [-1, 9, 11]}", "reshape: {shape: [4, 9, 11]}"),
    ("crop: {size: [5, 5]}", "crop: {size: 5, offset: [2, 3]}"),
    ("pad: {padding: 1}", "pad: {padding: [1, 1, 1, 1], channels: [0, 0], mode: constant, value: 0}"),
    ("batch_norm", "batch_norm: {epsilon: 0.00001, momentum: 0.1}"),
    ("concat", "concat: {axis: channels}"),
  ]) func anotherSpellingIsNoDifference(_ a: String, _ b: String) throws {
    let diff = GraphDiff(try Self.graph("  - \(a)\n  - relu"), try Self.graph("  - \(b)\n  - relu"))
    #expect(diff.isEmpty, "\(diff.changed.map(\.fields))")
  }

  @Test(arguments: [
    ("conv: {out: 8, kernel: 3, padding: half}", "conv: {out: 8, kernel: 3, padding: [2, 0, 1, 1]}", ["padding"]),
    ("max_pool: {kernel: 3}", "max_pool: {kernel: 3, stride: 2}", ["stride"]),
    ("upsample: {by: 1.5}", "upsample: {size: [13, 16]}", ["by"]),
    ("crop: {size: 5}", "crop: {size: 5, offset: 0}", ["offset"]),
    ("dropout: {rate: 0.5}", "dropout: {rate: 0.2}", ["rate"]),
    ("batch_norm", "batch_norm: {momentum: 0.2}", ["momentum"]),
  ]) func whatMeansSomethingElseIsOne(_ a: String, _ b: String, _ fields: [String]) throws {
    let diff = GraphDiff(try Self.graph("  - \(a)\n  - relu"), try Self.graph("  - \(b)\n  - relu"))
    #expect(diff.changed.first?.fields.map(\.name) == fields)
  }

  /// Two networks that differ everywhere: the pairs that are tried grow with the layers, not with their square.
  @Test func theSearchGrowsWithTheLength() {
    func tries(_ count: Int) -> Int {
      var tries = 0
      let pairs = Alignment.pairs(Array(0..<count), Array(count..<2 * count)) { left, right in
        tries += 1
        return left % 7 == right % 5 ? 1 : 0
      }
      #expect(!pairs.isEmpty)
      return tries
    }
    let (some, many) = (tries(4000), tries(16_000))
    #expect(many < 6 * some)
  }

  @Test func whatMovedFarIsFoundInALongList() {
    // 3,000 unlike elements, of which 600 are put in before.
    let right = Array(10_000..<10_600) + Array(0..<3000)
    let pairs = Alignment.pairs(Array(0..<3000), right) { left, index in left == right[index] ? 5 : 1 }
    #expect(pairs.count == 3000)
    #expect(pairs.allSatisfy { $0.left + 600 == $0.right })
  }
}
