import Diagnostics
import Expressions
import GraphIR
import Layers
import Shapes
import SpecLanguage

/// Parameters, variants and functions without which the network would be the same: other values are tried, and the
/// networks compared.
///
/// What has an effect in some variant only has an effect. The work is bounded, so of a large network not everything is
/// tried.
enum NoEffect: Lint {
  static let id = DiagnosticID.noEffect

  static func findings(in context: LintContext) -> [Diagnostic] {
    guard var trial = Trial(context) else { return [] }
    return trial.variantFindings() + trial.parameterFindings() + trial.functionFindings()
  }

  /// What is built, and what may still be.
  private struct Trial {
    private static let largestGraph = 20_000

    private let context: LintContext
    private var buildsLeft = 64
    private var nodesLeft = 400_000
    /// The networks of the spec: its own first, then its variants'.
    private var networks: [(variant: String?, graph: Graph)] = []

    init?(_ context: LintContext) {
      self.context = context
      guard context.graph.nodes.count <= Self.largestGraph else { return nil }
      for variant in [nil] + context.spec.variants.map({ Optional($0.name) }) {
        if variant == context.graph.variant {
          networks.append((variant, context.graph))
        } else if !isExhausted, let graph = build(context.spec, variant: variant) {
          networks.append((variant, graph))
        }
      }
    }

    /// The network of a changed spec; nil if it does not fit together, or too much was built already.
    private mutating func build(_ spec: Spec, variant: String?, setting argument: Argument? = nil) -> Graph? {
      buildsLeft -= 1
      var options = context.options
      options.variant = variant
      if let argument { options.assignments.append(argument) }
      let attempt = GraphBuilder.attempt(spec, options: options, sources: context.sources)
      nodesLeft -= attempt.nodes.count
      return attempt.graph
    }

    private var isExhausted: Bool { buildsLeft <= 0 || nodesLeft <= 0 }

    // MARK: Variants

    func variantFindings() -> [Diagnostic] {
      guard let base = networks.first(where: { $0.variant == nil })?.graph else { return [] }
      return context.spec.variants.compactMap { variant in
        // An empty variant is another name for the spec, and says so.
        guard !variant.assignments.isEmpty,
          !variant.assignments.contains(where: { context.names.preprocessing.contains($0.name) }),
          let graph = networks.first(where: { $0.variant == variant.name })?.graph, graph.isSameNetwork(as: base)
        else { return nil }
        return finding("variant \(variant.name) builds the same network as the spec without it", at: variant.nameSpan)
      }
    }

    // MARK: Parameters

    mutating func parameterFindings() -> [Diagnostic] {
      var findings: [Diagnostic] = []
      for parameter in context.spec.parameters where !isExhausted && isWorthTrying(parameter) {
        guard let tried = changesNothing(parameter) else { continue }
        findings.append(
          finding(
            "the model's parameter '\(parameter.name)' changes nothing: with \(tried) the network is the same",
            at: parameter.nameSpan))
      }
      return findings
    }

    private func isWorthTrying(_ parameter: ParameterDeclaration) -> Bool {
      let isRead = context.names.variables.contains {
        $0.kind == .modelParameter && $0.name == parameter.name && $0.isRead
      }
      return isRead && !context.names.preprocessing.contains(parameter.name)
    }

    /// A value that changes no network of the spec; nil where some value does, or not enough could be tried.
    private mutating func changesNothing(_ parameter: ParameterDeclaration) -> String? {
      var tried: String?
      for (variant, graph) in networks {
        guard let setting = graph.settings.first(where: { $0.name == parameter.name }) else { return nil }
        for form in KnobChange.forms(of: setting.value, at: parameter.nameSpan) {
          guard !isExhausted else { return nil }
          let argument = Argument(
            name: parameter.name, nameSpan: parameter.nameSpan,
            value: ArgumentValue(form: form.form, span: parameter.nameSpan))
          guard let other = build(context.spec, variant: variant, setting: argument), other.isSameNetwork(as: graph)
          else { return nil }
          tried = tried ?? form.text
        }
      }
      return tried
    }

    // MARK: Functions

    mutating func functionFindings() -> [Diagnostic] {
      var findings: [Diagnostic] = []
      for function in context.spec.ownFunctions where context.names.usedFunctions.contains(function.span) {
        guard changesNothing(function) else { continue }
        findings.append(
          finding(
            "function \(function.name) changes nothing: with a larger result the network is the same",
            at: function.span))
      }
      return findings
    }

    private mutating func changesNothing(_ function: FunctionDeclaration) -> Bool {
      var changed = context.spec
      let one = Expression(.integer(1), span: function.body.span)
      let body = Expression(.binary(.add, function.body, one), span: function.body.span)
      changed.units[0].functions[function.name]?.body = body
      for (variant, graph) in networks {
        guard !isExhausted, let other = build(changed, variant: variant), other.isSameNetwork(as: graph) else {
          return false
        }
      }
      return !networks.isEmpty
    }
  }
}

extension Spec {
  /// The functions of the spec's own file, in its order.
  var ownFunctions: [FunctionDeclaration] {
    (units.first?.functions.values.filter { $0.span.source == source } ?? []).sorted { $0.span.start < $1.span.start }
  }
}

extension Graph {
  /// Whether two networks compute the same and hold the same tensors under the same names.
  func isSameNetwork(as other: Graph) -> Bool {
    inputs == other.inputs && outputs == other.outputs && heads == other.heads && nodes.count == other.nodes.count
      && zip(nodes, other.nodes).allSatisfy { $0.isSame(as: $1) }
  }
}

extension Node {
  fileprivate func isSame(as other: Node) -> Bool {
    keyword == other.keyword && path == other.path && inputs == other.inputs && output == other.output
      && parameters == other.parameters && head == other.head && attributes.count == other.attributes.count
      && zip(attributes, other.attributes).allSatisfy { $0.name == $1.name && $0.value == $1.value }
  }
}
