/// `scale · x + shift` for each channel: what a batch norm is at inference, in double precision until it is folded.
package struct ChannelScaling: Hashable, Sendable {
  package var scale: [Double]
  package var shift: [Double]

  package init(scale: [Double], shift: [Double]) {
    self.scale = scale
    self.shift = shift
  }

  /// This scaling and another after it.
  package func followed(by next: ChannelScaling) -> ChannelScaling {
    ChannelScaling(
      scale: zip(scale, next.scale).map { $0 * $1 },
      shift: zip(shift, zip(next.scale, next.shift)).map { $0 * $1.0 + $1.1 })
  }
}

/// An operation that multiplies each channel by a number and adds another, so that it can go into the weights of the
/// operation before it.
package protocol ChannelScalingOperation: Operation {
  /// The numbers of a channel, from those that the operation's weights have for it.
  func scaling(
    weight: Double?, bias: Double?, mean: Double?, variance: Double?
  ) -> (scale: Double, shift: Double)
}

extension ChannelScalingOperation {
  /// The numbers, for operands with a number of channels; the inputs are not looked at. Weights of one number have it for
  /// all channels.
  package func scaling(_ weights: Operands<Tensor>, channels: Int) -> ChannelScaling {
    let numbers = weights.mapWeights(\.doubles)
    let each = (0..<channels).map { channel in
      func number(_ all: [Double]?) -> Double? { all.map { $0.count == 1 ? $0[0] : $0[channel] } }
      return scaling(
        weight: number(numbers.weight), bias: number(numbers.bias), mean: number(numbers.mean),
        variance: number(numbers.variance))
    }
    return ChannelScaling(scale: each.map(\.scale), shift: each.map(\.shift))
  }
}

extension Tensor {
  /// The elements in double precision.
  package var doubles: [Double] { elements.map(Double.init) }
}
