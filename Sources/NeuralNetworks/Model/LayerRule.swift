import Layers
import Shapes
import Tensors

/// A kind of layer with its fields: the rule for shapes, and what is computed.
///
/// The layers of this library have one each, so that they accept what the compiler accepts and compute the same.
struct LayerRule: Sendable {
  private let kind: any LayerKind
  /// The layer's path in its network: `layer1.0.conv1`; nil until the network has been traced.
  var path: String?
  /// Whether training leaves the layer's tensors as they are.
  var isFixed = false
  /// What the weight is computed by; nil where it is a tensor itself.
  var form: WeightForm?

  /// A kind with its fields in their order; nil for what is not given, as for all that are missing at the end.
  init(_ kind: any LayerKind.Type, _ fields: FieldValue?...) {
    do throws(FieldError) {
      self.kind = try kind.init(inOrder: fields)
    } catch {
      preconditionFailure("\(kind.keyword): \(error.message)")
    }
  }

  /// The layer's tensors for inputs of so many channels or features, with what they hold before training, or zeros.
  ///
  /// `axes` are the input's spatial ones: two of feature maps, one of a signal, three of a volume.
  func tensor(_ name: String, channels: Int, axes: Int = 2) -> Tensor? {
    tensor(name, input: [channels] + Array(repeating: 1, count: axes))
  }

  /// The same for inputs of a shape.
  func tensor(_ name: String, input: [Int]) -> Tensor? {
    let inputs = [Shape(input.map(Extent.known))]
    precondition(input.allSatisfy { $0 > 0 }, "a layer takes at least one channel or feature, not \(input)")
    guard let spec = kind.parameters(for: inputs).first(where: { $0.name == name }) else { return nil }
    precondition(
      spec.shape.allSatisfy { $0 > 0 }, "\(type(of: kind).keyword): the tensor '\(name)' would be \(spec.shape)")
    return Tensor(repeating: Float(kind.start(of: name) ?? 0), shape: spec.shape)
  }

  /// The output for inputs with their batch; ends the program if they do not suit the layer.
  func callAsFunction(_ inputs: Tensor..., tensors: [String: Tensor?] = [:]) -> Tensor {
    self(inputs, tensors: tensors)
  }

  /// The same for a list of inputs.
  func callAsFunction(_ inputs: [Tensor], tensors: [String: Tensor?] = [:]) -> Tensor {
    let keyword = type(of: kind).keyword
    precondition(
      type(of: kind).inputCount.contains(inputs.count), "\(keyword) does not take \(inputs.count) inputs")
    let shapes = inputs.map { input in
      precondition(
        (2...5).contains(input.rank),
        "\(keyword) takes feature maps [N, C, H, W], signals [N, C, L], volumes [N, C, D, H, W] or vectors [N, features], not \(input.shape)"
      )
      precondition(
        input.shape[0] == inputs[0].shape[0], "\(keyword): batches of \(inputs[0].shape[0]) and \(input.shape[0]) met")
      return Shape(input.shape.dropFirst().map(Extent.known))
    }
    do throws(ShapeError) {
      _ = try kind.outputShape(of: shapes)
    } catch {
      preconditionFailure("\(keyword): \(error.message)")
    }
    let present = tensors.compactMapValues { $0 }
    let own = kind.parameters(for: shapes)
    let specs = (form?.tensors(own) ?? own).map { spec in
      isFixed && spec.role == .trainable ? ParameterSpec(spec.name, spec.shape, role: .fixed) : spec
    }
    for spec in specs {
      let shape = present[spec.name]?.shape
      precondition(
        shape == spec.shape,
        "\(keyword): for an input of \(shapes[0]) '\(spec.name)' is \(spec.shape), but the layer's is "
          + (shape.map(String.init(describing:)) ?? "missing"))
    }
    let parameters = ParameterSet(present)
    guard let trace = inputs.trace else { return output(inputs, parameters) }
    // What has no path of its own goes by its kind.
    let path = path ?? keyword
    return trace.labelled(Computation.Label(path: path)) {
      output(inputs, trace.parameters(parameters, specs, of: path))
    }
  }

  private func output(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    kind.forward(inputs, form?.resolved(parameters) ?? parameters)
  }
}

/// What is one layer, with a name where it stands in a network.
protocol Layer: Parameterized {
  var rule: LayerRule { get set }
}

extension LayerRule {
  /// The tensor that the layer always has, for inputs of so many channels.
  func required(_ name: String, channels: Int, axes: Int = 2) -> Tensor {
    required(name, input: [channels] + Array(repeating: 1, count: axes))
  }

  /// The same for inputs of a shape.
  func required(_ name: String, input: [Int]) -> Tensor {
    guard let tensor = tensor(name, input: input) else {
      preconditionFailure("\(type(of: kind).keyword) has no tensor '\(name)'")
    }
    return tensor
  }
}
