import Diagnostics
import GraphIR
import SpecLanguage

/// Takes out the findings that comments silence, and says which comments silence nothing.
struct Silencer {
  /// The bounds of looking whether a comment is needed in another variant.
  private enum Limit {
    static let variants = 64
    static let nodes = 200_000
  }

  private let comments: [IgnoreComment]
  /// For each comment the identifiers that have silenced something, by their position.
  private var used: [Set<Int>]

  init(_ sources: SourceTable) {
    comments = sources.files.indices.flatMap { index in
      IgnoreComment.comments(of: sources.files[index], SourceID(index: index))
    }
    used = comments.map { _ in [] }
  }

  /// The findings that no comment silences.
  mutating func remaining(of findings: [Diagnostic]) -> [Diagnostic] {
    guard !comments.isEmpty else { return findings }
    return findings.filter { finding in
      var isSilenced = false
      for (number, comment) in comments.enumerated() where comment.reaches(finding) {
        for (position, identifier) in comment.identifiers.enumerated()
        // That an identifier silences nothing is no finding for itself to silence.
        where identifier.covers(finding.id) && identifier.span != finding.span {
          used[number].insert(position)
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
    guard hasUnused(context, isThorough) else { return findings }
    // With other values than the spec's own, nothing can be said.
    guard context.options.assignments.isEmpty, context.options.input == nil, lookIntoVariants(of: context, lints)
    else { return findings }
    for (number, comment) in comments.enumerated() where comment.source == context.spec.source {
      for (position, identifier) in comment.identifiers.enumerated()
      where canTell(identifier, isThorough) && !used[number].contains(position) {
        let place = comment.line.map { "line \($0)" } ?? "the file"
        findings.append(
          Diagnostic(.unusedIgnore, "\(identifier.text) finds nothing to ignore in \(place)", at: identifier.span))
      }
    }
    return findings
  }

  private func unknownIdentifiers(in context: LintContext) -> [Diagnostic] {
    let known = Linter.identifiers.map(\.rawValue)
    return comments.filter { $0.source == context.spec.source }.flatMap { comment -> [Diagnostic] in
      if comment.identifiers.isEmpty {
        return [Diagnostic(.unusedIgnore, "no lint is named, such as lint.unused-block", at: comment.span)]
      }
      return comment.identifiers.filter { !isKnown($0) }.map { identifier in
        let reason =
          DiagnosticID(rawValue: identifier.text) == nil
          ? "there is no lint '\(identifier.text)'\(suggestion(for: identifier.text, among: known))"
          : "'\(identifier.text)' is an error, which cannot be ignored"
        return Diagnostic(.unusedIgnore, reason, at: identifier.span)
      }
    }
  }

  private func isKnown(_ identifier: IgnoreComment.Identifier) -> Bool {
    identifier.text == IgnoreComment.all || Linter.identifiers.contains { $0.rawValue == identifier.text }
  }

  /// Whether what is found says anything about an identifier.
  private func canTell(_ identifier: IgnoreComment.Identifier, _ isThorough: Bool) -> Bool {
    guard isKnown(identifier), identifier.text != DiagnosticID.unusedIgnore.rawValue else { return false }
    return isThorough || !Linter.thoroughLints.contains { $0.id.rawValue == identifier.text }
  }

  private func hasUnused(_ context: LintContext, _ isThorough: Bool) -> Bool {
    comments.enumerated().contains { number, comment in
      comment.source == context.spec.source
        && comment.identifiers.enumerated().contains { position, identifier in
          canTell(identifier, isThorough) && !used[number].contains(position)
        }
    }
  }

  /// Marks what is used in the spec's other networks; false if that is too much to build.
  private mutating func lookIntoVariants(of context: LintContext, _ lints: (LintContext) -> [Diagnostic]) -> Bool {
    let others = ([nil] + context.spec.variants.map { Optional($0.name) }).filter { $0 != context.graph.variant }
    guard others.count <= Limit.variants, context.graph.nodes.count * others.count <= Limit.nodes else { return false }
    for variant in others {
      var options = context.options
      options.variant = variant
      var diagnostics = DiagnosticBag()
      let graph = GraphBuilder.build(
        context.spec, options: options, sources: context.sources, diagnostics: &diagnostics)
      guard let graph else { return false }
      _ = remaining(
        of: lints(LintContext(graph: graph, spec: context.spec, options: options, sources: context.sources)))
    }
    return true
  }
}
