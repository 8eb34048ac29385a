import GraphIR
import Layers
import Shapes

/// The rules of the tools, layer by layer. Elements are those of one image.
extension CountConvention {
  /// `LayerInfo.calculate_macs`: parameters called weight or bias, for a convolution at every output position.
  func torchinfoCount(_ node: Node) -> Extent {
    let parameters = node.parameters
      .filter { $0.role == .trainable && ($0.name == "weight" || $0.name == "bias") }
      .reduce(0) { saturatingSum($0, $1.elements) }
    let layer = node.layer.operation
    return layer == .convolution ? node.output.height * node.output.width * parameters : .known(parameters)
  }

  /// `_DEFAULT_SUPPORTED_OPS`: multiply-adds count once, operators that are not in the list nothing.
  func fvcoreCount(_ node: Node, in graph: Graph) -> Extent {
    let input = inputElements(node, in: graph)
    return switch node.layer.operation {
    case .convolution, .linear: node.macs
    case .batchNorm(let affine): input * (affine ? 2 : 1)
    case .imageNorm(let affine): input * (affine ? 5 : 4)
    case .adaptiveAveragePool: input
    case .upsample(let bilinear): isBicubic(node) ? 0 : node.output.elements * (bilinear ? 4 : 1)
    case .localResponseNorm, .activation, .softmax, .maxPool, .averagePool, .adaptiveMaxPool, .elementwise, .movement,
      .view, .other:
      0
    }
  }

  /// `MODULES_MAPPING` and `FUNCTIONAL_MAPPING`: a module that calls a function of the second counts twice.
  func ptflopsCount(_ node: Node, in graph: Graph) -> Extent {
    let input = inputElements(node, in: graph)
    switch node.layer.operation {
    case .convolution, .linear: return node.macs + (hasBias(node) ? node.output.elements : 0)
    case .batchNorm(let affine): return input * (affine ? 2 : 1)
    // The hook asks for `affine`, which a LayerNorm calls `elementwise_affine`.
    case .imageNorm(let affine): return input * (affine && node.keyword != "layer_norm" ? 2 : 1)
    case .activation: return input * (Self.ptflopsActivations[node.keyword] ?? 0)
    case .softmax: return node.keyword == "softmax" ? input : 0
    case .maxPool, .averagePool: return isDepthPool(node) ? 0 : input * 2
    case .adaptiveAveragePool, .adaptiveMaxPool: return input * 2
    case .upsample: return node.output.elements * 2
    case .localResponseNorm:
      // Squares, scales and shifts each element, and averages over channels with the padding counted.
      let rim = (integer("size", of: node) ?? 5) - 1
      return input * 4 + node.output.height * node.output.width * rim
    case .elementwise, .movement, .view, .other: return 0
    }
  }

  /// Activations with a module hook, a patched function, or both.
  private static let ptflopsActivations = [
    "relu": 2, "prelu": 2, "elu": 2, "gelu": 2, "relu6": 1, "leaky_relu": 1, "silu": 1,
  ]

  /// `register_hooks`: a transposed convolution counts as if every output pixel saw the whole kernel.
  func thopCount(_ node: Node, in graph: Graph) -> Extent {
    let input = inputElements(node, in: graph)
    let output = node.output.elements
    switch node.layer.operation {
    case .convolution: return node.keyword == "transposed_conv" ? thopTransposed(node, in: graph) : node.macs
    case .linear: return node.macs
    case .batchNorm(let affine): return input * (affine ? 4 : 2)
    case .imageNorm(let affine): return node.keyword == "group_norm" ? 0 : input * (affine ? 4 : 2)
    case .activation: return node.keyword == "prelu" ? input : 0
    case .softmax:
      let channels = node.output.channels
      let positions = node.output.height * node.output.width
      return node.keyword == "softmax" ? positions * (channels * 3 - 1) : 0
    case .averagePool: return isDepthPool(node) ? 0 : output
    // (window area + 1) × outputs, where the area is the inputs' share of an output.
    case .adaptiveAveragePool: return input + output
    case .upsample(let bilinear): return output * (isBicubic(node) ? 259 : bilinear ? 11 : 1)
    case .localResponseNorm, .maxPool, .adaptiveMaxPool, .elementwise, .movement, .view, .other: return 0
    }
  }

  private func thopTransposed(_ node: Node, in graph: Graph) -> Extent {
    guard let weight = node.parameters.first(where: { $0.name == "weight" })?.shape, weight.count == 4,
      let channels = graph.inputShapes(of: node).first?.channels
    else { return node.macs }
    let groups = integer("groups", of: node) ?? 1
    return node.output.elements * channels.dividedRoundingDown(by: groups) * (weight[2] * weight[3])
  }

  private func inputElements(_ node: Node, in graph: Graph) -> Extent {
    graph.inputShapes(of: node).first?.elements ?? 0
  }

  private func hasBias(_ node: Node) -> Bool { node.parameters.contains { $0.name == "bias" } }

  /// PyTorch has no pool over channels, so no tool counts one.
  private func isDepthPool(_ node: Node) -> Bool { node.keyword == "depth_pool" }

  private func isBicubic(_ node: Node) -> Bool {
    node.attributes.contains { $0.name == "mode" && $0.value == .word("bicubic") }
  }

  private func integer(_ field: String, of node: Node) -> Int? {
    for attribute in node.attributes where attribute.name == field {
      if case .int(let number) = attribute.value { return number }
    }
    return nil
  }
}
