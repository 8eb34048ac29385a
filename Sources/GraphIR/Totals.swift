import Layers
import Shapes
import SpecLanguage

/// Sums over nodes: parameters by role, and multiply-accumulates.
package struct Totals: Sendable {
  package var trainable = 0
  package var fixed = 0
  package var buffers = 0
  /// An image.
  package var macs: Extent = 0

  package init(_ nodes: some Sequence<Node>) {
    for node in nodes {
      for parameter in node.parameters {
        switch parameter.role {
        case .trainable: trainable = saturatingSum(trainable, parameter.elements)
        case .fixed: fixed = saturatingSum(fixed, parameter.elements)
        case .buffer: buffers = saturatingSum(buffers, parameter.elements)
        }
      }
      macs += node.macs
    }
  }

  /// Trainable and fixed parameters.
  package var parameters: Int { saturatingSum(trainable, fixed) }

  /// What an expectation compares with; nil where sizes are open.
  package func figure(_ metric: Expectation.Metric) -> Int? {
    switch metric {
    case .params, .paramsWithAux: trainable
    case .macs: macs.value
    }
  }

  /// `25,557,032`.
  package static func grouped(_ number: Int) -> String {
    var digits = String(number.magnitude)
    var result = ""
    while digits.count > 3 {
      result = "," + digits.suffix(3) + result
      digits.removeLast(3)
    }
    return (number < 0 ? "-" : "") + digits + result
  }
}
