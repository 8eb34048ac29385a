import Foundation
import ImageInput
import NeuralNetworks
import Tensors

// Classifies a photograph: EfficientNetLite0.swift is what `cnnc generate` made of specs/efficientnet_lite0.yaml.

guard (3...4).contains(CommandLine.arguments.count) else {
  print("usage: Classify WEIGHTS IMAGE [LABELS]")
  exit(2)
}
do {
  let model = try EfficientNetLite0(weights: URL(fileURLWithPath: CommandLine.arguments[1]))
  let image = try EfficientNetLite0.preprocessing.tensor(
    imageAt: URL(fileURLWithPath: CommandLine.arguments[2]), shape: EfficientNetLite0.inputShape)
  let labels = try CommandLine.arguments.dropFirst(3).first.map { path in
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }
  let plan = try model.plan(input: [1] + EfficientNetLite0.inputShape)
  for best in softmax(plan(image)).likeliest(5)[0] {
    let label = labels.flatMap { $0.indices.contains(best.index) ? $0[best.index] : nil } ?? "class \(best.index)"
    print(String(format: "%6.2f%%  ", best.probability * 100) + label)
  }
} catch {
  print(error)
  exit(1)
}
