import Diagnostics
import Layers
import YAML

/// Layers as other languages write them, and pairs that lack a sign: `conv {out: 8}`, `nn.Conv2d(3, 8, 3)`.
extension SpecDecoder {
  /// Reports `conv {out: 8}`, which lacks the colon behind its key: YAML reads the key `conv {out`, or one text.
  ///
  /// - Returns: Whether it is that.
  mutating func reportMissingColon(in text: String, at span: Span) -> Bool {
    guard text.utf8.count <= 4096, let match = text.prefixMatch(of: /([A-Za-z_]\w*)( *)[\[{]/),
      isAsWritten(text, at: span)
    else { return false }
    let end = span.start.advanced(by: match.1.unicodeScalars.count)
    let place = Span(source: span.source, start: end, end: end.advanced(by: match.2.unicodeScalars.count))
    report(
      .syntax, "a ':' is missing behind '\(match.1)'",
      at: Span(source: span.source, start: span.start, end: end),
      fixes: [.init("write `\(match.1): …`", edit: .init(place, replacement: ": "), isUnambiguous: true)])
    return true
  }

  /// Reports a layer that is written as a call, as a name with its module, or with its fields on its line.
  ///
  /// - Returns: Whether it is that.
  mutating func reportLayerForm(of text: String, at span: Span, value: YAMLNode?) -> Bool {
    guard let form = WrittenForm(text), isAsWritten(text, at: span) else { return false }
    let known = operationWords
    guard let kind = known.contains(form.name) ? form.name : Synonyms.hint(for: form.name, among: known)?.replacement
    else { return false }
    let declaration = LayerRegistry.declaration(kind)
    var fix: Diagnostic.Fix?
    switch form.rest {
    case .none:
      fix = .init("write \(kind)", edit: .init(span, replacement: kind), isUnambiguous: true)
    case .arguments(let arguments):
      if value?.isEmpty ?? true, let fields = declaration.flatMap({ Self.fields(arguments, of: $0, in: form.name) }) {
        let layer = fields.isEmpty ? kind : "\(kind): {\(fields)}"
        fix = .init("write \(layer.shown)", edit: .init(span, replacement: layer), isUnambiguous: true)
      }
    case .words(let words):
      if let value, let scalar = value.text, !value.isEmpty, words.count == 1,
        let field = declaration.flatMap({ Self.field(words[0], of: $0) }), scalar.utf8.count <= 100
      {
        let whole = span.extended(to: value.span)
        let layer = "\(kind): {\(field): \(reader.sources[span.source].text(of: value.span))}"
        fix = .init("write \(layer.shown)", edit: .init(whole, replacement: layer), isUnambiguous: true)
      }
    }
    report(
      .unknownOperation, "'\(text.cut(to: 60).shown)' is no layer; one is written `\(example(of: kind, declaration))`",
      at: span, fixes: fix.map { [$0] } ?? [])
    return true
  }

  /// Reports `concat: [a, b]`: what a layer reads stands beside it.
  ///
  /// - Returns: Whether it is that.
  mutating func reportNodes(_ value: YAMLNode, of owner: String) -> Bool {
    guard let items = value.items, items.count > 1, LayerRegistry.declaration(owner)?.kind.isJoin == true,
      items.allSatisfy({ $0.text.map { Double($0) == nil } ?? false })
    else { return false }
    let list = items.map { $0.text ?? "" }.joined(separator: ", ")
    let layer = "{from: [\(list)], \(owner)}"
    let file = reader.sources[value.span.source]
    let line = file.line(value.span.start.line).unicodeScalars
    let lead = String(String.UnicodeScalarView(line.prefix(value.span.start.column - 1)))
    var fixes: [Diagnostic.Fix] = []
    if value.span.start.line == value.span.end.line, let match = lead.wholeMatch(of: /( *- +)\w+: +/) {
      let start = Position(line: value.span.start.line, column: match.1.unicodeScalars.count + 1)
      let place = Span(source: value.span.source, start: start, end: value.span.end)
      fixes.append(.init("write \(layer.shown)", edit: .init(place, replacement: layer), isUnambiguous: true))
    }
    report(
      .wrongType, "what \(owner) reads stands beside it: `\(layer.shown)`", at: value.span, fixes: fixes)
    return true
  }

  /// Reports `add: {inputs: [a, b]}`.
  ///
  /// - Returns: Whether it is that.
  mutating func reportNodes(_ entry: YAMLEntry, of owner: String, in node: YAMLNode) -> Bool {
    guard ["inputs", "input", "nodes", "of"].contains(entry.key),
      LayerRegistry.declaration(owner)?.kind.isJoin == true, let items = entry.value.items
    else { return false }
    let list = items.map { ($0.text ?? "…").cut(to: 40) }.joined(separator: ", ")
    report(
      .unknownKey, "what \(owner) reads stands beside it: `{from: [\(list.shown)], \(owner)}`", at: entry.keySpan)
    return true
  }

  /// The edit that leaves a key without its value.
  func withoutValue(_ value: YAMLNode, of owner: String) -> Diagnostic.Edit? {
    let file = reader.sources[value.span.source]
    let line = file.line(value.span.start.line).unicodeScalars
    let lead = String(String.UnicodeScalarView(line.prefix(value.span.start.column - 1)))
    guard value.span.start.line == value.span.end.line, let match = lead.firstMatch(of: /: *$/) else { return nil }
    let column = lead[..<match.range.lowerBound].unicodeScalars.count + 1
    let start = Position(line: value.span.start.line, column: column)
    return .init(Span(source: value.span.source, start: start, end: value.span.end), replacement: "")
  }

  /// A layer with the fields that it cannot do without.
  private func example(of kind: String, _ declaration: LayerDeclaration?) -> String {
    guard let declaration else { return "\(kind): …" }
    let required = declaration.fields.filter(\.isRequired).map { "\($0.name): …" }
    return required.isEmpty ? kind : "\(kind): {\(required.joined(separator: ", "))}"
  }

  /// What the arguments without names are of classes of PyTorch and Keras.
  private static let positions: [String: [String]] = {
    let convolution = ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias"]
    let transposed = ["in_channels", "out_channels", "kernel_size", "stride", "padding"]
    let (window, pool) = (["filters", "kernel_size", "strides", "padding"], ["kernel_size", "stride", "padding"])
    var result = [
      "Linear": ["in_features", "out_features", "bias"], "Dense": ["units"], "Dropout": ["rate"],
      "LeakyReLU": ["negative_slope"], "ReLU": ["inplace"], "ReLU6": ["inplace"], "GroupNorm": ["num_groups"],
    ]
    for axes in 1...3 {
      result["Conv\(axes)d"] = convolution
      result["ConvTranspose\(axes)d"] = transposed
      result["Conv\(axes)D"] = window
      result["MaxPool\(axes)d"] = pool
      result["AvgPool\(axes)d"] = pool
      result["MaxPooling\(axes)D"] = ["pool_size", "strides", "padding"]
      result["AveragePooling\(axes)D"] = ["pool_size", "strides", "padding"]
      result["AdaptiveAvgPool\(axes)d"] = ["output_size"]
      result["BatchNorm\(axes)d"] = ["num_features", "eps"]
    }
    return result
  }()

  /// The arguments of a call as fields; nil if one has no name and no known place, or a name that no field has.
  private static func fields(
    _ arguments: [(name: String?, value: String)], of kind: LayerDeclaration, in call: String
  ) -> String? {
    var result: [String] = []
    let positions = positions[call] ?? []
    for (index, argument) in arguments.enumerated() {
      guard let name = argument.name ?? (index < positions.count ? positions[index] : nil) else { return nil }
      guard let field = field(name, of: kind) else {
        if Synonyms.hint(for: name, among: kind.written.map(\.name))?.isSuperfluous == true { continue }
        return nil
      }
      guard let value = value(argument.value) else { return nil }
      result.append("\(field): \(value)")
    }
    return result.joined(separator: ", ")
  }

  private static func field(_ name: String, of kind: LayerDeclaration) -> String? {
    let known = kind.written.map(\.name)
    return known.contains(name) ? name : Synonyms.hint(for: name, among: known)?.replacement
  }

  /// A Python value as YAML; nil for what is not plain.
  private static func value(_ text: String) -> String? {
    if text == "True" || text == "False" { return text.lowercased() }
    if let tuple = ForeignValue.tuple(text) { return tuple }
    if text.wholeMatch(of: /-?[\d.]+(?:[eE][-+]?\d+)?/) != nil { return text }
    return text.wholeMatch(of: /["']?([A-Za-z_]\w*)["']?/).map { String($0.1) }
  }

  /// Whether a text stands in the file as it is, without quotes and line breaks.
  private func isAsWritten(_ text: String, at span: Span) -> Bool {
    span.start.line == span.end.line && reader.sources[span.source].text(of: span) == text
  }
}

/// How a layer may be written elsewhere: `nn.ReLU`, `Conv2d(3, 8, kernel_size=3)`, `max_pool kernel`.
struct WrittenForm {
  enum Rest {
    case none
    /// What stands in the parentheses of a call.
    case arguments([(name: String?, value: String)])
    case words([String])
  }

  /// The kind's name, without the modules before it.
  private(set) var name: String
  private(set) var rest: Rest

  /// The form of a text; nil for a plain word and for what is none of these.
  init?(_ text: String) {
    guard text.utf8.count <= 400, let match = text.prefixMatch(of: /((?:[A-Za-z_]\w*\.)*)([A-Za-z_]\w*)/) else {
      return nil
    }
    name = String(match.2)
    let behind = text[match.range.upperBound...].trimmed
    if behind.isEmpty {
      guard !match.1.isEmpty else { return nil }
      rest = .none
    } else if behind.hasPrefix("("), behind.hasSuffix(")") {
      rest = .arguments(Self.arguments(String(behind.dropFirst().dropLast())))
    } else if text[match.range.upperBound...].hasPrefix(" ") {
      rest = .words(behind.split(separator: " ").map(String.init))
    } else {
      return nil
    }
  }

  /// Whether a text has what such forms have and names have not.
  static func isLikely(_ text: String) -> Bool {
    text.utf8.contains { " .([{".utf8.contains($0) }
  }

  private static func arguments(_ text: String) -> [(name: String?, value: String)] {
    var parts: [String] = [""]
    var depth = 0
    for character in text {
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts.map(\.trimmed).filter { !$0.isEmpty }.map { part in
      guard let sign = part.firstIndex(of: "="), part[..<sign].trimmed.wholeMatch(of: /[A-Za-z_]\w*/) != nil else {
        return (nil, part)
      }
      return (part[..<sign].trimmed, part[part.index(after: sign)...].trimmed)
    }
  }
}
