import Diagnostics
import YAML

/// What a name stands for.
package enum Symbol: Hashable, Sendable {
  case block(String)
  case function(String)
  case builtin(String)
  case modelParameter(String)
  case blockParameter(block: String, String)
  case functionParameter(function: String, String)
  /// A column of a table or the variable of a loop, told by the loop's place.
  case loopVariable(Span, String)
  /// A node by its level, or an input that nodes refer to as to one.
  case node(level: Int, String)
  case variant(String)

  package var name: String {
    switch self {
    case .block(let name), .function(let name), .builtin(let name), .modelParameter(let name),
      .blockParameter(_, let name), .functionParameter(_, let name), .loopVariable(_, let name), .node(_, let name),
      .variant(let name):
      name
    }
  }
}

/// A place where a name is written.
package struct SymbolOccurrence: Sendable {
  package var symbol: Symbol
  package var span: Span
  package var isDeclaration: Bool
  /// The whole that a declaration is of: the entry, the item.
  package var whole: Span
}

/// The levels that nodes are named on, as the text has them: nothing is expanded.
struct NameLevel: Sendable {
  /// What a name leads to.
  indirect enum Target: Sendable {
    case nothing
    case level(Int)
    case block(String)
    /// Copies, numbered.
    case copies(Target)
  }

  var parent: Int?
  /// Whether names around cannot be seen: the level of a block.
  var isEdge = false
  var isNumbered = false
  var targets: [String: Target] = [:]
  /// What the numbers lead to, in order.
  var numbered: [Target] = []
}
