import GraphIR
import SpecLanguage

/// The form of a join.
enum JoinSign {
  /// Sums and products are circles with their sign, as papers draw them; other joins are bars with their name.
  static func form(of node: Node) -> Figure.Box.Form {
    switch Join(rawValue: node.keyword) {
    case .add?: .circle("+")
    case .multiply?: .circle("×")
    case .concat?, .mean?, .max?, nil: .bar
    }
  }
}
