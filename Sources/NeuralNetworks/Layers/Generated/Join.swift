// Joins, as the declarations in Sources/Layers say them. Do not edit: RECORD_GOLDEN=1 makes the tests
// write this file anew (docs/adding-a-layer.md).

import Layers
import Tensors

/// Inputs one behind the other, along the channels unless another axis is given; vectors join their features.
///
/// C' = Σ C; the other dimensions agree. Szegedy et al. 2014, arXiv:1409.4842.
public func concat(_ inputs: [Tensor], axis: ConcatenationAxis = .channels) -> Tensor {
  LayerRule(Layers.Concat.self, axis.field)(inputs)
}

/// The sum of inputs of one shape, as a residual ends.
///
/// y = x₁ + x₂ + …. He et al. 2015, arXiv:1512.03385.
public func add(_ inputs: [Tensor]) -> Tensor {
  LayerRule(Layers.Add.self)(inputs)
}

/// The product of inputs; a gate of C×1×1, C, 1×H×W, C×H×1 or C×1×W is spread over C×H×W.
///
/// y = x₁ · x₂ · …. Hu et al. 2017 (squeeze and excitation), arXiv:1709.01507.
public func multiply(_ inputs: [Tensor]) -> Tensor {
  LayerRule(Layers.Multiply.self)(inputs)
}

/// The mean of inputs of one shape.
///
/// y = (x₁ + x₂ + …) / n. Larsson et al. 2016 (FractalNet), arXiv:1605.07648.
public func mean(_ inputs: [Tensor]) -> Tensor {
  LayerRule(Layers.Mean.self)(inputs)
}

/// The largest of inputs of one shape, element by element.
///
/// y = max(x₁, x₂, …). Goodfellow et al. 2013, arXiv:1302.4389.
public func maximum(_ inputs: [Tensor]) -> Tensor {
  LayerRule(Layers.Max.self)(inputs)
}
