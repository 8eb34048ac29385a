import Diagnostics
import YAML

/// A file's text as YAML, with the broken lines left out where it is none.
package struct FileTree: Sendable {
  package let source: SourceID
  package let file: SourceFile
  package let root: YAMLNode

  /// Lines that are left out one after the other, at most.
  private static let rounds = 4
  /// Values, those of aliases each time, that answers are made of.
  private static let weight = 1_000_000

  /// nil where too much is broken.
  package init?(_ file: SourceFile, source: SourceID) {
    self.source = source
    self.file = file
    var blanked: Set<Int> = []
    for _ in 0..<Self.rounds {
      var found = DiagnosticBag()
      if let root = YAMLComposer.compose(file.blanking(blanked), source: source, into: &found) {
        guard root.weight <= Self.weight else { return nil }
        self.root = root
        return
      }
      guard let fault = found.diagnostics.first(where: { $0.id == .syntax }) else { return nil }
      let suspects = file.suspects(of: fault, besides: blanked)
      // One line is the fault, if without it all is YAML.
      for line in suspects {
        var unused = DiagnosticBag()
        if let root = YAMLComposer.compose(file.blanking(blanked.union([line])), source: source, into: &unused) {
          guard root.weight <= Self.weight else { return nil }
          self.root = root
          return
        }
      }
      guard let line = suspects.first else { return nil }
      blanked.insert(line)
    }
    return nil
  }
}

extension SourceFile {
  /// The lines that a fault of syntax may be on, the likeliest first: where a bracket was opened, where the parser gave
  /// up, and the line before that.
  func suspects(of fault: Diagnostic, besides others: Set<Int> = []) -> [Int] {
    var lines = fault.notes.compactMap(\.span).map(\.start.line) + [fault.span.start.line]
    var before = fault.span.start.line - 1
    while before > 0, others.contains(before) || indent(ofLine: before) == nil { before -= 1 }
    lines.append(before)
    var result: [Int] = []
    for line in lines where line > 0 && !others.contains(line) && !result.contains(line) && indent(ofLine: line) != nil
    {
      result.append(line)
    }
    return result
  }
}
