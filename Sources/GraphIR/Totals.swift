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

  init() {}

  /// The sums over nodes; weights that several of the graph share count where they are used first.
  package init(_ nodes: some Sequence<Node>) {
    for node in nodes {
      if node.sharedWith == nil { add(node.parameters) }
      macs += node.macs
    }
  }

  /// The sums over one layer.
  init(_ parameters: [ParameterSpec], macs: Extent) {
    add(parameters)
    self.macs = macs
  }

  private mutating func add(_ parameters: [ParameterSpec]) {
    for parameter in parameters {
      switch parameter.role {
      case .trainable: trainable = saturatingSum(trainable, parameter.elements)
      case .fixed: fixed = saturatingSum(fixed, parameter.elements)
      case .buffer: buffers = saturatingSum(buffers, parameter.elements)
      }
    }
  }

  mutating func add(_ other: Totals) {
    trainable = saturatingSum(trainable, other.trainable)
    fixed = saturatingSum(fixed, other.fixed)
    buffers = saturatingSum(buffers, other.buffers)
    macs += other.macs
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

  /// `97.5 MiB`.
  package static func bytes(_ count: Int) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var (value, unit) = (Double(count), 0)
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    let tenths = Int((value * 10).rounded())
    return unit == 0 || tenths.isMultiple(of: 10)
      ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
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
