import Analysis
import Diagnostics
import Frontend
import GraphIR
import NetworkWeights
import Pictures
import RandomSpecs
import Reports
import SpecLanguage
import SwiftEmission
import Testing

/// Specs drawn at random through every stage: what `check` accepts, the others accept, and say the same of.
@Suite("Random specs through every stage") struct EveryStageTests {
  @Test(arguments: 0..<Drawn.parts) func areTakenByAll(_ part: Int) {
    var (built, tried) = (0, 0)
    for seed in Drawn.seeds(part, of: 40) {
      for network in DrawnNetwork.all(seed: seed) {
        tried += 1
        guard let spec = network.compilation.spec, let graph = network.compilation.graph else {
          #expect(network.compilation.hasErrors, "\(network.name) is refused without a word")
          continue
        }
        built += 1
        #expect(graph.violation == nil, "\(network.name)")
        #expect(Totals(graph.nodes).trainable < 12_500_000, "\(network.name) has more than 50 MB of weights")
        checkCode(network, graph, spec)
        checkExpansion(network, graph, spec)
        checkReports(network, graph)
        checkFindings(network.compilation, network.name)
      }
    }
    // Most of them are networks, or nothing is tested here.
    #expect(built * 10 >= tried * 7, "\(built) of \(tried) build")
  }

