import Diagnostics
import Frontend
import SpecLanguage

/// `--fix`: makes the changes that are the one way to mend a finding, one after the other, until none is left.
///
/// What is made follows from the texts alone, and a finding that may be mended in several ways never becomes one that is
/// mended unasked. So whoever applies fixes to the texts that come out changes nothing.
package struct FixApplication {
  /// What is found in the texts after the changes.
  package private(set) var compilation: Compilation
  /// What was changed, and in which file, in order.
  package private(set) var changes: [(file: String, description: String)] = []
  /// The texts of the files that were changed, by path.
  package private(set) var texts: [String: String] = [:]

  /// Changes that are tried, at most.
  private static let attempts = 4 * DiagnosticBag.capacity

  /// Makes the changes in memory.
  ///
  /// `compile` reads and builds the same spec as `compilation` from files that hold the texts as they are then, and looks
  /// for fixes; what is not among those texts comes from `files`.
  package init(
    _ compilation: Compilation, over files: any FileAccess = DiskFiles(), compile: (any FileAccess) -> Compilation
  ) {
    self.compilation = compilation
    var bytes = Dictionary(
      compilation.sources.files.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    // After a change all may be another matter.
    var refused: Set<Diagnostic.Edit> = []
    for _ in 0..<Self.attempts {
      let sources = self.compilation.sources
      // What an option says is in no file.
      let next = self.compilation.diagnostics.lazy.compactMap { finding in
        finding.fixes.first {
          $0.isUnambiguous && !refused.contains($0.edit) && !sources[$0.edit.span.source].isOption
        }.map { (finding, $0) }
      }.first
      guard let (finding, fix) = next else { break }
      let file = sources[fix.edit.span.source]
      let text = file.applying([fix.edit])
      var edited = bytes
      edited[file.path] = Array(text.utf8)
      let comparison = FixComparison(
        of: fix.edit, mending: finding, before: self.compilation, after: compile(OverlaidFiles(edited, over: files)))
      guard comparison.isBetter, !comparison.decidesAmongSeveral, !comparison.mergesOutputs else {
        refused.insert(fix.edit)
        continue
      }
      self.compilation = comparison.after
      bytes = edited
      texts[file.path] = text
      changes.append((file.path, fix.description))
      refused = []
    }
  }
}

/// What a change made of a spec's findings.
private struct FixComparison {
  let before: Compilation
  let after: Compilation
  private let mended: Diagnostic
  private let file: String
  /// Of the findings afterwards, where they stood before; nil for those in what the change has written.
  private let origins: [(finding: Diagnostic, place: EditedOffsets.Place?)]
  /// Of the findings before.
  private let places: [(finding: Diagnostic, place: EditedOffsets.Place)]
  /// Where the text begins that the change has not touched, behind it.
  private let end: Int

  init(of edit: Diagnostic.Edit, mending finding: Diagnostic, before: Compilation, after: Compilation) {
    (self.before, self.after, mended) = (before, after, finding)
    var offsets = EditedOffsets(edit, before.sources)
    places = before.diagnostics.map { ($0, offsets.place($0.span)) }
    origins = after.diagnostics.map { ($0, offsets.original($0.span, in: after.sources)) }
    let source = before.sources[edit.span.source]
    (file, end) = (source.path, source.offset(of: edit.span.end))
  }

  /// Whether the finding is mended, and there is no error that was not there, or the compiler came further.
  var isBetter: Bool {
    let (old, new) = (errors(before), errors(after))
    guard before.spec == nil else {
      return after.spec != nil && new.isSubset(of: old)
        && (new.count < old.count || after.diagnostics.count < before.diagnostics.count)
    }
    func isSame(_ finding: Diagnostic) -> Bool { finding.id == mended.id && finding.message == mended.message }
    // The text may have the same fault in several places.
    let left = origins.filter { isSame($0.finding) }
    guard left.count < before.diagnostics.count(where: isSame) || left.allSatisfy({ isBehind($0.place) }) else {
      return false
    }
    // A text that could not be read may have further faults, which were hidden by the one that is mended.
    return origins.allSatisfy { finding, place in
      // No block can have been meant that would use itself.
      ![.syntax, .recursiveBlock].contains(finding.id) || finding.severity != .error || isBehind(place)
        || old.contains(name(of: finding))
    }
  }

  /// Whether a finding that could be mended in several ways now has fewer than two: what is left would be made next, although
  /// it is one of several.
  var decidesAmongSeveral: Bool {
    struct Key: Hashable {
      var id: DiagnosticID
      var place: EditedOffsets.Place
    }
    let open = Set(places.filter { $0.finding.isOpen }.map { Key(id: $0.finding.id, place: $0.place) })
    return origins.contains { finding, place in
      guard let place, open.contains(Key(id: finding.id, place: place)) else { return false }
      return !finding.isOpen
    }
  }

  /// Whether outputs are one value now that were none before.
  var mergesOutputs: Bool {
    guard let spec = before.spec, let old = before.attempt, let new = after.attempt else { return false }
    return NamedOutputs(spec, old, before.sources).areMerged(in: new)
  }

  /// Whether a place is one that reading came to only after the change.
  private func isBehind(_ place: EditedOffsets.Place?) -> Bool {
    guard let place else { return false }
    return place.file != file || place.offset >= end
  }

  private func errors(_ compilation: Compilation) -> Set<String> {
    Set(compilation.diagnostics.filter { $0.severity == .error }.map(name))
  }

  /// A finding as it is told from others after an edit has moved it.
  private func name(of finding: Diagnostic) -> String { "\(finding.id) \(finding.message)" }
}

extension Diagnostic {
  /// Whether several changes would mend the finding, none of which is made unasked.
  fileprivate var isOpen: Bool { fixes.count > 1 && !fixes.contains(where: \.isUnambiguous) }
}
