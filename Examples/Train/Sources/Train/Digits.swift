import NeuralNetworks
import Tensors

/// LeNet-5 as it is taught today, for images of 28×28 pixels.
struct Digits: Model {
  static let inputShape = [1, 28, 28]
  var conv1 = Conv2D(in: 1, out: 6, kernel: 5, padding: .half)
  var conv2 = Conv2D(in: 6, out: 16, kernel: 5)
  var fc1 = Linear(in: 400, out: 120)
  var fc2 = Linear(in: 120, out: 84)
  var fc3 = Linear(in: 84, out: 10)

  func callAsFunction(_ input: Tensor) -> Tensor {
    let x = maxPool(relu(conv2(maxPool(relu(conv1(input)), kernel: 2))), kernel: 2)
    return fc3(relu(fc2(relu(fc1(flatten(x))))))
  }

  mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&conv1, "conv1")
    visitor.visit(&conv2, "conv2")
    visitor.visit(&fc1, "fc1")
    visitor.visit(&fc2, "fc2")
    visitor.visit(&fc3, "fc3")
  }
}
