import CKernels
import Tensors

/// What a kernel does to a sum before it stores it: `act(sum + bias + residual)`.
package struct Epilogue: Hashable, Sendable {
  /// Whether the plan gives a residual in the output's shape (it may be a slice with another distance of images).
  package var addsResidual: Bool
  package var activation: Activation?
  /// Floats from one image of the residual to the next.
  package var residualImageStride: Int

  package init(activation: Activation? = nil, residualImageStride: Int? = nil) {
    self.activation = activation
    addsResidual = residualImageStride != nil
    self.residualImageStride = residualImageStride ?? 0
  }

  package static let none = Epilogue()
}

extension cnnc_activation {
  /// The activation as the loops take it.
  init(_ activation: Activation?) {
    self.init()
    switch activation {
    case nil: kind = Int32(CNNC_IDENTITY)
    case .relu: kind = Int32(CNNC_RELU)
    case .relu6: kind = Int32(CNNC_RELU6)
    case .leakyReLU(let slope): (kind, a) = (Int32(CNNC_LEAKY_RELU), Float(slope))
    case .elu(let alpha): (kind, a) = (Int32(CNNC_ELU), Float(alpha))
    case .selu: kind = Int32(CNNC_SELU)
    case .gelu: kind = Int32(CNNC_GELU)
    case .approximateGELU: kind = Int32(CNNC_APPROXIMATE_GELU)
    case .silu: kind = Int32(CNNC_SILU)
    case .hardSwish: kind = Int32(CNNC_HARD_SWISH)
    case .mish: kind = Int32(CNNC_MISH)
    case .sigmoid: kind = Int32(CNNC_SIGMOID)
    case .hardSigmoid: kind = Int32(CNNC_HARD_SIGMOID)
    case .tanh(let gain, let slope): (kind, a, b) = (Int32(CNNC_TANH), Float(gain), Float(slope))
    case .softplus(let beta, let threshold): (kind, a, b) = (Int32(CNNC_SOFTPLUS), Float(beta), Float(threshold))
    }
  }
}
