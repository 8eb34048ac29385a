import GraphIR
import Layers

/// Colours by group of kinds: tints with a dark line of the same hue, after Okabe and Ito's set, which readers with any
/// colour vision can tell apart; the lines differ in lightness as well, for print in grey.
package enum Palette: String, CaseIterable, Sendable {
  case convolution
  case pooling
  case normalization
  case activation
  case arrangement
  case join
  case historical
  case block
  case head
  case terminal

  package var fill: String {
    switch self {
    case .convolution: "#dbe9f6"
    case .pooling: "#fbe0cf"
    case .normalization: "#fbf3c4"
    case .activation: "#d6efe4"
    case .arrangement: "#ebebeb"
    case .join: "#f3dfec"
    case .historical: "#d9f0fa"
    case .block: "#eceff6"
    case .head: "#f7f1e6"
    case .terminal: "#ffffff"
    }
  }

  package var line: String {
    switch self {
    case .convolution: "#0a5c99"
    case .pooling: "#b94a00"
    case .normalization: "#8f7a00"
    case .activation: "#00795a"
    case .arrangement: "#6b6b6b"
    case .join: "#97487a"
    case .historical: "#2783b4"
    case .block: "#44506b"
    case .head: "#86693a"
    case .terminal: "#555555"
    }
  }

  /// What the legend calls it; nil for what needs no explanation.
  package var legend: String? {
    switch self {
    case .convolution: "convolution, linear"
    case .pooling: "pooling"
    case .normalization: "normalization"
    case .activation: "activation"
    case .arrangement: "shape"
    case .join: "join"
    case .historical: "LeNet-5, 1998"
    case .block: "block, folded"
    case .head: "training only"
    case .terminal: nil
    }
  }

  /// The colour of a layer.
  package init(_ node: Node) {
    self =
      switch type(of: node.layer).documentation.group {
      case .convolution: .convolution
      case .pooling: .pooling
      case .normalization: .normalization
      case .activation: .activation
      case .arrangement: .arrangement
      case .join: .join
      case .historical: .historical
      }
  }
}
