import Foundation
import Testing
import TorchTraining

/// Whole files; that they train what cnnc trains, scripts/test_torch_training.py says.
@Suite("Golden scripts of training")
struct GoldenTrainingTests {
  @Test func lenet5() throws {
    let recipe = try text("recipes/lenet5.yaml") + "data: {idx: mnist}\n"
    try compare(TrainingSource("specs/lenet5.yaml").scripts(recipe, .ddp), "lenet5")
  }

  @Test func resnet18() throws {
    let recipe = """
      data: {folder: imagenet}
      validation: test
      epochs: 90
      batch: 1024
      accumulate: 2
      loss: {cross_entropy: {label_smoothing: 0.1}}
      optimizer:
        sgd: {lr: 0.4, momentum: 0.9, nesterov: true, weight_decay: 1e-4, decay_norms: false, decay_biases: false}
      schedule: cosine
      warmup: 5
      augment: [random_resized_crop, flip, color: {brightness: 0.4, contrast: 0.4, saturation: 0.4}, lighting]
      mix: {mixup: 0.2, cutmix: 1.0}
      ema: 0.9998
      clip_norm: 5
      patience: 20
      expect: {top1: 0.69, top5: 0.88}
      """
    try compare(TrainingSource("specs/resnet18.yaml").scripts(recipe, .fsdp), "resnet18")
  }

  @Test func efficientNetLite() throws {
    let recipe = try text("recipes/efficientnet_lite0.yaml") + "data: {folder: hymenoptera}\n"
    let source = try TrainingSource("specs/efficientnet_lite0.yaml", labels: ["ants", "bees"])
    try compare(source.scripts(recipe, .lightning), "efficientnet_lite0")
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: TrainingSource.repository.appendingPathComponent(path), encoding: .utf8)
  }

  private func compare(_ scripts: [TorchTraining.Script], _ name: String) throws {
    for script in scripts {
      let file = TrainingSource.folder.appendingPathComponent("Golden/\(name)_\(script.fileName)")
      let recorded = try? String(contentsOf: file, encoding: .utf8)
      if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil, recorded != script.source {
        try script.source.write(to: file, atomically: true, encoding: .utf8)
      }
      #expect(
        recorded == script.source, "RECORD_GOLDEN=1 make test writes Golden/\(file.lastPathComponent) anew")
    }
  }
}
