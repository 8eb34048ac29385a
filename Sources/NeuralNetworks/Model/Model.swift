import Foundation
import Tensors
import Weights

/// A whole network with its parameters.
///
///     let model = try ResNet50(weights: url)
///     let scores = model(images)                  // [N, 3, 224, 224] → [N, 1000]
public protocol Model: Parameterized {
  /// What the network looks at: a tensor, or a structure of several.
  associatedtype Input: TensorGroup

  /// What the network makes of an input: a tensor, or a structure of several.
  associatedtype Output: TensorGroup

  /// The network with parameters that mean nothing yet.
  init()

  /// The shape of one image of each input: `[[3, 224, 224]]`. A network of one input says `inputShape` in its place.
  static var inputShapes: [[Int]] { get }

  /// The shape of one image of the first input: `[3, 224, 224]`. A network of several inputs says `inputShapes` in its
  /// place.
  static var inputShape: [Int] { get }

  /// Beginnings of names that files of weights may have and the network passes over: heads for training.
  static var ignoredWeights: [String] { get }

  /// How published files call the network's tensors.
  static var nameMaps: [NameMap] { get }

  /// The network's outputs for a batch `[N, C, H, W]` or `[N, features]`, or for one of each input.
  func callAsFunction(_ input: Input) -> Output
}

extension Model {
  /// That of the one input.
  public static var inputShapes: [[Int]] { [inputShape] }

  /// That of the first input.
  public static var inputShape: [Int] { inputShapes[0] }

  /// There are none.
  public static var ignoredWeights: [String] { [] }

  /// There are none.
  public static var nameMaps: [NameMap] { [] }

  /// The network with the parameters of a file: safetensors, PyTorch's .pth or .npz.
  ///
  /// - Throws: `WeightError` if the file cannot be read, or does not have exactly the network's tensors.
  public init(weights url: URL) throws(WeightError) {
    self.init()
    try load(weights: url)
  }

  /// Takes the parameters of a file.
  ///
  /// - Throws: `WeightError` if the file cannot be read, or does not have exactly the network's tensors; the network is
  ///   then as it was.
  public mutating func load(weights url: URL) throws(WeightError) {
    try load(from: WeightFile.open(url.path))
  }

  /// Takes the parameters of an open file.
  ///
  /// - Throws: `WeightError` if the file is damaged, or does not have exactly the network's tensors; the network is then
  ///   as it was.
  public mutating func load(from file: WeightFile) throws(WeightError) {
    var expected: [ExpectedTensor] = []
    forEachParameter { name, role, tensor in
      expected.append(ExpectedTensor(name: name, shape: tensor.shape, need: role == .fixed ? .optional : .required))
    }
    let (file, binding) = file.fitted(
      to: expected, maps: Self.nameMaps, allowUnexpected: Self.ignoredWeights.map { "\($0).*" })
    try binding.requireComplete(file: file.path)
    let sources = Dictionary(uniqueKeysWithValues: binding.bound.map { ($0.name, $0.source) })
    var problem: WeightError?
    var copy = self
    var visitor = ParameterVisitor { name, _, tensor in
      guard problem == nil, let source = sources[name] else { return }
      do throws(WeightError) {
        tensor = try file.tensor(named: source, shape: tensor.shape)
      } catch {
        problem = error
      }
    }
    copy.visitParameters(&visitor)
    if let problem { throw problem }
    self = copy
  }

  /// Takes parameters by their names; fixed ones, which the network has already, may be left out.
  ///
  /// - Throws: `ParameterError` if one is missing, unknown or of another shape; the network is then as it was.
  public mutating func load(_ parameters: [String: Tensor]) throws(ParameterError) {
    var unknown = Set(parameters.keys)
    var problem: ParameterError?
    var copy = self
    var visitor = ParameterVisitor { name, role, tensor in
      unknown.remove(name)
      guard problem == nil else { return }
      guard let value = parameters[name] else {
        if role != .fixed { problem = .missing(name) }
        return
      }
      if value.shape == tensor.shape {
        tensor = value
      } else {
        problem = .wrongShape(name, expected: tensor.shape, found: value.shape)
      }
    }
    copy.visitParameters(&visitor)
    if problem == nil, let name = unknown.min() { problem = .unknown(name) }
    if let problem { throw problem }
    self = copy
  }
}

/// Why parameters do not fit a network.
public enum ParameterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The network has a parameter that was not given.
  case missing(String)
  /// The network has no parameter of that name.
  case unknown(String)
  /// The parameter has another shape in the network.
  case wrongShape(String, expected: [Int], found: [Int])

  /// The fault in a sentence.
  public var description: String {
    switch self {
    case .missing(let name): "the parameter '\(name)' is missing"
    case .unknown(let name): "the network has no parameter '\(name)'"
    case .wrongShape(let name, let expected, let found):
      "the parameter '\(name)' is \(found), but the network's is \(expected)"
    }
  }
}

/// Tensors that a network makes together: one, or those of a structure with a name each.
public protocol TensorGroup: Sendable {
  /// Takes the tensors in their order, as many as the group has.
  init(tensors: [Tensor])

  /// The tensors in their order.
  var tensors: [Tensor] { get }
}

extension Tensor: TensorGroup {
  /// The one tensor of the group.
  public init(tensors: [Tensor]) {
    precondition(tensors.count == 1, "one tensor is expected, not \(tensors.count)")
    self = tensors[0]
  }

  /// The tensor itself.
  public var tensors: [Tensor] { [self] }
}

extension Model {
  /// The operations of the network on inputs of a shape with its batch: what a plan is made from. Layers are labelled
  /// with the paths by which their parameters are called.
  package func computation(input shape: [Int]) -> Computation { computation(inputs: [shape]) }

  /// As above, for inputs of several shapes.
  package func computation(inputs shapes: [[Int]]) -> Computation {
    var named = self
    var visitor = ParameterVisitor(layers: { $0.rule.path = $1 }) { _, _, _ in }
    named.visitParameters(&visitor)
    return Computation.tracing(shapes) { inputs, _ in named(Input(tensors: inputs)).tensors }
  }
}
