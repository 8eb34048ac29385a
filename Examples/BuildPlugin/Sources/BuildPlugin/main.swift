import NeuralNetworks
import Runtime
import Tensors

// `Digits` is generated from digits.yaml by the build.
let model = Digits()
let plan = try model.plan(input: [1, 1, 28, 28])
let scores = plan(Tensor(repeating: 0.5, shape: [1, 1, 28, 28]))
print("\(model.parameterCount) parameters make \(scores.shape) of [1, 1, 28, 28]")
