import GraphIR
import Layers
import SpecLanguage
import Weights

/// An `init:` that does not suit its tensor.
package struct InitializationError: Error, Equatable {
  package var message: String
  /// Whether a file that the spec names for a tensor's values cannot be read.
  package var isUnreadable = false
}

extension Graph {
  /// A tensor with the distribution of its first values.
  package struct InitialTensor: Sendable {
    package var name: String
    package var shape: [Int]
    package var initialization: Initialization
  }

  /// How the network's tensors begin: by the spec's `init:`, else as PyTorch does. Heads for training are left out unless
  /// they are asked for, and fixed tensors whose values the spec has.
  ///
  /// - Throws: `InitializationError` if a spec asks for something that a tensor's shape does not have, or for values in a
  ///   file that cannot be read.
  package func initialTensors(
    from files: some FileAccess, heads: Bool = false
  ) throws(InitializationError) -> [InitialTensor] {
    var result: [InitialTensor] = []
    for node in heads ? nodes[...] : mainNodes {
      for parameter in node.ownParameters where !isGiven(parameter, of: node) {
        result.append(
          InitialTensor(
            name: tensorName(parameter, of: node), shape: parameter.shape,
            initialization: try initialization(of: parameter, node, from: files)))
      }
    }
    return result
  }

  private func initialization(
    of parameter: ParameterSpec, _ node: Node, from files: some FileAccess
  ) throws(InitializationError) -> Initialization {
    let form = node.layer.tensorSettings.form
    let weight = node.parameters.first {
      $0.shape.count >= 2 && !isGiven($0, of: node) && $0.name == form?.weightName ?? $0.name
    }
    let fans = weight.map { Fans($0.shape, outputs: outputs(of: node, weight: $0), axes: node.output.axisCount) }
    if let written = node.layer.tensorSettings.initializer(of: parameter.name) {
      if let values = written.values { return .values(try given(values, parameter, of: node, from: files)) }
      return try written.initialization(
        parameter.shape.count >= 2 ? fans : nil, tensor: tensorName(parameter, of: node))
    }
    if let form, let weight, weight.name != parameter.name, let kind = form.derivation(of: parameter.name) {
      return .derived(
        kind, from: try initialization(of: weight, node, from: files), tensor: tensorName(weight, of: node),
        shape: weight.shape)
    }
    return standard(parameter, node, fans)
  }

  private func given(
    _ values: TensorValues, _ tensor: ParameterSpec, of node: Node, from files: some FileAccess
  ) throws(InitializationError) -> [Float] {
    do {
      return try pattern(values, of: node, tensor, from: files)
    } catch {
      throw InitializationError(message: error.description, isUnreadable: error.isUnreadable)
    }
  }

  /// A layer's output channels, where the weight's first size is another number (LeNet-5's table of connections).
  private func outputs(of node: Node, weight: ParameterSpec) -> Int {
    if case .intTable(let rows)? = node.attributes.first(where: { $0.name == "connections" })?.value {
      return rows.count
    }
    return weight.shape[0]
  }

  /// PyTorch's defaults.
  private func standard(_ parameter: ParameterSpec, _ node: Node, _ fans: Fans?) -> Initialization {
    if let start = node.layer.firstValue(of: parameter.name) { return .constant(start) }
    return fans.map { .pytorch(fanIn: $0.input) } ?? .constant(0)
  }
}

/// How many values an output is made of, and how many outputs a value goes to, as PyTorch counts them.
private struct Fans {
  var input: Double
  var output: Double

  /// `shape` is outputs × inputs × window, of a layer over so many axes; where it has a size less, a connection has a window
  /// (LeNet-5).
  init(_ shape: [Int], outputs: Int, axes: Int) {
    let window = shape.dropFirst(2).reduce(1.0) { $0 * Double($1) }
    input = Double(shape[1]) * window
    output = Double(shape[0]) * window
    if axes == 2, shape.count == 3 {
      let area = Double(shape[1]) * Double(shape[2])
      input = max(1, Double(shape[0]) / Double(max(1, outputs))) * area
      output = Double(outputs) * area
    }
  }
}

extension TensorInitializer {
  /// The distribution with its numbers.
  ///
  /// - Throws: `InitializationError` if it needs fans, which a tensor of one dimension does not have.
  fileprivate func initialization(_ fans: Fans?, tensor: String) throws(InitializationError) -> Initialization {
    func number(_ name: String) -> Double {
      let known = Self.distributions.first { $0.word == distribution }?.arguments.first { $0.name == name }
      return arguments[name] ?? known?.value ?? 0
    }
    switch distribution {
    case "normal": return .normal(mean: number("mean"), standardDeviation: number("std"))
    case "truncated_normal": return .truncatedNormal(mean: number("mean"), standardDeviation: number("std"))
    case "uniform": return .uniform(low: number("low"), high: number("high"))
    case "constant": return .constant(number("value"))
    case "zeros": return .constant(0)
    case "ones": return .constant(1)
    default: break
    }
    guard let fans else {
      throw InitializationError(
        message: "\(distribution) needs a tensor of two or more dimensions, which '\(tensor)' has not")
    }
    switch distribution {
    case "he_normal": return .heNormal(fanIn: fans.input)
    case "he_uniform": return .heUniform(fanIn: fans.input)
    case "xavier_normal": return .xavierNormal(fanIn: fans.input, fanOut: fans.output)
    case "xavier_uniform": return .xavierUniform(fanIn: fans.input, fanOut: fans.output)
    default: throw InitializationError(message: "no initializer '\(distribution)'")
    }
  }
}

extension WeightForm {
  /// How a tensor beside the one that stands for the weight follows from that one at first; nil if it does not.
  fileprivate func derivation(of tensor: String) -> Initialization.Derivation? {
    switch (self, tensor) {
    case (.weightNorm, "weight_g"): .rowNorms
    case (.spectralNorm(let dimension), "weight_u"): .leftSingularVector(dimension: dimension)
    case (.spectralNorm(let dimension), "weight_v"): .rightSingularVector(dimension: dimension)
    default: nil
    }
  }
}
