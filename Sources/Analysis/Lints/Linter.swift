import Diagnostics
import GraphIR
import SpecLanguage

/// Finds what is allowed in a spec but hardly meant, or worth knowing. To add a lint, write a type that conforms to `Lint`
/// and add it here.
package enum Linter {
  /// The lints of every run, in the order of docs/lints.md.
  static var lints: [any Lint.Type] {
    [
      BiasBeforeNorm.self, RepeatedActivation.self, RepeatedNorm.self, SoftmaxOutput.self, OddChannels.self,
      SingleInput.self, UnusedInitializer.self, DroppedPixels.self, ReceptiveFieldSize.self, SamePadding.self,
      StridePlacement.self, ShortcutOff.self,
      UnusedNode.self,
      UnusedParameter.self, UnusedFunction.self, UnusedBlock.self, UnusedPattern.self, UnfitLoss.self,
      ShadowedName.self,
    ]
  }

  /// The lints that build more networks than one.
  static var thoroughLints: [any Lint.Type] { [NoEffect.self] }

  /// The identifiers that can be silenced.
  package static let identifiers: [DiagnosticID] = (lints + thoroughLints).map { $0.id } + [.unusedIgnore]

  /// What `--ignore` and comments take: the identifiers, and `lint.*` for all.
  package static let silenceable: [String] = identifiers.map(\.rawValue) + [IgnoreComment.all]

  /// The findings about a network, those left out that a comment or `ignoring` silences.
  ///
  /// `isThorough` also looks for what only further builds show.
  package static func lint(
    _ graph: Graph, spec: Spec, options: BuildOptions, sources: SourceTable, ignoring: Set<String> = [],
    isThorough: Bool = false
  ) -> [Diagnostic] {
    if ignoring.contains(IgnoreComment.all) { return [] }
    let context = LintContext(graph: graph, spec: spec, options: options, sources: sources)
    let found = Self.findings(in: context, isThorough: isThorough)
    return remaining(of: found, isThorough: isThorough, ignoring: ignoring, sources: sources) { context }
  }

  /// What is found about a network, whatever comments say of it: what `remaining` begins with.
  package static func findings(
    about graph: Graph, spec: Spec, options: BuildOptions, sources: SourceTable
  ) -> [Diagnostic] {
    findings(in: LintContext(graph: graph, spec: spec, options: options, sources: sources), isThorough: false)
  }

  /// What is left of the findings about a network of the same spec, whose text may have other comments now.
  package static func remaining(
    of found: [Diagnostic], about graph: Graph, spec: Spec, options: BuildOptions, sources: SourceTable,
    ignoring: Set<String>
  ) -> [Diagnostic] {
    if ignoring.contains(IgnoreComment.all) { return [] }
    return remaining(of: found, isThorough: false, ignoring: ignoring, sources: sources) {
      LintContext(graph: graph, spec: spec, options: options, sources: sources)
    }
  }

  /// Takes out what comments or `ignoring` silence, and adds what is wrong with comments; only that needs the context.
  private static func remaining(
    of found: [Diagnostic], isThorough: Bool, ignoring: Set<String>, sources: SourceTable, context: () -> LintContext
  ) -> [Diagnostic] {
    var silencer = Silencer(sources)
    var findings = silencer.remaining(of: found)
    if silencer.hasComments {
      let unused = silencer.unusedComments(in: context(), isThorough: isThorough) {
        Self.findings(in: $0, isThorough: false)
      }
      findings += silencer.remaining(of: unused)
    }
    return joiningNotes(findings.filter { !ignoring.contains($0.id.rawValue) })
  }

  /// One finding of each kind that only informs, with its further places as notes: a good network has many such.
  private static func joiningNotes(_ findings: [Diagnostic]) -> [Diagnostic] {
    var result: [Diagnostic] = []
    var first: [DiagnosticID: Int] = [:]
    for finding in findings {
      guard finding.severity == .note else {
        result.append(finding)
        continue
      }
      if let index = first[finding.id] {
        result[index].notes.append(.init(finding.message, at: finding.span))
      } else {
        first[finding.id] = result.count
        result.append(finding)
      }
    }
    return result
  }

  private static func findings(in context: LintContext, isThorough: Bool) -> [Diagnostic] {
    (isThorough ? lints + thoroughLints : lints).flatMap { $0.findings(in: context) }
  }
}
