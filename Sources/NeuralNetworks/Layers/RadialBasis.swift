import Layers
import Tensors

/// LeNet-5's Euclidean radial basis functions: squared distances to fixed centers, `[N, in]` → `[N, out]`.
///
/// LeCun et al. 1998.
public struct RadialBasis: Module, Layer {
  /// `[out, in]`.
  public var centers: Tensor
  /// Whether the centers were given, so that a file of weights may lack them.
  private let isGiven: Bool
  var rule: LayerRule

  /// A layer with the given centers `[out, in]`.
  public init(centers: Tensor) {
    precondition(centers.rank == 2, "centers are [out, in], not \(centers.shape)")
    rule = LayerRule(Layers.RadialBasis.self, centers.shape[0].field, .text("centers"))
    self.centers = centers
    isGiven = true
  }

  /// A layer of `features` input features whose centers are to come from a file of weights.
  public init(in features: Int, out: Int) {
    rule = LayerRule(Layers.RadialBasis.self, out.field, .text("centers"))
    centers = Tensor(zeros: [out, features])
    isGiven = false
  }

  /// The distances.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["centers": centers]) }

  /// Shows `centers`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&centers, "centers", role: isGiven ? .fixed : .frozen)
  }
}
