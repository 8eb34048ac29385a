import Foundation
import NeuralNetworks
import Runtime
import Tensors

/// Two convolutions, each of which halves the size, and a linear layer for the classes.
struct DigitNetwork: Model {
  static let inputShape = [1, 28, 28]
  var conv1 = Conv2D(in: 1, out: 16, kernel: 3, padding: .half)
  var conv2 = Conv2D(in: 16, out: 32, kernel: 3, padding: .half)
  var fc = Linear(in: 32 * 7 * 7, out: 10)

  func callAsFunction(_ input: Tensor) -> Tensor {
    let x = maxPool(relu(conv1(input)), kernel: 2)
    return fc(flatten(maxPool(relu(conv2(x)), kernel: 2)))
  }

  mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&conv1, "conv1")
    visitor.visit(&conv2, "conv2")
    visitor.visit(&fc, "fc")
  }
}

/// A block with a shortcut, which may be there several times.
struct ResidualBlock: Module {
  var conv1: Conv2D
  var conv2: Conv2D
  var norm: BatchNorm2D

  init(channels: Int) {
    conv1 = Conv2D(in: channels, out: channels, kernel: 3, padding: .half)
    conv2 = Conv2D(in: channels, out: channels, kernel: 3, padding: .half, bias: false)
    norm = BatchNorm2D(channels: channels)
  }

  func callAsFunction(_ input: Tensor) -> Tensor { relu(norm(conv2(relu(conv1(input)))) + input) }

  mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&conv1, "conv1")
    visitor.visit(&conv2, "conv2")
    visitor.visit(&norm, "norm")
  }
}

/// What the article on a first network does with it.
enum FirstNetwork {
  static func scores() -> Tensor {
    var model = DigitNetwork()
    model.drawWeights(seed: 1)
    let images = Tensor(zeros: [2, 1, 28, 28])
    let scores = model(images)  // [2, 10]
    return scores
  }

  static func names(_ model: DigitNetwork) -> [String] {
    var names: [String] = []
    model.forEachParameter { name, role, tensor in
      names.append("\(name) \(tensor.shape)")
    }
    return names
  }

  static func likeliest(_ model: DigitNetwork, _ images: Tensor) throws -> [Prediction] {
    let plan = try model.plan(input: [1, 1, 28, 28])
    let best = softmax(plan(images)).likeliest(3)[0]
    return best
  }

  static func loaded(_ url: URL) throws -> DigitNetwork {
    let model = try DigitNetwork(weights: url)
    return model
  }
}
