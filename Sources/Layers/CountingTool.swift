import Shapes

/// A tool that counts a network's work its own way. The rules follow the tools' sources at the versions that
/// `CountConvention` names, for one image at inference.
package enum CountingTool: Hashable, Sendable {
  case torch
  case torchinfo
  case fvcore
  case ptflops
  case thop
}

/// What tools count for each element of a layer's input.
package struct ElementCounts: Hashable, Sendable {
  package var fvcore: Int
  package var ptflops: Int
  package var thop: Int

  package init(fvcore: Int = 0, ptflops: Int = 0, thop: Int = 0) {
    self.fvcore = fvcore
    self.ptflops = ptflops
    self.thop = thop
  }
}

extension LayerKind {
  /// By what the layer does; activations count for nothing where the kind does not say otherwise.
  package var elementCounts: ElementCounts {
    switch operation {
    case .batchNorm(let affine): ElementCounts(fvcore: affine ? 2 : 1, ptflops: affine ? 2 : 1, thop: affine ? 4 : 2)
    case .imageNorm(let affine): ElementCounts(fvcore: affine ? 5 : 4, ptflops: affine ? 2 : 1, thop: affine ? 4 : 2)
    case .maxPool, .averagePool, .adaptiveMaxPool: ElementCounts(ptflops: 2)
    case .adaptiveAveragePool: ElementCounts(fvcore: 1, ptflops: 2, thop: 1)
    case .convolution, .linear, .localResponseNorm, .activation, .softmax, .elementwise, .upsample, .movement, .view,
      .other:
      ElementCounts()
    }
  }

  package func count(by tool: CountingTool, for inputs: [Shape], output: Shape) -> Extent {
    standardCount(by: tool, for: inputs, output: output)
  }

  /// The count by what the layer does, for kinds that differ from it in one tool.
  func standardCount(by tool: CountingTool, for inputs: [Shape], output: Shape) -> Extent {
    let input = inputs.first?.elements ?? 0
    switch tool {
    case .torch: return macs(for: inputs, output: output) * 2
    case .torchinfo: return torchinfoCount(for: inputs, output: output)
    case .fvcore:
      // `_DEFAULT_SUPPORTED_OPS`: multiply-adds count once, operators that are not in the list nothing.
      // Pools of signals and volumes are other operators than those of maps.
      let isOther = operation == .adaptiveAveragePool && inputs.first.map { $0.axisCount != 2 } ?? false
      return macs(for: inputs, output: output) + (isOther ? 0 : input * elementCounts.fvcore)
    case .ptflops:
      // `MODULES_MAPPING` and `FUNCTIONAL_MAPPING`: a module that calls a function of the second counts twice.
      let isProduct = operation == .convolution || operation == .linear
      let hasBias = isProduct && parameters(for: inputs).contains { $0.name == "bias" }
      return macs(for: inputs, output: output) + (hasBias ? output.elements : 0) + input * elementCounts.ptflops
    case .thop:
      // `register_hooks`; an average counts its outputs too.
      let isAverage = operation == .averagePool || operation == .adaptiveAveragePool
      return macs(for: inputs, output: output) + input * elementCounts.thop + (isAverage ? output.elements : 0)
    }
  }

  /// `LayerInfo.calculate_macs`: parameters called weight or bias, for a convolution at every output position, and those
  /// with longer names, of which a weight is computed, for every output channel.
  private func torchinfoCount(for inputs: [Shape], output: Shape) -> Extent {
    let own = parameters(for: inputs)
    let tensors = (tensorSettings.form?.tensors(own) ?? own).filter { $0.role == .trainable }
    return tensors.reduce(Extent.known(0)) { sum, tensor in
      let elements = Extent.known(tensor.elements)
      switch tensor.name {
      case "weight", "bias": return sum + (operation == .convolution ? output.positions * elements : elements)
      case let name where name.hasPrefix("weight"): return sum + output.channels * elements
      default: return sum
      }
    }
  }
}