  /// Swift code is made, with the spec's blocks and the tensors that it gives.
  private func checkCode(_ network: DrawnNetwork, _ graph: Graph, _ spec: Spec) {
    #expect(throws: Never.self, "\(network.name)") {
      var options = SwiftOptions()
      options.fixedTensors = try graph.fixedTensors(from: MemoryFiles(texts: network.texts))
      let result = try SwiftGenerator.generate(
        graph, spec: spec, sources: network.compilation.sources, options: options)
      #expect(result.reasonForPlain == nil, "\(network.name)")
    }
  }

  /// What the network expands to is the network, and `diff` finds no difference.
  private func checkExpansion(_ network: DrawnNetwork, _ graph: Graph, _ spec: Spec) {
    #expect(GraphDiff(graph, graph).isEmpty, "\(network.name)")
    for flat in [false, true] {
      let text = ExpandedSpec.render(graph, spec: spec, sources: network.compilation.sources, flat: flat)
      let name = "\(network.name), \(flat ? "flat" : "expanded")"
      var texts = network.texts
      texts["expanded.yaml"] = text
      let compilation = Compilation("expanded.yaml", files: MemoryFiles(texts: texts))
      guard let expanded = compilation.graph else {
        Issue.record("\(name) does not build: \(compilation.diagnostics.first?.message ?? "")\n\(text)")
        continue
      }
      #expect(expanded.inputs == graph.inputs, "\(name)")
      #expect(expanded.nodes.map(\.keyword) == graph.nodes.map(\.keyword), "\(name)")
      #expect(expanded.nodes.map(\.inputs) == graph.nodes.map(\.inputs), "\(name)")
      #expect(expanded.nodes.map(\.output) == graph.nodes.map(\.output), "\(name)")
      #expect(expanded.nodes.map(\.parameters) == graph.nodes.map(\.parameters), "\(name)")
      #expect(expanded.nodes.map(\.sharedWith) == graph.nodes.map(\.sharedWith), "\(name)")
      #expect(expanded.outputs.map(\.value) == graph.outputs.map(\.value), "\(name)")
      #expect(expanded.heads.map(\.output) == graph.heads.map(\.output), "\(name)")
      #expect(expanded.heads.map(\.weight) == graph.heads.map(\.weight), "\(name)")
      let difference = GraphDiff(graph, expanded)
      #expect(flat || difference.isEmpty, "\(name): \(DiffReport.text(difference))")
      for report in [DiffReport.markdown(difference), DiffJSON.render(difference)] {
        #expect(!report.isEmpty, "\(name)")
      }
    }
  }

  private func checkReports(_ network: DrawnNetwork, _ graph: Graph) {
    #expect(
      TextReport.render(graph).contains(graph.name) && MarkdownReport.render(graph).contains(graph.name),
      "\(network.name)")
    let json = GraphJSON.write(graph)
    let again = try? GraphJSON.read(Array(json.utf8))
    #expect(again.map { GraphJSON.write($0) } == json, "\(network.name)")
    for depth in [1, nil] {
      let picture = Picture(of: graph, depth: depth)
      var blocks = PictureOptions()
      blocks.style = .blocks
      for text in [picture.svg(), picture.html(), picture.svg(blocks)] {
        #expect(text.contains("</svg>"), "\(network.name)")
      }
      #expect(!picture.dot().isEmpty && !picture.mermaid().isEmpty && !picture.tikz(blocks).isEmpty, "\(network.name)")
    }
  }

  /// Lints, or fixes, and all that is printed of findings.
  private func checkFindings(_ compilation: Compilation, _ name: String) {
    var compilation = compilation
    compilation.lint(isThorough: true)
    let renderer = DiagnosticRenderer(sources: compilation.sources)
    for finding in compilation.diagnostics {
      #expect(!renderer.render(finding).isEmpty && !finding.message.contains("fault of cnnc"), "\(name)")
    }
  }

  // MARK: Damaged specs

  /// A spec with something wrong ends in a network or in findings, and a fix that is offered mends what it is offered for.
  @Test(arguments: 0..<Drawn.parts) func areMendedOrExplained(_ part: Int) {
    var refused = 0
    for seed in Drawn.seeds(part, of: 80) {
      let random = RandomSpec(seed: seed)
      var texts = random.files
      texts[random.path] = random.damaged()
      var compilation = Compilation(random.path, files: MemoryFiles(texts: texts))
      guard compilation.graph == nil else {
        checkFindings(compilation, "seed \(seed), damaged")
        continue
      }
      refused += 1
      #expect(compilation.hasErrors, "seed \(seed), damaged, is refused without a word")
      let before = Self.errors(compilation)
      // What reading alone proposes hides what building will say.
      let offered = Set(compilation.diagnostics.flatMap(\.fixes))
      compilation.addFixes(within: .milliseconds(150))
      checkFindings(compilation, "seed \(seed), damaged")
      for fix in compilation.diagnostics.flatMap(\.fixes) where !offered.contains(fix) {
        let source = compilation.sources[fix.edit.span.source]
        var mended = texts
        mended[source.path] = source.applying([fix.edit])
        let after = Self.errors(Compilation(random.path, files: MemoryFiles(texts: mended)))
        #expect(after.isStrictSubset(of: before), "seed \(seed): \(fix.description): \(after)")
      }
      // The search takes its time, which is why not all are made.
      if (seed / UInt64(Drawn.parts)).isMultiple(of: 4) {
        checkApplication(of: texts, path: random.path, "seed \(seed), damaged")
      }
    }
    #expect(refused > 0)
  }

  /// What is mended unasked is mended at once: nothing is left to change in the texts that come out.
  private func checkApplication(of texts: [String: String], path: String, _ name: String) {
    func applied(to texts: [String: String]) -> FixApplication {
      func compile(_ files: any FileAccess) -> Compilation {
        var compilation = Compilation(path, files: files)
        compilation.addFixes(within: .seconds(60))
        return compilation
      }
      let files = MemoryFiles(texts: texts)
      return FixApplication(compile(files), over: files, compile: compile)
    }
    let once = applied(to: texts)
    guard !once.changes.isEmpty else { return }
    let twice = applied(to: texts.merging(once.texts) { $1 })
    #expect(twice.changes.isEmpty, "\(name): \(once.changes), then \(twice.changes)")
  }

  /// What is wrong, without the places, which a fix moves.
  private static func errors(_ compilation: Compilation) -> Set<String> {
    Set(compilation.diagnostics.filter { $0.severity == .error }.map(\.message))
  }
}
