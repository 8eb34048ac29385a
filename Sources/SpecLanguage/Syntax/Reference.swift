import Diagnostics
import Expressions

/// A value that an item names: an earlier node, the block's input, what came before.
package struct Reference: Sendable {
  package indirect enum Form: Sendable {
    /// `up`, `features.3`, `enc$(k)`: an earlier node, or an input of the block.
    case path([NameTemplate])
    /// `input`: what flows into the block, or into the network.
    case input
    /// `prev`: what the item before made.
    case previous
    /// `a if c else b`.
    case choice(Reference, condition: Expression, otherwise: Reference)
  }

  package var form: Form
  package var span: Span

  package init(form: Form, span: Span) {
    self.form = form
    self.span = span
  }
}

extension Reference {
  /// The expressions that choose between nodes or are put into their names.
  package var expressions: [Expression] {
    switch form {
    case .path(let path): path.flatMap(\.expressions)
    case .input, .previous: []
    case .choice(let chosen, let condition, let other): [condition] + chosen.expressions + other.expressions
    }
  }
}

extension Reference {
  /// The name, if it is one that is written out.
  package var literalName: String? {
    if case .path(let path) = form, path.count == 1 { path[0].literal } else { nil }
  }
}

/// A name with integers put in: `block$(stage.i + 1)`.
package struct NameTemplate: Sendable {
  package enum Part: Sendable {
    case text(String)
    case expression(Expression)
  }

  package var parts: [Part]
  package var span: Span

  package init(parts: [Part], span: Span) {
    self.parts = parts
    self.span = span
  }

  /// The name, if nothing is to be put in.
  package var literal: String? {
    if parts.count == 1, case .text(let text) = parts[0] { text } else { nil }
  }

  /// Whether the name counts with `i`, so that it names each item of a list.
  package var usesIndex: Bool {
    parts.contains { part in
      if case .expression(let expression) = part { expression.mentions(["i"]) } else { false }
    }
  }

  /// The expressions that are put in.
  package var expressions: [Expression] {
    parts.compactMap { if case .expression(let expression) = $0 { expression } else { nil } }
  }
}
