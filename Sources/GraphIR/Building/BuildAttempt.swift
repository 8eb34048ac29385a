import Diagnostics
import Shapes

/// What came of building a spec, whether it fits together or not.
package struct BuildAttempt: Sendable {
  package var graph: Graph?
  /// The nodes made; behind a fault with the shapes that should have been.
  package var nodes: [Node]
  package var scopes: [Scope]
  /// What parameters of type `layer` became where they are used.
  package var handedOver: [HandedOver]
  package var faults: [ShapeFault]
  /// The shapes of the model's inputs.
  package var inputs: [Shape]
  /// The outputs, then the auxiliary heads.
  package var results: [Result]
  /// Whether every layer has its node, so that sums over them mean something.
  package var isWhole: Bool
  /// Items that were expanded: how long another attempt takes.
  package var items: Int
  package var diagnostics: DiagnosticBag

  /// A value that leaves the network; its shape is nil behind a fault.
  package struct Result: Sendable {
    package var value: ValueID
    package var shape: Shape?
    /// Whether what is called an output is there.
    package var isFound = true
  }
}

/// An item that a block got as an argument, or by a parameter's default, where it is used: nodes and scopes have the place
/// where it is written.
package struct HandedOver: Sendable {
  /// The place of the operation's word where it is used.
  package var use: Span
  /// The scope that the use stands in.
  package var scope: Int
  /// What the item became: the scope that was opened for it, or its one node.
  package var made: Scope.Child
  package var output: Shape
}

/// A place where shapes do not fit, with what a search for a fix starts from.
package struct ShapeFault: Hashable, Sendable {
  package var id: DiagnosticID
  /// The place of the finding.
  package var span: Span
  /// The place of the operation at fault.
  package var item: Span
  package var scope: Int
  /// What flows in: a layer's inputs, a residual's body and shortcut, a join's branches.
  package var inputs: [ValueID]
  package var shapes: [Shape]
  /// What an expectation says.
  package var expected: Shape?
  /// The layer at fault: its kind, and its fields with their values.
  package var layer: Layer?

  package struct Layer: Hashable, Sendable {
    package var keyword: String
    package var attributes: [Attribute]
  }
}
