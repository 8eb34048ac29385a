import Foundation
import Testing
import TorchTraining

@Suite("Generated scripts of training")
struct TrainingScriptTests {
  private static let optimizers = [
    "sgd", "{sgd: {lr: 0.1, momentum: 0.9, dampening: 0.1, weight_decay: 1e-4}}",
    "{sgd: {lr: 0.1, momentum: 0.9, nesterov: true, weight_decay: 1e-4, decay_biases: false}}", "adam",
    "{adamw: {lr: 0.001, beta1: 0.8, weight_decay: 0.05, decay_norms: false}}",
    "{rmsprop: {lr: 0.1, epsilon_inside: true, momentum: 0.9, weight_decay: 1e-5}}",
  ]
  private static let schedules = [
    "constant", "{step: 30}", "{multi_step: [30, 60]}", "{exponential: 0.97}", "{exponential: {gamma: 0.9, per: step}}",
    "cosine", "{cosine: {min: 1e-5, per: epoch}}", "one_cycle", "polynomial",
    "{polynomial: {power: 2, min: 1e-6}}", "plateau",
  ]
  private static let losses = [
    "cross_entropy", "{cross_entropy: {label_smoothing: 0.1}}", "mean_squared", "binary_cross_entropy",
  ]
  private static let more = [
    "", "warmup: 2\nema: 0.999\nclip_norm: 1\n", "accumulate: 4\nfreeze: [\"*\", \"!fc\"]\nvalidation: none\n",
    "rates: {\"fc.*\": 1, \"*\": 0.1}\ndropout: false\nvalidation: test\nexpect: {top1: 0.5}\n",
    "augment: [flip, pad_crop: 2, rotate: 10, color: {hue: 0.1}, lighting, erase, randaugment, trivial_augment]\n"
      + "patience: 3\n",
  ]
  private static let network = """
      - {name: conv, conv: {out: 8, kernel: 3}}
      - batch_norm
      - relu
      - global_avg_pool
      - flatten
      - dropout
      - {name: fc, linear: {out: 10}}
    """

  /// Names that a file uses and neither has nor imports, as far as one sees without Python.
  private func unknown(in script: String) -> [String] {
    ["{{", "}}", "#?"].filter(script.contains)
  }

  @Test("every form of every key is written", arguments: TorchTraining.Strategy.allCases)
  func everyForm(_ strategy: TorchTraining.Strategy) throws {
    let source = try TrainingSource(layers: Self.network)
    for (index, form) in ["idx", "cifar", "folder", "csv", "npz"].enumerated() {
      for (place, schedule) in Self.schedules.enumerated() {
        let number = index + place
        let more = Self.more[(number + place / 5) % Self.more.count]
        let recipe = """
          data: {\(form): data}
          optimizer: \(Self.optimizers[number % Self.optimizers.count])
          schedule: \(schedule)
          loss: \(Self.losses[(number + index) % Self.losses.count])
          \(form == "csv" ? more.replacingOccurrences(of: "validation: test\n", with: "") : more)
          """
        let script = try source.script(recipe, strategy)
        #expect(unknown(in: script).isEmpty, "\(recipe)\n\(script)")
        #expect(script.contains("def learning_rate(") && script.hasSuffix("    main()\n"))
        #expect(script.split(separator: "\n").allSatisfy { $0.count <= 88 }, "\(recipe)\n\(script)")
        #expect(try source.script(recipe, strategy) == script)
      }
    }
  }

  /// The loss of distances goes with no other network than one that ends in them.
  @Test(arguments: TorchTraining.Strategy.allCases)
  func distancesHaveTheirLoss(_ strategy: TorchTraining.Strategy) throws {
    let source = try TrainingSource("specs/lenet5_1998.yaml")
    let script = try source.script("data: {idx: data}\nloss: radial_basis\noptimizer: sgd", strategy)
    #expect(unknown(in: script).isEmpty, "\(script)")
    // The class is the nearest.
    #expect(script.contains("rank = (output < own).sum(1)"), "\(script)")
  }

  @Test func optimizersAreWrittenWithWhatIsNotPyTorchsOwn() throws {
    let source = try TrainingSource(layers: Self.network)
    for (optimizer, line) in [
      ("sgd", "return torch.optim.SGD(groups, lr=LEARNING_RATE)"),
      (
        "{adamw: {weight_decay: 0.05}}",
        "return torch.optim.AdamW(groups, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)"
      ),
      ("adamw", "return torch.optim.AdamW(groups, lr=LEARNING_RATE, weight_decay=0.0)"),
      ("{adam: {beta2: 0.99}}", "return torch.optim.Adam(groups, lr=LEARNING_RATE, betas=(0.9, 0.99))"),
      ("{rmsprop: {epsilon_inside: true}}", "return RMSpropTF(groups, lr=LEARNING_RATE)"),
    ] {
      let script = try source.script("data: {idx: data}\noptimizer: \(optimizer)")
      #expect(script.contains("    \(line)\n"), "\(script)")
      #expect(script.contains("class RMSpropTF") == line.contains("RMSpropTF"))
    }
  }

