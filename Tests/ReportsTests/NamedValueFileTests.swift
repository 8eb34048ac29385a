import Analysis
import Diagnostics
import Frontend
import GraphIR
import NetworkWeights
import Reports
import SpecLanguage
import Testing

/// Files of values that imported files name from their own folder, in a spec that is written out.
@Suite("Value files of expanded specs") struct NamedValueFileTests {
  private static let files = [
    "specs/net.yaml": """
    cnnc: 1
    import: [blocks/parts.yaml]
    input: {channels: 3, size: 4}
    layers:
      - Part
      - conv: {out: 1, kernel: 1, init: {file: own.txt}}
      - flatten
      - Distances
    """,
    "specs/blocks/parts.yaml": """
    cnnc: 1
    import: [deep/more.yaml]
    blocks:
      Part: {layers: [conv: {out: 1, kernel: 1, init: {weight: {file: k.txt}, bias: zeros}}]}
    """,
    "specs/blocks/deep/more.yaml": """
    cnnc: 1
    blocks:
      Distances: {layers: [rbf: {out: 1, centers: centers.txt}]}
    """,
    "specs/own.txt": "4", "specs/blocks/k.txt": "1 2 3",
    "specs/blocks/deep/centers.txt": "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
  ]

  private func tensors(_ graph: Graph, _ files: MemoryFiles) throws -> [[Float]] {
    let first = try graph.initialTensors(from: files).map { tensor in
      tensor.initialization.values(count: tensor.shape.reduce(1, *), name: "", seed: 0)
    }
    return first + (try graph.fixedTensors(from: files).map(\.values))
  }

  @Test(
    "are named from the folder of the spec", arguments: [false, true], ["specs/net.yaml", "./specs/x/../net.yaml"])
  func relocated(flat: Bool, path: String) throws {
    var texts = Self.files
    texts[path] = texts["specs/net.yaml"]
    let compilation = Compilation(path, files: MemoryFiles(texts: texts))
    let graph = try #require(compilation.graph, "\(compilation.diagnostics.map(\.message))")
    let text = ExpandedSpec.render(graph, spec: compilation.spec, sources: compilation.sources, flat: flat)
    for name in ["own.txt", "blocks/k.txt", "blocks/deep/centers.txt"] {
      #expect(text.contains("\"\(name)\""), "\(text)")
    }
    texts["specs/expanded.yaml"] = text
    let files = MemoryFiles(texts: texts)
    let again = try #require(Compilation("specs/expanded.yaml", files: files).graph)
    #expect(again.valueFileFindings(from: files).isEmpty)
    #expect(try tensors(again, files) == tensors(graph, files))
  }

  /// The file of values is one, by its path from the folder of the block or from that of the spec.
  @Test("are no difference to the spec", arguments: ["specs/expanded.yaml", "expanded.yaml"])
  func sameNetwork(path: String) throws {
    var texts = Self.files
    let compilation = Compilation("specs/net.yaml", files: MemoryFiles(texts: texts))
    let graph = try #require(compilation.graph)
    func expanded(_ change: @escaping (String) -> String) throws -> Graph {
      let folder = path.hasPrefix("specs/") ? "" : "specs/"
      texts[path] = ExpandedSpec.render(
        graph, spec: compilation.spec, sources: compilation.sources, flat: false, fileName: { change(folder + $0) })
      return try #require(Compilation(path, files: MemoryFiles(texts: texts)).graph)
    }
    let same = GraphDiff(graph, try expanded { $0 })
    #expect(same.isEmpty, "\(same.changed.map(\.fields))")
    let other = GraphDiff(graph, try expanded { $0.replacing("k.txt", with: "own.txt") })
    #expect(other.changed.map { $0.fields.map(\.name) } == [["init"]])
  }
}
