import GraphIR
import Reports
import Testing

/// Folding, truncation, colors and what hostile specs may not do to a terminal.
@Suite struct TextTableTests {
  private func lines(_ layers: String, _ options: TextReport.Options = .init(), more: String = "") throws -> [String] {
    let graph = try Built.text(spec(layers, more: more)).required()
    return TextReport.render(graph, options: options).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
  }

  @Test func equalNeighboursAreOneLine() throws {
    let layers = "  - for_each: {rows: 3, layers: [relu]}\n  - conv: {out: 3, kernel: 1}\n  - conv: {out: 3, kernel: 1}"
    let lines = try lines(layers, .init(columns: [.layer, .kind, .params]))
    #expect(
      lines[3...7] == [
        "layer    kind         params", "────────────────────────────", "relu1–3  relu ×3",
        "conv1–2  conv ×2 1×1      24", "────────────────────────────",
      ])
  }

  @Test func namesThatDoNotCountAreListed() throws {
    let layers = "  - {name: up, relu}\n  - {name: down, relu}"
    #expect(try lines(layers, .init(columns: [.layer]))[5] == "up…down")
  }

  @Test func longArgumentsAreLeftOutFromTheEnd() throws {
    let block =
      """
      blocks:
        Wide:
          params: {first_argument: int = 1, second_argument: int = 2, third_argument: int = 3}
          layers: [relu, sigmoid]
      """
    let options = TextReport.Options(columns: [.layer, .kind, .output], width: 64)
    let lines = try lines("  - Wide", options, more: block)
    #expect(lines[5] == "wide1  Wide (first_argument: 1, second_argument: 2, …)  3×32×32")
    #expect(lines[5].count <= 64)
  }

  @Test func figuresOfAnExpandedCopyAreThoseOfOne() throws {
    let block = "blocks: {Unit: {layers: [conv: {out: 3, kernel: 1}, relu]}}"
    let layers = "  - {name: a, Unit}\n  - {name: b, Unit}"
    let folded = try lines(layers, .init(columns: [.layer, .kind, .params]), more: block)
    #expect(folded[5] == "a–b    Unit ×2      24")
    let expanded = try lines(layers, .init(depth: 2, columns: [.layer, .kind, .params]), more: block)
    #expect(expanded[5...7] == ["a–b      Unit ×2, each      12", "  conv1  conv 1×1           12", "  relu1  relu"])
  }

  @Test func colorsSetOffOnly() throws {
    let plain = try lines("  - conv: {out: 3, kernel: 1}\n  - relu")
    let colored = try lines("  - conv: {out: 3, kernel: 1}\n  - relu", .init(color: true))
    #expect(plain.allSatisfy { !$0.contains("\u{1B}") })
    #expect(colored.contains { $0.hasPrefix("\u{1B}[2mrelu1") })
    #expect(colored.map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") } == plain)
  }

  @Test func controlCharactersDoNotReachTheTerminal() throws {
    let lines = try lines("  - relu", more: "summary: \"red \\e[31m alert\"")
    #expect(lines[1] == "red \\u{1B}[31m alert")
  }

  @Test func projectionsAreNamedTogether() throws {
    let lines = try TextReport.render(Built.spec("resnet50").required()).split(separator: "\n")
    #expect(
      lines.suffix(2) == [
        "note: 4 projections added: layer1.0.downsample, layer2.0.downsample, layer3.0.downsample,",
        "      layer4.0.downsample",
      ])
  }

  @Test(arguments: ["resnet50", "densenet121", "googlenet", "efficientnet", "vgg16", "inception_v3", "nin"])
  func realNetworksKeepToAHundredColumns(_ name: String) throws {
    let lines = try TextReport.render(Built.spec(name).required()).split(separator: "\n")
    for line in lines.drop(while: { !$0.hasPrefix("layer ") }) { #expect(line.count <= 100) }
  }
}
