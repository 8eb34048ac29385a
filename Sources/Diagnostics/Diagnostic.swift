/// How much a finding weighs.
package enum Severity: String, Sendable, Comparable {
  case note
  case warning
  case error

  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }

  package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

/// One finding about a spec: what is wrong, where, why, and what would fix it.
package struct Diagnostic: Hashable, Sendable {
  /// A remark beside the finding, with a place of its own where it has one.
  package struct Note: Hashable, Sendable {
    package var message: String
    package var span: Span?

    package init(_ message: String, at span: Span? = nil) {
      self.message = message
      self.span = span
    }
  }

  /// A replacement of the text of a span.
  package struct Edit: Hashable, Sendable {
    package var span: Span
    package var replacement: String

    package init(_ span: Span, replacement: String) {
      self.span = span
      self.replacement = replacement
    }
  }

  /// A change to the file that mends the finding.
  package struct Fix: Hashable, Sendable {
    package var description: String
    package var edit: Edit
    /// Whether it is the one change to make, so that a tool may make it unasked.
    package var isUnambiguous: Bool

    package init(_ description: String, edit: Edit, isUnambiguous: Bool = false) {
      self.description = description
      self.edit = edit
      self.isUnambiguous = isUnambiguous
    }
  }

  package var id: DiagnosticID
  package var severity: Severity
  package var message: String
  package var span: Span
  /// The blocks and repeats that led here, and the shapes on the way: a line each.
  package var trail: [String]
  package var notes: [Note]
  package var fixes: [Fix]

  package init(
    _ id: DiagnosticID, _ message: String, at span: Span, severity: Severity? = nil, trail: [String] = [],
    notes: [Note] = [], fixes: [Fix] = []
  ) {
    self.id = id
    self.severity = severity ?? id.severity
    self.message = message
    self.span = span
    self.trail = trail
    self.notes = notes
    self.fixes = fixes
  }
}

extension Diagnostic {
  /// Whether there was nothing to look at, for a file could not be read, or the command line asks for what the spec has
  /// not: the exit status is 2 then, not the 1 of what was found in a spec.
  package func isUnusable(in sources: SourceTable) -> Bool {
    switch id {
    case .unreadableFile, .unknownVariant, .unknownInput: true
    default: severity == .error && sources.files.indices.contains(span.source.index) && sources[span.source].isOption
    }
  }
}

/// The findings of a run, in the order they were made; the same finding at one place is kept once.
package struct DiagnosticBag: Sendable {
  private struct Key: Hashable {
    var id: DiagnosticID
    var span: Span
  }

  package private(set) var diagnostics: [Diagnostic] = []
  /// The findings of each kind at a place, which differ in their messages.
  private var seen: [Key: [Int]] = [:]
  private var repeats: [Int: Int] = [:]
  private var others: [Int: Int] = [:]
  private var omitted = 0

  /// Findings of one kind at one place that are kept; a loop may make as many as it has copies, with their numbers.
  private static let variety = 4

  /// Findings that are kept; whoever has more faults than that mends these first.
  package static let capacity = 100

  package init() {}

  /// Whether further findings are only counted, so that there is no use in looking for more.
  package var isFull: Bool { diagnostics.count >= Self.capacity }

  /// Adds a finding. A block that is used many times reports its faults once, with a count; messages that differ are kept.
  package mutating func report(_ diagnostic: Diagnostic) {
    let key = Key(id: diagnostic.id, span: diagnostic.span)
    let earlier = seen[key] ?? []
    if let same = earlier.first(where: { diagnostics[$0].message == diagnostic.message }) {
      if diagnostics[same].trail != diagnostic.trail { repeats[same, default: 0] += 1 }
      return
    }
    if earlier.count >= Self.variety, let last = earlier.last {
      others[last, default: 0] += 1
      return
    }
    guard !isFull else {
      omitted += 1
      return
    }
    seen[key, default: []].append(diagnostics.count)
    diagnostics.append(diagnostic)
  }

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  package var isEmpty: Bool { diagnostics.isEmpty }

  /// The findings sorted by place, those of one place in the order they were made.
  package var sorted: [Diagnostic] {
    let counted = diagnostics.enumerated().map { index, diagnostic in
      var result = diagnostic
      if let times = repeats[index] {
        result.notes.append(.init("the same again \(times) more time\(times == 1 ? "" : "s")"))
      }
      if let times = others[index] {
        result.notes.append(.init("a finding like these again \(times) more time\(times == 1 ? "" : "s")"))
      }
      return (index, result)
    }
    var result = counted.sorted { left, right in
      let (a, b) = (left.1.span, right.1.span)
      return (a.source.index, a.start.line, a.start.column, left.0) < (
        b.source.index, b.start.line, b.start.column, right.0
      )
    }.map(\.1)
    if omitted > 0, let last = result.indices.last {
      result[last].notes.append(.init("there are more findings, which are left out; mend these first"))
    }
    return result
  }
}
