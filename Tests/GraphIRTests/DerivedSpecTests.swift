import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import Testing

/// A spec that is another file's network under other parameters.
@Suite struct DerivedSpecTests {
  private let base = """
    cnnc: 1
    model: Base
    summary: The base
    params: {out: int = 4, act: layer = relu, twice: int = 2 * out}
    input: {channels: 3, size: 8}
    defaults: {conv: {bias: false}}
    layers: [conv: {out: out, kernel: 1}, use: act, conv: {out: twice, kernel: 1}]
    expect: {params: 44}
    variants: {wide: {out: 8}}
    sweeps: {t: {over: {out: [4]}, expect: {params: [44]}}}
    labels: [a, b]
    """

  private func read(
    _ text: String, more: [String: String] = [:], options: BuildOptions = BuildOptions()
  ) -> Compilation {
    var files = ["d/own.yaml": text, "d/base.yaml": base]
    files.merge(more) { _, new in new }
    return Compilation("d/own.yaml", options: options, files: MemoryFiles(texts: files))
  }

  private func graph(_ text: String, options: BuildOptions = BuildOptions()) throws -> Graph {
    let compilation = read(text, options: options)
    #expect(compilation.diagnostics.map(\.message) == [])
    return try #require(compilation.graph)
  }

  @Test func theOtherNetworkIsBuiltWithItsParameters() throws {
    let own = try graph(
      "cnnc: 1\nmodel: Own\nnetwork: base.yaml\nparams: {out: 2 * 3, act: {leaky_relu: {slope: 0.2}}}\nexpect: {params: 90}"
    )
    #expect(own.name == "Own" && own.file == "d/own.yaml" && own.summary == "The base")
    #expect(own.nodes.map(\.keyword) == ["conv", "leaky_relu", "conv"])
    #expect(own.nodes.last?.output == .maps(12, 8, 8))
  }

  @Test func variantsAndFiguresAreItsOwn() throws {
    let text = "cnnc: 1\nnetwork: base.yaml\nvariants: {narrow: {out: 1, expect: {params: 5}}}\n"
    var options = BuildOptions()
    options.variant = "narrow"
    #expect(try graph(text, options: options).nodes.first?.output == .maps(1, 8, 8))
    let spec = try #require(read(text).spec)
    #expect(spec.model == "own" && spec.variants.map(\.name) == ["narrow"])
    #expect(spec.sweeps.isEmpty && spec.expectation == nil && spec.labels != nil)
  }

  @Test func oneMayLeadToAnother() throws {
    let compilation = read(
      "cnnc: 1\nnetwork: middle.yaml\nparams: {twice: 7}",
      more: ["d/middle.yaml": "cnnc: 1\nnetwork: base.yaml\nparams: {out: 5}\n"])
    #expect(compilation.graph?.nodes.map(\.output) == [.maps(5, 8, 8), .maps(5, 8, 8), .maps(7, 8, 8)])
  }

  @Test(arguments: [
    ("network: base.yaml\nlayers: [relu]", "spec.conflict", 3, 1), ("network: ../base.yaml", "spec.import", 2, 10),
    ("network: [a]", "spec.wrong-type", 2, 10),
    ("network: base.yaml\nparams: {uot: 3}", "spec.unknown-parameter", 3, 10),
    ("network: base.yaml\nparams: {out: [a]}", "spec.wrong-type", 3, 15),
    ("network: base.yaml\nepxect: {}", "spec.unknown-key", 3, 1), ("network: own.yaml", "spec.import", 2, 10),
    ("network: gone.yaml", "spec.unreadable-file", 2, 10), ("network: circle.yaml", "spec.import", 2, 10),
  ]) func whatIsWrongIsSaid(_ text: String, _ id: String, _ line: Int, _ column: Int) throws {
    let compilation = read("cnnc: 1\n" + text, more: ["d/circle.yaml": "cnnc: 1\nnetwork: own.yaml\n"])
    #expect(compilation.spec == nil)
    let found = try #require(compilation.diagnostics.first)
    #expect(found.id.rawValue == id, "\(found.message)")
    #expect(found.span.start == Position(line: line, column: column))
  }
}
