import Datasets
import Foundation
import NeuralNetworks
import Training

// Trains LeNet-5 on the IDX files of MNIST, or of a set like it.

let arguments = CommandLine.arguments
guard (3...5).contains(arguments.count) else {
  print("usage: Train FOLDER WEIGHTS [EPOCHS] [SHARE]")
  exit(2)
}
let epochs = arguments.count > 3 ? Int(arguments[3]) ?? 0 : 3
let share = arguments.count > 4 ? Double(arguments[4]) ?? 0 : 1
guard epochs > 0, share > 0, share <= 1 else {
  print("epochs are a positive number, and a share of the images is above 0 and at most 1")
  exit(2)
}
do {
  let training = try LabelledImages(idxFiles: arguments[1], .training)
  let test = try LabelledImages(idxFiles: arguments[1], .test)
  var model = Digits()
  model.drawWeights(seed: 1)
  let trainer = try Trainer(model, optimizer: .sgd(rate: 0.05, momentum: 0.9))
  for epoch in 0..<epochs {
    let order = training.order(epoch: epoch).prefix(Int(share * Double(training.count)))
    var (loss, steps) = (Float(0), 0)
    for start in stride(from: 0, to: order.count, by: 64) {
      let (images, labels) = try training.batch(order[start..<min(start + 64, order.count)])
      loss += try trainer.step(images, labels, rate: 0.05 / Double(1 + epoch))
      steps += 1
    }
    let tested = Int(share * Double(test.count))
    var correct = 0
    for start in stride(from: 0, to: tested, by: 100) {
      let (images, labels) = try test.batch(start..<min(start + 100, tested))
      correct += try trainer.evaluate(images, labels).correct ?? 0
    }
    let accuracy = 100 * Double(correct) / Double(max(1, tested))
    print(
      String(format: "epoch %d: loss %.3f, %.2f%% of the test images right", epoch + 1, loss / Float(steps), accuracy))
  }
  try trainer.saveWeights(to: URL(fileURLWithPath: arguments[2]))
} catch {
  print(error)
  exit(1)
}
