import Diagnostics
import Frontend
import GraphIR
import Layers
import Shapes
import SpecLanguage

/// Looks for small changes to a spec after which its shapes fit: candidates are tried by building the edited text, and
/// those are kept that mend the fault without making another, and leave every other layer the shape that its author gave it.
package struct FixSearch {
  /// The bounds of a search.
  private enum Limit {
    static let attempts = 160
    /// Items of a spec: a search builds it many times.
    static let items = 40_000
    static let faults = 8
    /// Fixes shown for one finding.
    static let shown = 4
  }

  private let files: [String: [UInt8]]
  private let rootPath: String
  private let options: BuildOptions
  private let attempt: BuildAttempt
  private let context: FixContext
  private let baseline: [Finding]
  private let deadline: ContinuousClock.Instant
  private var attemptsLeft = Limit.attempts

  /// A finding as it is recognized after an edit has moved it.
  private struct Finding: Hashable {
    var id: DiagnosticID
    var message: String
  }

  private init(
    _ spec: Spec, options: BuildOptions, attempt: BuildAttempt, sources: SourceTable, deadline: ContinuousClock.Instant
  ) {
    files = Dictionary(sources.files.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    rootPath = sources[spec.source].path
    self.options = options
    self.attempt = attempt
    self.deadline = deadline
    context = FixContext(spec: spec, attempt: attempt, sources: sources)
    baseline = Self.findings(of: attempt)
  }

  /// The findings with the fixes that were found, the smallest first; the search ends after `duration`.
  package static func addingFixes(
    to diagnostics: [Diagnostic], spec: Spec, options: BuildOptions, attempt: BuildAttempt, sources: SourceTable,
    within duration: Duration = .milliseconds(700)
  ) -> [Diagnostic] {
    guard !attempt.faults.isEmpty, attempt.items <= Limit.items else { return diagnostics }
    var search = FixSearch(
      spec, options: options, attempt: attempt, sources: sources, deadline: ContinuousClock.now + duration)
    return search.addingFixes(to: diagnostics)
  }

  private mutating func addingFixes(to diagnostics: [Diagnostic]) -> [Diagnostic] {
    var result = diagnostics
    var seen: Set<Finding> = []
    for (position, fault) in attempt.faults.enumerated() {
      // A block that is used many times has its fault once, as its finding.
      guard seen.count < Limit.faults, seen.insert(Finding(id: fault.id, message: "\(fault.span)")).inserted else {
        continue
      }
      guard let index = result.firstIndex(where: { $0.id == fault.id && $0.span == fault.span }) else { continue }
      let finding = Finding(id: fault.id, message: result[index].message)
      var found = self.found(among: context.candidates(for: fault), mending: fault, finding)
      // A missing layer is thought of where no field is the fault.
      if found.fixes.allSatisfy({ !$0.consequence.isLocal }) {
        let more = self.found(among: context.insertions(for: fault), mending: fault, finding)
        found = (found.fixes + more.fixes, found.isComplete && more.isComplete)
      }
      result[index].fixes =
        Self.fixes(found.fixes, isComplete: found.isComplete && !isBehindAnother(fault, at: position))
        + result[index].fixes
      if fault.id == .expectation, let note = Self.shown(found.fixes).first?.departure?.note {
        result[index].notes.append(note)
      }
    }
    return result
  }

  /// Whether what flows into a fault comes from another one: its shapes are then a guess, and so is what suits them.
  private func isBehindAnother(_ fault: ShapeFault, at position: Int) -> Bool {
    let upstream = Set(context.upstream(of: fault.inputs, limit: Limit.items).map(\.node.id))
    return attempt.faults[..<position].contains { other in
      other.span != fault.span && !other.inputs.isEmpty
        && other.inputs.allSatisfy { input in input.node.map(upstream.contains) ?? true }
    }
  }

  /// A candidate after which the fault is gone.
  private struct FoundFix {
    var candidate: FixCandidate
    var effect: String
    /// How much the work changes, to tell small fixes from large ones.
    var weight: Int
    var consequence: Consequence
    /// Where the network that fits first differs from the one that was written.
    var departure: Departure?
  }

  /// The candidates that mend a fault, and whether all of them could be tried.
  private mutating func found(
    among candidates: [FixCandidate], mending fault: ShapeFault, _ finding: Finding
  ) -> (fixes: [FoundFix], isComplete: Bool) {
    var found: [FoundFix] = []
    for candidate in candidates {
      guard attemptsLeft > 0, ContinuousClock.now < deadline else { return (found, false) }
      if let family = candidate.family, found.contains(where: { $0.candidate.family == family }) { continue }
      attemptsLeft -= 1
      if let fix = self.try(candidate, mending: fault, finding) { found.append(fix) }
    }
    return (found, true)
  }

  /// The first node that is another in the network that fits.
  private struct Departure {
    var written: Node
    var wanted: Node

    var note: Diagnostic.Note {
      let place = "\(written.keyword) \(written.path)"
      let text =
        written.keyword == wanted.keyword
        ? "at \(place): \(written.output) instead of \(wanted.output)"
        : "before \(place): a \(wanted.keyword) that makes \(wanted.output) is missing"
      return Diagnostic.Note("the chain first leaves what is expected \(text)", at: written.span)
    }
  }

  /// The changes of fields that leave the other layers alone, if there are any; else all that leave the results as they
  /// were meant to be, for whether a layer is missing is a guess.
  private static func shown(_ found: [FoundFix]) -> [FoundFix] {
    var shown = found.filter { $0.consequence.isLocal && !$0.candidate.isInsertion }
    // Where all that would leave the rest alone is a guess, the others are to be seen too.
    if shown.allSatisfy(\.candidate.isGuess) {
      shown += found.filter { fix in
        fix.consequence.keepsResults && !shown.contains { $0.candidate.edit == fix.candidate.edit }
      }
    }
    return shown.sorted { ($0.candidate.cost, $0.weight) < ($1.candidate.cost, $1.weight) }
  }

  private static func fixes(_ found: [FoundFix], isComplete: Bool) -> [Diagnostic.Fix] {
    let shown = shown(found)
    // A layer that comes in or goes is a guess as long as anything else mends the fault too.
    let isOnlyOne =
      shown.count == 1 && isComplete && shown[0].consequence.isLocal
      && !shown[0].candidate.isGuess && (!shown[0].candidate.isInsertion || found.count == 1)
    return shown.prefix(Limit.shown).map { fix in
      let consequences = [fix.candidate.remark, fix.effect, fix.consequence.text].compactMap { $0 }
        .filter { !$0.isEmpty }
      let text =
        fix.candidate.description + (consequences.isEmpty ? "" : "     ") + consequences.joined(separator: ", ")
      return Diagnostic.Fix(text, edit: fix.candidate.edit, isUnambiguous: isOnlyOne)
    }
  }

  private static func findings(of attempt: BuildAttempt) -> [Finding] {
    attempt.diagnostics.diagnostics.filter { $0.severity == .error }.map { Finding(id: $0.id, message: $0.message) }
  }

  private func `try`(_ candidate: FixCandidate, mending fault: ShapeFault, _ finding: Finding) -> FoundFix? {
    let edit = candidate.edit
    let file = context.sources[edit.span.source]
    var edited = files
    edited[file.path] = Array(file.applying([edit]).utf8)
    let compilation = Compilation(rootPath, options: options, files: MemoryFiles(edited))
    guard let result = compilation.attempt else { return nil }
    let left = Self.findings(of: result)
    guard left.count < baseline.count, !left.contains(finding), Set(left).isSubset(of: baseline) else { return nil }
    let consequence = Consequence(
      of: candidate, mending: fault, in: context, giving: result, compilation.sources)
    let (effect, weight) = effect(of: result, mending: finding.id)
    return FoundFix(
      candidate: candidate, effect: effect, weight: weight, consequence: consequence, departure: departure(of: result))
  }

  /// Where two networks part, in the order of execution.
  private func departure(of result: BuildAttempt) -> Departure? {
    for (written, wanted) in zip(attempt.nodes, result.nodes)
    where written.keyword != wanted.keyword || written.output != wanted.output {
      return Departure(written: written, wanted: wanted)
    }
    return nil
  }

  /// What a fix does to the parameters and the work.
  ///
  /// A layer that could not be built has no parameters to compare with; then it is the whole that is told.
  private func effect(of result: BuildAttempt, mending id: DiagnosticID) -> (text: String, weight: Int) {
    let after = Totals(result.nodes)
    guard attempt.isWhole, result.isWhole, [.residualMismatch, .expectation].contains(id) else {
      guard result.graph != nil else { return ("", 0) }
      let macs = after.macs.value.map { ", \(Totals.grouped($0)) MACs" } ?? ""
      return ("the network then has \(Totals.grouped(after.trainable)) parameters\(macs)", after.macs.value ?? 0)
    }
    let before = Totals(attempt.nodes)
    let parameters = after.trainable - before.trainable
    let macs = (after.macs.value ?? 0) - (before.macs.value ?? 0)
    let parts = [Self.signed(parameters, "parameters"), Self.signed(macs, "MACs")].compactMap { $0 }
    return (parts.isEmpty ? "no change in parameters or MACs" : parts.joined(separator: ", "), abs(macs))
  }

  private static func signed(_ difference: Int, _ unit: String) -> String? {
    difference == 0 ? nil : "\(difference > 0 ? "+" : "−")\(Totals.grouped(abs(difference))) \(unit)"
  }
}
