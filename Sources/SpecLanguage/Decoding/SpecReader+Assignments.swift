import Diagnostics
import YAML

extension SpecReader {
  /// Reads `alpha=0.5` from a command line's option as a value of the model's parameter; nil, reported, if it is none.
  package mutating func assignment(_ text: String, in spec: Spec, option: String = "--set") -> Argument? {
    let source = addSource(text, named: option)
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts[0].trimmed
    let start = Position(line: 1, column: 1)
    let nameSpan = Span(source: source, start: start, end: start.advanced(by: max(1, parts[0].unicodeScalars.count)))
    guard let parameter = spec.parameters.first(where: { $0.name == name }) else {
      let known = spec.parameters.map(\.name)
      let hint = suggestion(for: name, among: known)
      let list = known.isEmpty ? "; it has none" : "; it has \(known.joined(separator: ", "))"
      diagnostics.report(
        Diagnostic(
          .unknownParameter, "the model has no parameter '\(name.shown)'\(hint.isEmpty ? list : hint)", at: nameSpan)
      )
      return nil
    }
    guard parts.count == 2, !parts[1].trimmed.isEmpty else {
      diagnostics.report(Diagnostic(.missingKey, "\(option) takes name=value", at: nameSpan))
      return nil
    }
    // The name and `=` become spaces, so that positions in the value are those of the argument.
    let lead = String(repeating: " ", count: parts[0].unicodeScalars.count + 1)
    guard let node = YAMLComposer.compose(Array((lead + parts[1]).utf8), source: source, into: &diagnostics) else {
      return nil
    }
    var decoder = SpecDecoder(reader: self, spec: spec)
    let value = decoder.value(node, type: ExpectedType(parameter.type), for: name)
    self = decoder.reader
    return value.map { Argument(name: name, nameSpan: nameSpan, value: $0) }
  }
}
