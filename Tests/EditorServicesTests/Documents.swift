import Diagnostics
import EditorServices
import Foundation
import SpecLanguage
import Testing

/// Texts with a place in them, marked by `|`.
struct MarkedText {
  var text: String
  var place: Position

  init(_ marked: String) {
    let parts = marked.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    text = parts.joined()
    let lines = parts[0].split(separator: "\n", omittingEmptySubsequences: false)
    place = Position(line: lines.count, column: (lines.last?.unicodeScalars.count ?? 0) + 1)
  }
}

enum Documents {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../specs")
    .standardized

  /// The specs of the repository that have layers or blocks, by path.
  static let specs: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { folder.appendingPathComponent($0).path }
  }()

  static func snapshot(
    _ text: String, path: String = "/nets/net.yaml", previous: DocumentSnapshot? = nil, files: [String: String] = [:],
    settings: EditorSettings = EditorSettings(), choice: ViewChoice = ViewChoice()
  ) -> DocumentSnapshot {
    var all = files
    all[path] = text
    return DocumentSnapshot.of(
      path, Array(text.utf8), settings: settings, choice: choice, previous: previous, files: MemoryFiles(texts: all))
  }

  static func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  /// A spec of the repository as it is on the disk.
  static func snapshot(of path: String) throws -> DocumentSnapshot {
    DocumentSnapshot.of(path, Array(try read(path).utf8), files: DiskFiles())
  }

  static let small = """
    cnnc: 1
    model: Small
    params: {width: int = 16, act: layer = relu}
    functions:
      twice(c): 2 * c
    input: {channels: 3, size: 32}
    blocks:
      ConvBN:
        params: {out: int, stride: int = 1}
        seq: [conv: {out: out, kernel: 3, stride: stride, padding: half, bias: false}, batch_norm]
      Basic:
        params: {out: int, stride: int = 1}
        layers:
          - residual:
              - ConvBN: {out: out, stride: stride}
              - use: act
              - ConvBN: {out: out}
            shortcut: {name: down, project: {conv: {kernel: 1}}}
          - relu
    layers:
      - {name: stem, conv: {out: width, kernel: 3, padding: half}}
      - {name: layer1, Basic: {out: twice(width), stride: 2 if first else 1}, repeat: 2}
      - {name: skip, from: stem, conv: {out: stem.c, kernel: 1, stride: 2}}
      - {from: [layer1, skip], concat}
      - global_avg_pool
      - flatten
      - {name: fc, linear: {out: 10}}
    variants:
      wide: {width: 32}

    """
}
