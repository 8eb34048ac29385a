import Analysis
import Diagnostics
import Frontend
import GraphIR
import Reports
import SpecLanguage
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The time of a check grows with what is read, not with its square: specs of one repetition at two sizes.
///
/// Times are those of the thread's processor, so that other work on the machine does not count. Eight times the size may take
/// four times eight times as long, for logarithms and noise; a square would take sixty-four times. What takes longer than that
/// is given two more attempts.
@Suite("Time against size", .serialized) struct ScalingTests {
  private static let growth = 8
  private static let head = "cnnc: 1\nmodel: T\ninput: {channels: 3, size: 8}\n"

  /// What is repeated, with the spec of a size.
  static let repetitions: [(name: String, size: Int, text: @Sendable (Int) -> String)] = [
    ("layers", 200, { n in "layers: [" + Array(repeating: "relu", count: n).joined(separator: ", ") + "]\n" }),
    ("copies", 400, { n in "layers: [{repeat: \(n), relu}]\n" }),
    (
      "named copies", 200,
      { n in "layers: [{repeat: \(n), name: a$(i), seq: [relu, {name: b, conv: {out: 3, kernel: 1}}]}]\n" }
    ),
    (
      "heads", 150,
      { n in "layers: [{name: a, relu}]\naux:\n" + (0..<n).map { "  h\($0): {from: a, relu}\n" }.joined() }
    ),
    (
      "outputs", 150,
      { n in "layers: [{name: a, relu}]\noutputs: {" + (0..<n).map { "o\($0): a" }.joined(separator: ", ") + "}\n" }
    ),
    (
      "parameters and near misses", 150,
      { n in
        "params:\n" + (0..<n).map { "  parameter\($0): int = 1\n" }.joined() + "layers:\n"
          + (0..<40).map { "  - conv: {out: paramete_\($0), kernel: 1}\n" }.joined()
      }
    ),
    (
      "names and near misses", 150,
      { n in
        "layers:\n" + (0..<n).map { "  - {name: node\($0), relu}\n" }.joined()
          + (0..<40).map { "  - {from: nod_\($0), relu}\n" }.joined()
      }
    ),
    (
      "later names", 150,
      { n in
        "layers:\n" + (0..<40).map { "  - {from: node\($0), relu}\n" }.joined()
          + (0..<n).map { "  - {name: node\($0), relu}\n" }.joined()
      }
    ),
    (
      "blocks", 100,
      { n in
        "blocks:\n" + (0..<n).map { "  B\($0): {layers: [conv: {out: 4, kernel: 1}]}\n" }.joined() + "layers:\n"
          + (0..<n).map { "  - B\($0)\n" }.joined()
      }
    ),
    (
      "functions", 100,
      { n in
        "functions:\n" + (0..<n).map { "  f\($0)(x): x + \($0)\n" }.joined() + "layers:\n"
          + (0..<n).map { "  - conv: {out: f\($0)(1), kernel: 1}\n" }.joined()
      }
    ),
    (
      "rows", 100,
      { n in
        "layers: [for_each: {rows: [" + (0..<n).map { "{w: \($0 + 1)}" }.joined(separator: ", ")
          + "], layers: [conv: {out: w, kernel: 1}]}]\n"
      }
    ),
    (
      "inputs of a join", 400,
      { n in
        "layers: [{name: a, relu}, {from: [" + Array(repeating: "a", count: n).joined(separator: ", ") + "], add}]\n"
      }
    ),
    (
      "open parentheses", 400,
      { n in
        "layers: [{name: a, relu}, {from: [" + Array(repeating: "a(", count: n).joined(separator: ", ") + "], add}]\n"
      }
    ),
    (
      "branches", 100,
      { n in
        "layers:\n  - branches: [" + Array(repeating: "relu", count: n).joined(separator: ", ") + "]\n    join: add\n"
      }
    ),
    (
      "lints", 100,
      { n in
        "layers:\n"
          + Array(repeating: "  - conv: {out: 65, kernel: 1}\n  - batch_norm\n  - relu\n  - relu\n", count: n).joined()
      }
    ),
    ("unknown keys", 200, { n in "layers: [conv: {" + (0..<n).map { "k\($0): 1, " }.joined() + "}]\n" }),
    (
      "variants", 150,
      { n in
        "params: {w: int = 1}\nlayers: [conv: {out: w, kernel: 1}]\nvariants:\n"
          + (0..<n).map { "  v\($0): {w: \($0 + 1)}\n" }.joined()
      }
    ),
    ("a long key", 2000, { n in "layers: [relu]\n\(String(repeating: "k", count: n)): 1\n" }),
    (
      "a long name of signs beyond ASCII", 1000,
      { n in "layers: [{name: \"\(String(repeating: "é", count: n))\", relu}]\n" }
    ),
  ]