  @Test func normsAndBiasesAreKnownByTheirClassesAndNames() throws {
    let source = try TrainingSource(layers: Self.network)
    func script(_ fields: String) throws -> String {
      try source.script("data: {idx: data}\noptimizer: {sgd: {weight_decay: 1e-4, \(fields)}}")
    }
    #expect(try script("decay_norms: false").contains("decays = not isinstance(module, NORMS)\n"))
    #expect(try script("decay_norms: false").contains("NORMS = (nn.BatchNorm2d,)\n"))
    #expect(
      try script("decay_biases: false").contains(
        "decays = isinstance(module, NORMS) or name.rpartition(\".\")[2] != \"bias\"\n"))
    #expect(try !script("decay_norms: true").contains("parameter_groups"))
  }

  @Test func photographsAreTurnedWhereTheSpecSaysSo() throws {
    let turning = try TrainingSource(layers: Self.network, more: "preprocess: {orient: exif}")
    for form in ["folder", "csv"] {
      let script = try turning.script("data: {\(form): photographs}")
      #expect(script.contains("from PIL import Image, ImageOps\n"))
      #expect(script.contains("image = ImageOps.exif_transpose(file).convert(\"RGB\")\n"), "\(script)")
      #expect(unknown(in: script).isEmpty)
      let plain = try TrainingSource(layers: Self.network).script("data: {\(form): photographs}")
      #expect(plain.contains("from PIL import Image\n") && !plain.contains("ImageOps"))
    }
    // Arrays have none.
    #expect(try !turning.script("data: {npz: a.npz}").contains("ImageOps"))
  }

  @Test func stagesAreAScriptEach() throws {
    let source = try TrainingSource(layers: Self.network)
    let scripts = try source.scripts(
      """
      data: {folder: photographs}
      expect: {top1: 0.9}
      stages:
        - {epochs: 3, freeze: ["*", "!fc"]}
        - {epochs: 5, optimizer: {sgd: {lr: 0.001}}, augment: [flip]}
      """, .ddp)
    #expect(scripts.map(\.fileName) == ["train_1.py", "train_2.py"])
    #expect(scripts[0].source.contains("FREEZE = [\"*\", \"!fc\"]") && !scripts[1].source.contains("FREEZE"))
    #expect(scripts[1].source.contains("--weights runs/net-1/last/model.safetensors"))
    #expect(scripts[1].source.contains("v2.RandomHorizontalFlip()") && scripts[1].source.contains("EPOCHS = 5"))
    #expect(!scripts[0].source.contains("EXPECTED") && scripts[1].source.contains("EXPECTED = {\"top1\": 0.9}"))
  }

  @Test func headsCountAsTheySay() throws {
    let source = try TrainingSource(
      layers: Self.network,
      more: "aux: {side: {from: conv, weight: 0.3, seq: [global_avg_pool, flatten, linear: {out: 10}]}}")
    let script = try source.script("data: {idx: data}")
    #expect(script.contains("HEADS = [0.3]\n") && script.contains("output, *heads = network(images)"))
  }

  @Test("what is not carried over is said with the key's name")
  func refusals() throws {
    let source = try TrainingSource(layers: Self.network)
    for (recipe, message) in [
      ("epochs: 1", "data: the recipe does not say"),
      ("data: {csv: list.csv}\nvalidation: test", "validation: a list has no test part"),
      ("data: {folder: f}\naugment: [pad_crop, random_resized_crop]", "augment: pad_crop before random_resized_crop"),
      ("data: {folder: f}\nfreeze: [nothing]", "freeze: no tensor of the network fits 'nothing'"),
    ] {
      let error = #expect(throws: (any Error).self, "\(recipe)") { try source.script(recipe) }
      #expect("\(error.map { "\($0)" } ?? "")".contains(message), "\(recipe)")
    }
    let volumes = try TrainingSource(layers: "  - {name: fc, linear: {out: 2}}", input: "{features: 4}")
    let error = #expect(throws: (any Error).self) { try volumes.script("data: {folder: f}") }
    #expect("\(error.map { "\($0)" } ?? "")".contains("data: folder has images, and the network takes 4"))
    #expect(try volumes.script("data: {npz: a.npz}").contains("Labelled(samples, labels, None)"))
  }

  @Test("what is embedded is what the templates say; scripts/embed-files.sh writes it")
  func templatesAreEmbedded() throws {
    for name in ["data", "training", "loop", "lightning"] {
      let folder = TrainingSource.repository.appendingPathComponent("Sources/TorchTraining")
      let file = try String(contentsOf: folder.appendingPathComponent("Templates/\(name).py"), encoding: .utf8)
      let type = name.prefix(1).uppercased() + name.dropFirst() + "Template"
      let generated = folder.appendingPathComponent("Generated/\(type).swift")
      let embedded = try String(contentsOf: generated, encoding: .utf8)
      let text = file.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    \($0)" }
      #expect(
        embedded.contains(text.joined(separator: "\n")), "\(name).py has changed since scripts/embed-files.sh ran")
    }
  }
}
