import Foundation
import JSON
import SyntheticTensors
import Tensors
import Testing
import Weights

@testable import cnnc

/// Five steps of LeNet-5 the way of a user, against PyTorch's; scripts/training_reference.py does the same with larger networks.
@Suite("cnnc train on recorded batches")
struct ReferenceTrainingTests {
  @Test func stepsAreThoseOfPyTorch() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let reference = try TrainingReference(
      contentsOf: tests.appendingPathComponent("../InterpreterTests/Fixtures/lenet5_training.json"))
    let spec = tests.appendingPathComponent("../../specs/lenet5.yaml").path
    let folder = try TemporaryFolder()
    let drawn = folder.path("drawn.safetensors")
    #expect(try status(of: ["weights", "init", spec, "-o", drawn]) == .success)
    let weights = folder.path("weights.safetensors")
    let first = try WeightFile.open(drawn).tensors.map { info in
      (name: info.name, tensor: Tensor(synthetic: info.name, shape: info.shape))
    }
    let tensors = first.map { name, tensor in
      WeightWriter.Tensor(name: name, shape: tensor.shape) { tensor.elements }
    }
    try WeightWriter.write(tensors, to: weights, format: .safetensors)
    let run = folder.path("run")
    let result = try status(of: [
      "train", spec, "--data", tests.appendingPathComponent("Fixtures/lenet5_batch.npz").path, "--val", "none",
      "--weights", weights, "--no-augment", "--no-dropout", "--opt", "sgd", "--sched", "constant", "--lr",
      "\(reference.lr)", "--momentum", "\(reference.momentum)", "--weight-decay", "\(reference.weightDecay)",
      "--epochs",
      "\(reference.losses.count)", "--batch", "\(reference.batch)", "--log", "none", "-o", run,
    ])
    #expect(result == .success)
    let rows = try String(contentsOfFile: run + "/log.csv", encoding: .utf8).split(separator: "\n").dropFirst()
    let losses = rows.compactMap { Double($0.split(separator: ",", omittingEmptySubsequences: false)[5]) }
    #expect(losses.count == reference.losses.count)
    // The log has six digits behind the point.
    for (found, expected) in zip(losses, reference.losses) {
      #expect(abs(found - expected) <= 1e-5 * expected, "\(found), and \(expected) is right")
    }
    let file = try WeightFile.open(run + "/last/model.safetensors")
    var (trained, updates) = ([String: [Double]](), [String: [Double]]())
    for (name, tensor) in first {
      let elements = try file.float32(named: name).map(Double.init)
      trained[name] = elements
      updates[name] = zip(elements, tensor.elements).map { $0 - Double($1) }
    }
    let bounds = (trained: 3 * reference.deviation.trained, updates: 3 * reference.deviation.updates)
    #expect(TrainingReference.error(of: trained, from: reference.trained) <= max(1e-5, bounds.trained))
    #expect(TrainingReference.error(of: updates, from: reference.updates) <= max(1e-5, bounds.updates))
  }
}
