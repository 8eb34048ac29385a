import Diagnostics
import GraphIR
import Layers
import Shapes

/// Says where the entries of an expanded spec come from, and prints fields with their values.
struct ExpandedOrigin {
  let graph: Graph
  let sources: SourceTable
  /// What a file that the spec names is called in what is written.
  let fileName: (String) -> String

  /// `resnet50.yaml:24`.
  func place(_ span: Span) -> String { "\(name(of: span.source)):\(span.start.line)" }

  private func name(of id: SourceID) -> String {
    guard graph.files.indices.contains(id.index) else { return "" }
    return graph.files[id.index].split(separator: "/").last.map(String.init) ?? ""
  }

  /// The text of a span on one line; nil if the source is not at hand.
  private func text(_ span: Span) -> String? {
    guard sources.files.indices.contains(span.source.index) else { return nil }
    let words = sources[span.source].text(of: span).split { $0.isWhitespace || $0.isNewline }
    let text = words.joined(separator: " ")
    return text.isEmpty ? nil : text.count > 60 ? text.prefix(57) + "…" : text
  }

  /// Every field of a node with its value, the kind's defaults written out.
  func fields(of node: Node) -> [(name: String, value: String)] {
    let declared = LayerRegistry.declaration(node.keyword)?.fields ?? []
    return declared.compactMap { field in
      let set = node.attributes.first { $0.name == field.name }?.value
      guard let value = set ?? field.defaultValue ?? standIn(for: field, of: node) else { return nil }
      let named = graph.namingFilesFromSpec(value, of: node).renamingFiles(of: node, fileName)
      return (field.name, named.specText)
    }
  }

  /// A stride that is not written is the kernel's.
  private func standIn(for field: Field, of node: Node) -> FieldValue? {
    guard field.name == "stride", field.defaultText == "the kernel" else { return nil }
    let kernel = node.attributes.first { $0.name == "kernel" }?.value
    switch (field.type, kernel) {
    case (.int, .int), (.size, .size): return kernel
    default: return nil
    }
  }

  /// `resnet50.yaml:24, out = width(mid), bias: defaults :9`.
  func comment(of node: Node) -> String {
    var parts = [place(node.span)]
    var defaults: [(place: String, names: [String])] = []
    for attribute in node.attributes {
      switch attribute.origin {
      case .written(let span):
        if let text = text(span), !attribute.value.isWritten(text) {
          parts.append("\(attribute.name) = \(text)")
        }
      case .defaults(let span):
        let place = span.source == node.span.source ? ":\(span.start.line)" : place(span)
        if let index = defaults.firstIndex(where: { $0.place == place }) {
          defaults[index].names.append(attribute.name)
        } else {
          defaults.append((place, [attribute.name]))
        }
      case .inferred(let reason): parts.append("\(attribute.name): \(reason)")
      }
    }
    parts += defaults.map { "\($0.names.joined(separator: ", ")): defaults \($0.place)" }
    return parts.joined(separator: ", ")
  }

  func comment(of scope: Scope) -> String {
    let what: String? =
      switch scope.kind {
      case .module(let block, let arguments), .blockList(let block, let arguments):
        arguments.isEmpty ? block : "\(block)(\(arguments.text))"
      case .copies: "repeat"
      case .loop: "for_each"
      case .composite(let keyword): keyword
      default: nil
      }
    return [place(scope.span), what].compactMap { $0 }.joined(separator: ", ")
  }
}

extension FieldValue {
  /// The value as it stands in a mapping within braces.
  var specText: String {
    switch self {
    case .text(let text): text.yamlQuoted
    case .initializers(let list): list.text(quoting: \.yamlQuoted)
    default: description
    }
  }
}

extension FieldValue {
  /// Whether a text is the value as it is, so that nothing was computed.
  fileprivate func isWritten(_ text: String) -> Bool {
    if case .float(let number) = self, Double(text) == number { return true }
    return text == specText || text == description
  }
}

extension StringProtocol {
  /// The text in double quotes, with everything escaped that YAML would not take as it is.
  var yamlQuoted: String {
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.isPlainInYAML: result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return result + "\""
  }

  /// The text for a comment: characters that end a line or cannot stand in YAML become spaces.
  var yamlComment: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.isPlainInYAML ? $0 : " " }))
  }
}

extension Unicode.Scalar {
  fileprivate var isPlainInYAML: Bool {
    switch value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }
}
