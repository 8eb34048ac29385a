import Diagnostics
import GraphIR
import SpecLanguage

/// Takes out the findings that comments silence, and says which comments silence nothing.
struct Silencer {
  /// The bounds of looking whether a comment is needed in another variant.
  private enum Limit {
    static let variants = 64
    static let nodes = 200_000
    /// Findings about comments.
    static let findings = 100
  }

  /// What an identifier silences: a lint, or all, on a line or in a file.
  private struct Key: Hashable {
    var source: SourceID
    var line: Int?
    var identifier: String
  }

  private let comments: [IgnoreComment]
  /// By what they silence the places of the identifiers.
  private var places: [Key: [Span]] = [:]
  private var used: Set<Key> = []

  init(_ sources: SourceTable) {
    comments = sources.files.indices.flatMap { index in
      IgnoreComment.comments(of: sources.files[index], SourceID(index: index))
    }
    for comment in comments {
      for identifier in comment.identifiers { places[key(comment, identifier), default: []].append(identifier.span) }
    }
  }

  /// Whether there is a comment that silences, or means to.
  var hasComments: Bool { !comments.isEmpty }

  private func key(_ comment: IgnoreComment, _ identifier: IgnoreComment.Identifier) -> Key {
    Key(source: comment.source, line: comment.line, identifier: identifier.text)
  }

  /// The findings that no comment silences.
  mutating func remaining(of findings: [Diagnostic]) -> [Diagnostic] {
    guard !comments.isEmpty else { return findings }
    return findings.filter { finding in
      var isSilenced = false
      for line in [finding.span.start.line, nil] {
        for identifier in [finding.id.rawValue, IgnoreComment.all] {
          let key = Key(source: finding.span.source, line: line, identifier: identifier)
          // That an identifier silences nothing is no finding for itself to silence.
          guard let spans = places[key], spans.contains(where: { $0 != finding.span }) else { continue }
          used.insert(key)
          isSilenced = true
        }
      }
      return !isSilenced
    }
  }

  /// What the spec's own comments do not silence; others' comments may be for other specs.
  ///
  /// A comment may be there for a variant, so where one seems to be unused the variants are built too. `lints` says what
  /// is found in a network, `isThorough` whether all lints are looked for.
  mutating func unusedComments(
    in context: LintContext, isThorough: Bool, lints: (LintContext) -> [Diagnostic]
  ) -> [Diagnostic] {
    var findings = unknownIdentifiers(in: context)
    guard !unused(context, isThorough).isEmpty else { return findings }
    // With other values than the spec's own, nothing can be said.
    guard context.options.assignments.isEmpty, context.options.input == nil, lookIntoVariants(of: context, lints)
    else { return findings }
    for (comment, identifier) in unused(context, isThorough).prefix(Limit.findings) {
      let place = comment.line.map { "line \($0)" } ?? "the file"
      findings.append(
        Diagnostic(.unusedIgnore, "\(identifier.text) finds nothing to ignore in \(place)", at: identifier.span))
    }
    return findings
  }

  private func unknownIdentifiers(in context: LintContext) -> [Diagnostic] {
    let known = Linter.identifiers.map(\.rawValue)
    let own = comments.lazy.filter { $0.source == context.spec.source }
    let nameless = own.filter(\.identifiers.isEmpty).prefix(Limit.findings).map {
      Diagnostic(.unusedIgnore, "no lint is named, such as lint.unused-block", at: $0.span)
    }
    let unknown = own.flatMap(\.identifiers).filter { !isKnown($0) }.prefix(Limit.findings).map { identifier in
      let reason =
        DiagnosticID(rawValue: identifier.text) == nil
        ? "there is no lint '\(identifier.text)'\(suggestion(for: identifier.text, among: known))"
        : "'\(identifier.text)' is an error, which cannot be ignored"
      return Diagnostic(.unusedIgnore, reason, at: identifier.span)
    }
    return Array(nameless) + Array(unknown)
  }

  private func isKnown(_ identifier: IgnoreComment.Identifier) -> Bool {
    identifier.text == IgnoreComment.all || Linter.identifiers.contains { $0.rawValue == identifier.text }
  }

  /// Whether what is found says anything about an identifier.
  private func canTell(_ identifier: IgnoreComment.Identifier, _ isThorough: Bool) -> Bool {
    guard isKnown(identifier), identifier.text != DiagnosticID.unusedIgnore.rawValue else { return false }
    return isThorough || !Linter.thoroughLints.contains { $0.id.rawValue == identifier.text }
  }

  private func unused(_ context: LintContext, _ isThorough: Bool)
    -> [(comment: IgnoreComment, identifier: IgnoreComment.Identifier)]
  {
    comments.filter { $0.source == context.spec.source }.flatMap { comment in
      comment.identifiers.filter { canTell($0, isThorough) && !used.contains(key(comment, $0)) }.map { (comment, $0) }
    }
  }

  /// Marks what is used in the spec's other networks; false if that is too much to build.
  private mutating func lookIntoVariants(of context: LintContext, _ lints: (LintContext) -> [Diagnostic]) -> Bool {
    let others = ([nil] + context.spec.variants.map { Optional($0.name) }).filter { $0 != context.graph.variant }
    guard others.count <= Limit.variants, context.graph.nodes.count * others.count <= Limit.nodes else { return false }
    var nodesLeft = Limit.nodes
    for variant in others {
      guard nodesLeft > 0 else { return false }
      var options = context.options
      options.variant = variant
      var diagnostics = DiagnosticBag()
      let graph = GraphBuilder.build(
        context.spec, options: options, sources: context.sources, diagnostics: &diagnostics)
      guard let graph else { return false }
      nodesLeft -= graph.nodes.count
      _ = remaining(
        of: lints(LintContext(graph: graph, spec: context.spec, options: options, sources: context.sources)))
    }
    return true
  }
}
