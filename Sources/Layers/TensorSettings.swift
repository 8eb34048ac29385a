import Shapes
import Tensors

/// What a spec says of a layer's tensors, beside what follows from its other fields.
package struct TensorSettings: Hashable, Sendable {
  /// Whether training changes the tensors that it could.
  package var isTrainable = true
  package var initializers: [TensorInitializer] = []
  /// What the weight is computed by; nil where it is a tensor itself.
  package var form: WeightForm?

  /// What is written for a tensor's first values; what names none is for the weight, or what stands for it.
  package func initializer(of tensor: String) -> TensorInitializer? {
    let isWeight = tensor == form?.weightName ?? "weight"
    return initializers.last { initializer in
      initializer.tensor == tensor || isWeight && (initializer.tensor == nil || initializer.tensor == "weight")
    }
  }
}

extension FieldReader {
  /// The fields `trainable` and `init`, the last ones of a layer with tensors.
  package mutating func tensorSettings() -> TensorSettings {
    let isTrainable = optionalBool(
      "trainable", defaultText: "true", "whether training changes the layer's tensors", concernsTensors: true)
    return TensorSettings(isTrainable: isTrainable ?? true, initializers: initializers())
  }

  /// The same behind fields for what the weight is computed by; `outputs` is the weight's dimension of the outputs.
  ///
  /// - Throws: `FieldError` when the fields contradict each other.
  package mutating func weightSettings(outputs: Int = 0) throws(FieldError) -> TensorSettings {
    var problem: FieldError?
    var form: WeightForm?
    do throws(FieldError) { form = try weightForm(outputs: outputs) } catch { problem = error }
    var settings = tensorSettings()
    if let problem { throw problem }
    settings.form = form
    return settings
  }
}

extension LayerKind {
  package var tensorSettings: TensorSettings { TensorSettings() }

  /// The tensors of the layer, in the order of a state_dict, as training sees them.
  package func tensors(for inputs: [Shape]) -> [ParameterSpec] {
    let own = parameters(for: inputs)
    let specs = tensorSettings.form?.tensors(own) ?? own
    if tensorSettings.isTrainable { return specs }
    return specs.map { spec in
      spec.role == .trainable ? ParameterSpec(spec.name, spec.shape, role: .fixed) : spec
    }
  }

  /// The layer's output for inputs with their batch and all of `tensors(for:)`.
  package func output(_ inputs: [Tensor], _ tensors: ParameterSet) -> Tensor {
    forward(inputs, tensorSettings.form?.resolved(tensors) ?? tensors)
  }

  /// What each element of one of `tensors(for:)` is before training; nil where first values are drawn, and for zeros.
  package func firstValue(of tensor: String) -> Double? { tensorSettings.form?.start(of: tensor) ?? start(of: tensor) }

  package func givenValues(of tensor: String) -> TensorValues? {
    guard let initializer = tensorSettings.initializer(of: tensor) else { return nil }
    return initializer.values ?? initializer.constant.map { .numbers(NumberPattern($0)) }
  }
}

extension LayerKind {
  /// What is wrong with values that the spec gives tensors; nil if they fit.
  package func problem(withFirstValuesOf tensors: [ParameterSpec]) -> ShapeError? {
    let names = tensors.map(\.name)
    // A weight may be computed of tensors that have other names, and a bias may be switched off.
    for case let name? in tensorSettings.initializers.map(\.tensor) where !["weight", "bias"].contains(name) {
      if names.contains(name) || names.isEmpty { continue }
      return ShapeError(
        .field, "\(Self.keyword) has no tensor '\(name.prefix(40))'; it has \(names.joined(separator: ", "))",
        field: "init")
    }
    for tensor in tensors where tensor.shape.count < 2 {
      guard let distribution = tensorSettings.initializer(of: tensor.name)?.distribution,
        TensorInitializer.goByFans.contains(distribution)
      else { continue }
      return ShapeError(
        .field,
        "\(distribution) goes by how many values flow in and out, and the tensor '\(tensor.name)' has one dimension",
        field: "init")
    }
    for tensor in tensors {
      guard case .numbers(let pattern)? = givenValues(of: tensor.name), !pattern.fits(tensor.shape) else { continue }
      let count = pattern.shape.map(String.init).joined(separator: "×")
      return ShapeError(
        .field,
        "\(count) numbers do not fill the tensor '\(tensor.name)', which is "
          + "\(tensor.shape.map(String.init).joined(separator: "×")), or its last dimensions", field: "init")
    }
    return nil
  }
}

extension TensorInitializer {
  /// The one number that all elements begin with, if the distribution is that.
  fileprivate var constant: Double? {
    switch distribution {
    case "zeros": 0
    case "ones": 1
    case "constant": arguments["value"] ?? 0
    default: nil
    }
  }
}
