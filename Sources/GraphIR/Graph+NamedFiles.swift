import Diagnostics
import Layers

extension Graph {
  /// A field's value with the files that it names, which an imported file names from its own folder, named from the folder
  /// of the spec; a value without files is itself.
  package func namingFilesFromSpec(_ value: FieldValue, of node: Node) -> FieldValue {
    guard let folder = folder(of: node.span.source) else { return value }
    return value.renamingFiles(of: node) { folder + $0 }
  }

  /// The files that layers have values from, named from the folder of the spec.
  package var valueFiles: [String] {
    var result: [String] = []
    for node in nodes {
      for attribute in node.attributes {
        _ = namingFilesFromSpec(attribute.value, of: node).renamingFiles(of: node) { name in
          if !result.contains(name) { result.append(name) }
          return name
        }
      }
    }
    return result
  }

  /// `blocks/` of a file that is imported from there; nil for the spec and what stands beside it.
  private func folder(of source: SourceID) -> String? {
    guard let root = files.first, files.indices.contains(source.index) else { return nil }
    let (own, base) = (Self.steps(toFolderOf: files[source.index]), Self.steps(toFolderOf: root))
    guard own.count > base.count, own.starts(with: base) else { return nil }
    return own.dropFirst(base.count).joined(separator: "/") + "/"
  }

  /// The folders that lead to a file, `.` and what `..` takes back left out.
  package static func steps(toFolderOf path: String) -> [Substring] {
    path.split(separator: "/", omittingEmptySubsequences: false).dropLast().reduce(into: []) { steps, step in
      if step == "..", let last = steps.last, last != "..", !last.isEmpty {
        steps.removeLast()
      } else if step != ".", !step.isEmpty || steps.isEmpty {
        steps.append(step)
      }
    }
  }
}

extension FieldValue {
  /// The value of a node's field with the files that it names, as values of tensors, called by other names.
  package func renamingFiles(of node: Node, _ rename: (String) -> String) -> FieldValue {
    switch self {
    case .text(let name) where node.ownParameters.contains { node.layer.givenValues(of: $0.name) == .file(name) }:
      return .text(rename(name))
    case .initializers(let list):
      return .initializers(
        list.map { initializer in
          guard let name = initializer.values?.file else { return initializer }
          var renamed = initializer
          renamed.values = .file(rename(name))
          return renamed
        })
    default: return self
    }
  }
}
