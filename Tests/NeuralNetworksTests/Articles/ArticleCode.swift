import Foundation
import ImageInput
import NeuralNetworks
import Runtime
import Tensors
import Training

/// The code of the articles on training.
enum TrainingInSwift {
  static func trained(_ batches: [(images: Tensor, labels: Tensor)], epochs: Int) throws -> DigitNetwork {
    var model = DigitNetwork()
    model.drawWeights(seed: 1)
    let settings = TrainingSettings(
      .sgd(rate: 0.05, momentum: 0.9), clipping: GradientClipping(largestNorm: 1))
    let trainer = try Trainer(model, loss: .crossEntropy(), settings: settings)
    let schedule = Schedule(.cosine(minimum: 0), per: .step, warmup: .init(.epochs(1)))
    for epoch in 0..<epochs {
      for (index, batch) in batches.enumerated() {
        let place = Schedule.Place(
          step: epoch * batches.count + index, stepsPerEpoch: batches.count, epochs: epochs)
        try trainer.step(batch.images, batch.labels, rate: schedule.rate(0.05, at: place))
      }
    }
    model = trainer.model
    return model
  }

  static func measured(_ trainer: Trainer<DigitNetwork>, _ images: Tensor, _ labels: Tensor) throws -> String {
    let result = try trainer.evaluate(images, labels)
    let text = "loss \(result.loss), \(result.correct ?? 0) of \(result.count) right"
    return text
  }

  static func continued(_ trainer: Trainer<DigitNetwork>, _ folder: URL) throws -> Trainer<DigitNetwork> {
    let weights = folder.appendingPathComponent("digits.safetensors")
    let state = folder.appendingPathComponent("state.safetensors")
    try trainer.saveWeights(to: weights)
    try trainer.save(to: state)
    let other = try Trainer(DigitNetwork(), optimizer: .sgd(rate: 0.05, momentum: 0.9))
    try other.load(from: state)
    return other
  }

  static func fineTuned(_ model: DigitNetwork) throws -> Trainer<DigitNetwork> {
    var settings = TrainingSettings(.adamW(rate: 0.001, decay: 0.01))
    settings.rules["conv1.weight"] = ParameterRule(isFrozen: true)
    settings.rules["conv1.bias"] = ParameterRule(isFrozen: true)
    settings.rules["conv2.weight"] = ParameterRule(rateFactor: 0.1)
    return try Trainer(model, settings: settings)
  }
}

/// The code of the articles on plans and on images.
enum PlansAndImages {
  static func planned(_ model: DigitNetwork, _ images: Tensor) throws -> (Tensor, ExecutionPlan, String) {
    let plan = try model.plan(input: [8, 1, 28, 28], PlanOptions(threads: 2))
    let scores = plan(images)
    let listing = plan.execution.description  // each step with its layers, memory and threads
    return (scores, plan.execution, listing)
  }

  static func replaced(_ model: DigitNetwork, _ url: URL) throws -> Plan<Tensor> {
    let plan = try model.plan(input: [1, 1, 28, 28], .oneRun)
    let other = try plan.replacingParameters(with: DigitNetwork(weights: url))
    return other
  }

  static func classified(_ model: Flowers, _ photo: URL) throws -> String {
    let image = try Flowers.preprocessing.tensor(imageAt: photo, shape: Flowers.inputShape)
    let best = softmax(model(image)).likeliest(1)[0][0]
    let name = Flowers.labels[best.index]
    return name
  }

  static func uploaded(_ bytes: [UInt8]) throws(ImageInputError) -> Tensor {
    let image = try Flowers.preprocessing.tensor(
      image: bytes, name: "upload.jpg", shape: Flowers.inputShape, maximumPixels: 20_000_000,
      maximumMemory: 200_000_000)
    return image
  }

  static func oriented() -> Preprocessing {
    var preprocessing = Preprocessing(resize: .shorterSide(256), crop: 224)
    preprocessing.orientsByEXIF = true
    return preprocessing
  }
}
