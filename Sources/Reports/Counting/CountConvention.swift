import GraphIR
import Layers
import Shapes

/// How the work of a network is counted: cnnc's own way, or that of a tool whose figures people compare with.
///
/// Six tools print six numbers for one network, because they disagree on what counts; a report says which one it means.
/// Each rule follows the tool's source at the version named in its explanation, for one image at inference.
package enum CountConvention: String, CaseIterable, Sendable {
  case cnnc
  case torch
  case torchinfo
  case fvcore
  case ptflops
  case thop

  /// What is counted, in one line.
  package var explanation: String {
    switch self {
    case .cnnc: "multiply-accumulates of convolutions and linear layers"
    case .torch: "torch.utils.flop_counter: 2 for each MAC of convolutions and linear layers"
    case .torchinfo: "torchinfo 1.8: parameters, those of a convolution at every output position"
    case .fvcore: "fvcore 0.1.5: MACs, and norms, adaptive averages and upsampling"
    case .ptflops: "ptflops 0.7: MACs and biases; norms, most activations and pools, many of them twice"
    case .thop: "thop 0.1.1: MACs, norms (4 an element), averages and softmax"
    }
  }

  /// What the tool calls what it counts.
  package var unit: String {
    switch self {
    case .cnnc, .thop: "MACs"
    case .torch, .fvcore: "FLOPs"
    case .torchinfo: "mult-adds"
    case .ptflops: "MACs"
    }
  }

  /// The count of one layer for one image.
  package func count(_ node: Node, in graph: Graph) -> Extent {
    switch self {
    case .cnnc: node.macs
    case .torch: count(node, by: .torch, in: graph)
    case .torchinfo: count(node, by: .torchinfo, in: graph)
    case .fvcore: count(node, by: .fvcore, in: graph)
    case .ptflops: count(node, by: .ptflops, in: graph)
    case .thop: count(node, by: .thop, in: graph)
    }
  }

  private func count(_ node: Node, by tool: CountingTool, in graph: Graph) -> Extent {
    node.layer.count(by: tool, for: graph.inputShapes(of: node), output: node.output)
  }

  /// The count of the network for one image, without the heads that exist in training only.
  package func total(_ graph: Graph) -> Extent {
    graph.mainNodes.reduce(0) { $0 + count($1, in: graph) }
  }
}
