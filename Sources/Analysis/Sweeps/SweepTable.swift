import GraphIR
import SpecLanguage

/// What came of a sweep: a network for each combination of values, with its figures beside those expected.
package struct SweepTable: Sendable {
  package struct Point: Sendable {
    /// As the spec or the command line writes them, one for each parameter.
    package var values: [String]
    /// Nil where the network does not fit together.
    package var figures: Figures?
  }

  /// What a network costs; nil where sizes are open.
  package struct Figures: Hashable, Sendable {
    package var params: Int
    package var paramsWithAux: Int
    package var macs: Int?
    /// The most bytes of activations held at once.
    package var memory: Int?

    package subscript(metric: Expectation.Metric) -> Int? {
      switch metric {
      case .params: params
      case .paramsWithAux: paramsWithAux
      case .macs: macs
      }
    }
  }

  package var name: String?
  package var parameters: [String]
  package var points: [Point]
  package var columns: [Sweep.Column]
  /// How many points the last parameter runs through before another one changes.
  package var run: Int

  /// What is expected of a metric at a point.
  package func expected(_ metric: Expectation.Metric, at point: Int) -> ExpectedNumber? {
    columns.first { $0.metric == metric }.flatMap { $0.values.indices.contains(point) ? $0.values[point] : nil }
  }

  /// `alpha 0.5, resolution 128`.
  package func label(of point: Int) -> String {
    zip(parameters, points[point].values).map { "\($0) \($1)" }.joined(separator: ", ")
  }
}
