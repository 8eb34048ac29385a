import Diagnostics
import Foundation
import Frontend
import GraphIR
import SpecLanguage
import Testing

/// Networks to draw.
enum Networks {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let specs = folder.appendingPathComponent("../../specs").standardized
  static let golden = folder.appendingPathComponent("Golden")

  /// The specs of the repository.
  static let published: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: specs.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  /// Their networks, each built once.
  private static let graphs: [String: Graph] = {
    var graphs: [String: Graph] = [:]
    for name in published { graphs[name] = Compilation(specs.appendingPathComponent(name).path).graph }
    return graphs
  }()

  static func published(_ name: String) throws -> Graph {
    try #require(graphs[name], "\(name) does not fit together")
  }

  /// A network of the given layers.
  static func text(
    _ layers: String, blocks: String = "", more: String = "", inputs: String = "input: {channels: 4, size: 16}"
  ) throws -> Graph {
    let text = """
      cnnc: 1
      model: M
      \(inputs)
      defaults: {conv: {padding: half}}
      \(blocks)
      layers:
      \(layers)
      \(more)
      """
    let built = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text])).graph
    return try #require(built, "the spec does not fit together")
  }

  /// A U-Net in small: two skips that are no residuals.
  static func unet() throws -> Graph {
    try text(
      """
        - {name: d1, Double: {out: 8}}
        - max_pool: {kernel: 2}
        - {name: d2, Double: {out: 16}}
        - max_pool: {kernel: 2}
        - {name: bottom, Double: {out: 16}}
        - {name: u2, upsample: {by: 2}}
        - {from: [u2, d2], concat}
        - {name: d3, Double: {out: 8}}
        - {name: u1, upsample: {by: 2}}
        - {from: [u1, d1], concat}
        - {name: mask, conv: {out: 2, kernel: 1}}
      """,
      blocks: """
        blocks:
          Double:
            params: {out: int}
            layers: [conv: {out: out, kernel: 3}, relu, conv: {out: out, kernel: 3}, relu]
        """)
  }
}
