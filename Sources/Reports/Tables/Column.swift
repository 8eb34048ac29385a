/// A column of the reports' tables, by the word that `--columns` takes.
package enum Column: String, CaseIterable, Sendable {
  case layer
  case kind
  case input
  case output
  case kernel
  case params
  case macs
  case share
  case line
  case receptive
  case memory

  /// What a report shows unless told otherwise.
  package static let standard: [Column] = [.layer, .kind, .output, .params, .macs, .share]

  /// Whether cells stand at the right edge, so that digits line up.
  var isNumeric: Bool {
    switch self {
    case .params, .macs, .share, .line, .memory: true
    case .layer, .kind, .input, .output, .kernel, .receptive: false
    }
  }

  /// The heading; counts are called what their convention calls them.
  func title(_ convention: CountConvention) -> String {
    switch self {
    case .macs: convention.unit
    case .receptive: "receptive field"
    case .layer, .kind, .input, .output, .kernel, .params, .share, .line, .memory: rawValue
    }
  }
}