  /// The seconds of processor time that something takes; the best of three attempts, or the first that takes no longer than
  /// `bound`.
  private func seconds(bound: Double = 0, _ body: () -> Void) -> Double {
    var best = Double.infinity
    for _ in 0..<3 where best > bound {
      let start = clock_gettime_nsec()
      body()
      best = min(best, Double(clock_gettime_nsec() - start) / 1e9)
    }
    return best
  }

  /// That the large one of two takes no more than its size allows; less than a few milliseconds is noise.
  private func expectGrowth(_ name: String, _ small: () -> Void, _ large: () -> Void) {
    let first = seconds(small)
    let bound = max(first, 0.002) * Double(4 * Self.growth)
    let second = seconds(bound: bound, large)
    #expect(second < bound, "\(name): \(first) s, then \(second) s")
  }

  /// Reads a spec, builds it, looks through it with lints and reports it.
  private func check(_ text: String) {
    var compilation = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text]))
    let renderer = DiagnosticRenderer(sources: compilation.sources)
    for finding in compilation.diagnostics { _ = renderer.render(finding) }
    guard let graph = compilation.graph else { return }
    compilation.lint()
    _ = TextReport.render(graph)
  }

  private func clock_gettime_nsec() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  @Test("grows no faster than the text", arguments: repetitions.indices)
  func growsWithTheText(_ index: Int) {
    let (name, size, text) = Self.repetitions[index]
    let (small, large) = (Self.head + text(size), Self.head + text(size * Self.growth))
    expectGrowth(name, { check(small) }, { check(large) })
  }

  /// What is written of a network, and what two differ in: as many layers of each kind of repetition, all of them changed.
  @Test(
    "writes no faster than the network grows",
    arguments: ["copies", "heads", "blocks", "names"])
  func writingGrowsWithTheNetwork(_ name: String) throws {
    func text(_ n: Int, _ field: String) -> String {
      let conv = "conv: {out: 3, kernel: 1\(field)}"
      switch name {
      case "heads":
        return "layers: [{name: a, relu}]\naux:\n" + (0..<n).map { "  h\($0): {from: a, \(conv)}\n" }.joined()
      case "blocks":
        return "blocks:\n" + (0..<n).map { "  B\($0): {layers: [\(conv)]}\n" }.joined() + "layers:\n"
          + (0..<n).map { "  - B\($0)\n" }.joined()
      case "names": return "layers:\n" + (0..<n).map { "  - {name: node\($0), \(conv)}\n" }.joined()
      default: return "layers: [{repeat: \(n), \(conv)}]\n"
      }
    }
    func writing(_ n: Int) throws -> () -> Void {
      let networks = try [text(n, ""), text(n + 7, ", bias: false")].map { try network(Self.head + $0) }
      return {
        let (graph, spec, sources) = networks[0]
        _ = ExpandedSpec.render(graph, spec: spec, sources: sources, flat: false)
        _ = ExpandedSpec.render(graph, spec: spec, sources: sources, flat: true)
        _ = GraphJSON.write(graph)
        let difference = GraphDiff(graph, networks[1].graph)
        _ = (DiffReport.text(difference), DiffReport.markdown(difference), DiffJSON.render(difference))
      }
    }
    expectGrowth(name, try writing(100), try writing(100 * Self.growth))
  }

  private func network(_ text: String) throws -> (graph: Graph, spec: Spec, sources: SourceTable) {
    let compilation = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text]))
    return (try #require(compilation.graph), try #require(compilation.spec), compilation.sources)
  }

  /// What expands without an end stops at a bound that is met soon.
  @Test(arguments: [
    "layers: [{repeat: 1000000, relu}]\n", "layers: [{repeat: 100000, seq: [relu, relu6]}]\n",
    "layers: [for_each: {rows: 100000, layers: [{when: false, relu}, {when: false, relu}, {when: false, relu}, {when: false, relu}, {when: false, relu}]}]\n",
  ])
  func expansionsStop(_ text: String) throws {
    let compilation = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": Self.head + text]))
    let attempt = try #require(compilation.attempt)
    #expect(attempt.diagnostics.diagnostics.map(\.id) == [.limit])
    #expect(attempt.nodes.count <= 100_000 && attempt.items <= 400_001)
  }

  /// Four kilobytes of expressions that would take minutes.
  @Test func expressionsStop() throws {
    let sum = "x" + String(repeating: "+x", count: 1800)
    let calls = Array(repeating: "f(x)", count: 25).joined(separator: "+")
    let text = "functions:\n  f(x): \(sum)\n  g(x): \(calls)\nlayers:\n  - {repeat: 3000, leaky_relu: {slope: g(i)}}\n"
    let compilation = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": Self.head + text]))
    let attempt = try #require(compilation.attempt)
    #expect(attempt.diagnostics.diagnostics.map(\.id) == [.limit])
    #expect(attempt.nodes.count < 100)
  }
}
