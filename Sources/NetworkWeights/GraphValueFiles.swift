import Diagnostics
import GraphIR
import Layers
import SpecLanguage

extension Graph {
  private struct ValueFile: Hashable {
    var name: String
    var source: Int
    var shape: [Int]
  }

  /// What is wrong with the files from which layers have values: missing, elsewhere, malformed, of other sizes. Each is read
  /// once for a shape, and a finding points at the field that names it.
  package func valueFileFindings(from files: some FileAccess) -> [Diagnostic] {
    var seen: Set<ValueFile> = []
    var findings: [Diagnostic] = []
    for node in nodes {
      for parameter in node.ownParameters {
        let values =
          node.layer.givenValues(of: parameter.name)
          ?? node.layer.tensorSettings.initializer(of: parameter.name)?.values
        guard let name = values?.file,
          seen.insert(ValueFile(name: name, source: node.span.source.index, shape: parameter.shape)).inserted
        else { continue }
        do throws(FixedTensorError) {
          _ = try TensorFile(name, of: node, in: self).numbers(for: parameter.shape, from: files)
        } catch {
          let id: DiagnosticID = error.isUnreadable ? .unreadableFile : .wrongType
          findings.append(Diagnostic(id, error.description, at: Self.span(naming: name, of: node)))
        }
      }
    }
    return findings
  }

  /// The place where a node's field names a file.
  private static func span(naming file: String, of node: Node) -> Span {
    for attribute in node.attributes {
      let isNamed =
        switch attribute.value {
        case .text(let text): text == file
        case .initializers(let list): list.contains { $0.values?.file == file }
        default: false
        }
      guard isNamed else { continue }
      switch attribute.origin {
      case .written(let span), .defaults(let span): return span
      case .inferred: continue
      }
    }
    return node.span
  }
}
