import Diagnostics
import Shapes
import SpecLanguage

/// Parameters that vary, the values each takes, and what a paper says comes out.
package struct SweepPlan: Sendable {
  package struct Axis: Sendable {
    package var parameter: String
    package var values: [ArgumentValue]

    package init(parameter: String, values: [ArgumentValue]) {
      self.parameter = parameter
      self.values = values
    }
  }

  /// Networks that one sweep may build.
  package static let pointLimit = 10_000

  /// The key under `sweeps:`; nil for a sweep of the command line.
  package var name: String?
  package var axes: [Axis]
  package var columns: [Sweep.Column]

  /// A sweep of the spec.
  package init(_ sweep: Sweep) {
    name = sweep.name
    axes = sweep.axes.map { Axis(parameter: $0.parameter, values: $0.values) }
    columns = sweep.columns
  }

  /// The product of some axes, without expectations.
  package init(over axes: [Axis]) {
    self.axes = axes
    columns = []
  }

  package var pointCount: Int { axes.reduce(1) { saturatingProduct($0, $1.values.count) } }

  /// The values at a point, one for each axis; the last axis varies fastest.
  func values(at point: Int) -> [ArgumentValue] {
    var rest = point
    let reversed = axes.reversed().map { axis in
      let value = axis.values[rest % axis.values.count]
      rest /= axis.values.count
      return value
    }
    return reversed.reversed()
  }
}

extension SpecReader {
  /// Reads `alpha=1.0,0.5` from a command line as an axis of a sweep; nil, reported, if it is none.
  mutating func axis(_ text: String, in spec: Spec) -> SweepPlan.Axis? {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let values = parts.count == 2 ? Self.listElements(parts[1]) : [""]
    var arguments: [Argument] = []
    for value in values {
      guard let argument = assignment("\(parts[0])=\(value)", in: spec, option: "--over") else { return nil }
      arguments.append(argument)
    }
    return arguments.first.map { SweepPlan.Axis(parameter: $0.name, values: arguments.map(\.value)) }
  }

  /// The parts between the commas that stand in no brackets.
  private static func listElements(_ text: Substring) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }
}
