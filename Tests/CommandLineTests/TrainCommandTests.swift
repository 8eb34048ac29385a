import ArgumentParser
import Foundation
import Images
import JSON
import Testing
import Weights

@testable import cnnc

@Suite("cnnc train, evaluate and data") struct TrainCommandTests {
  private static let spec = """
    cnnc: 1
    model: Small
    input: {channels: 1, size: 6}
    layers:
      - {name: c, conv: {out: 4, kernel: 3}}
      - relu
      - flatten
      - {name: fc, linear: {out: 2}}
    preprocess: {mean: 0.5, std: 0.25}
    train: {epochs: 4, batch: 4, validation: none, optimizer: {sgd: {lr: 0.1, momentum: 0.9}}}
    recipes:
      strict: {epochs: 1, validation: test, expect: {top1: 1}, optimizer: {sgd: {lr: 0}}}

    """

  /// Images of two classes, bright and dark, in IDX files.
  private func data(_ folder: TemporaryFolder, name: String = "data", classes: Int = 2) throws -> String {
    let path = folder.path(name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (part, count) in [("train", 24), ("t10k", 6)] {
      let pixels = (0..<count).flatMap { (image: Int) -> [UInt8] in
        let darkest: UInt8 = image % 2 == 0 ? 200 : 20
        return (0..<36).map { darkest + $0 }
      }
      let labels: [UInt8] = (0..<count).map { UInt8($0 % classes) }
      let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 6, 0, 0, 0, 6]
      let images: [UInt8] = header + pixels
      try Data(images).write(to: URL(fileURLWithPath: "\(path)/\(part)-images-idx3-ubyte"))
      let labelHeader: [UInt8] = [0, 0, 8, 1, 0, 0, 0, UInt8(count)]
      try Data(labelHeader + labels)
        .write(to: URL(fileURLWithPath: "\(path)/\(part)-labels-idx1-ubyte"))
    }
    return path
  }

  @Test func trainingGoesThroughItsFolder() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    let run = folder.path("run")
    let arguments = ["train", spec, "--data", try data(folder), "-o", run, "--threads", "1", "--log", "none"]
    #expect(try status(of: arguments) == .success)
    let log = try String(contentsOfFile: run + "/log.csv", encoding: .utf8)
    #expect(log.split(separator: "\n").count == 5)
    let recipe = try String(contentsOfFile: run + "/recipe.yaml", encoding: .utf8)
    #expect(recipe.contains("epochs: 4") && recipe.contains("lr: 0.1") && recipe.contains(folder.path("data")))
    #expect(try String(contentsOfFile: run + "/spec.yaml", encoding: .utf8).contains("train:"))
    // There is a run now, and it is over.
    #expect(try status(of: arguments) == .unusable)
    #expect(try status(of: arguments + ["--resume"]) == .success)
    #expect(try String(contentsOfFile: run + "/log.csv", encoding: .utf8) == log)
    // Not back, though, and what was done stays written.
    #expect(try status(of: arguments + ["--resume", "--epochs", "2"]) == .unusable)
    #expect(try folder.read("run/recipe.yaml") == recipe)
    // It goes on where more epochs are asked for, in less memory too.
    #expect(try status(of: arguments + ["--resume", "--epochs", "6", "--memory", "low"]) == .success)
    #expect(try String(contentsOfFile: run + "/log.csv", encoding: .utf8).split(separator: "\n").count == 7)
    let weights = run + "/last/model.safetensors"
    #expect(try WeightFile.open(weights).tensors.count == 4)
    let output = folder.path("confusion.csv")
    #expect(
      try status(of: [
        "evaluate", spec, "--weights", weights, "--data", folder.path("data"), "--confusion", output, "--format",
        "json",
      ]) == .success)
    #expect(try String(contentsOfFile: output, encoding: .utf8) == "class,0,1\n0,3,0\n1,0,3\n")
    let picture = folder.path("confusion.svg")
    #expect(
      try status(of: [
        "evaluate", spec, "--weights", weights, "--data", folder.path("data"), "--confusion", picture,
      ]) == .success)
    #expect(try String(contentsOfFile: picture, encoding: .utf8).contains("1 taken for 1: 3 of 3"))
  }

  /// A table is written whatever its file is called, but under the name of no other format.
  @Test func confusionIsATableOrAPicture() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    let arguments = ["evaluate", spec, "--weights", "random:1", "--data", try data(folder), "--confusion"]
    for name in ["c.txt", "c", "c.CSV"] {
      #expect(try status(of: arguments + [folder.path(name)]) == .success)
      #expect(try folder.read(name).hasPrefix("class,0,1\n0,"))
    }
    #expect(try status(of: arguments + [folder.path("c.SVG")]) == .success)
    #expect(try folder.read("c.SVG").contains("<svg"))
    let error = #expect(throws: (any Error).self) { try status(of: arguments + [folder.path("c.png")]) }
    #expect(error.map { Cnnc.message(for: $0).contains("c.png: this command writes csv, svg, not png") } == true)
  }

  @Test func moreClassesThanTheNetworkHasDoNotFit() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    let three = try data(folder, classes: 3)
    #expect(try status(of: ["train", spec, "--data", three, "-o", folder.path("run"), "--log", "none"]) == .findings)
    #expect(try status(of: ["evaluate", spec, "--weights", "random:1", "--data", three]) == .findings)
  }

  /// Tensors of another head are drawn anew where that is allowed, and refused where not.
  @Test func weightsOfAnotherHeadAreTaken() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    let other = try folder.write(
      Self.spec.replacing("out: 2}", with: "out: 5}").replacing("Small", with: "Other"), to: "other.yaml")
    let file = folder.path("other.safetensors")
    #expect(try status(of: ["weights", "init", other, "-o", file]) == .success)
    let arguments = [
      "train", spec, "--data", try data(folder), "-o", folder.path("run"), "--log", "none", "--weights", file,
      "--freeze", "c",
    ]
    #expect(try status(of: arguments) != .success)
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
    // The name of a layer stands for its tensors, as under freeze.
    #expect(try status(of: arguments + ["--allow-missing", "fc"]) == .success)
    let (first, trained) = (try WeightFile.open(file), try WeightFile.open(folder.path("run/last/model.safetensors")))
    #expect(try first.float32(named: "c.weight") == trained.float32(named: "c.weight"))
    #expect(trained.info(named: "fc.weight")?.shape == [2, 64])
    // What the frozen part gives is the same whether it is kept or computed again.
    let again = folder.path("again")
    let anew = arguments + ["--allow-missing", "fc.*", "--feature-memory", "0", "-o", again]
    #expect(try status(of: anew) == .success)
    let computed = try WeightFile.open(again + "/last/model.safetensors")
    #expect(try computed.float32(named: "fc.weight") == trained.float32(named: "fc.weight"))
  }

  /// Numbers that are none are told where they are, before anything is learned of them.
  @Test func faultyWeightsAreNamed() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    let file = folder.path("faulty.safetensors")
    let sizes = [("c.weight", [4, 1, 3, 3]), ("c.bias", [4]), ("fc.weight", [2, 64]), ("fc.bias", [2])]
    let tensors = sizes.map { name, shape in
      WeightWriter.Tensor(name: name, shape: shape) {
        (0..<shape.reduce(1, *)).map { name == "c.bias" && $0 == 2 ? Float.nan : 0.1 }
      }
    }
    try WeightWriter.write(tensors, to: file, format: .safetensors)
    let run = ["--data", try data(folder), "--weights", file]
    #expect(try status(of: ["train", spec, "-o", folder.path("run")] + run) == .findings)
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
    #expect(try status(of: ["evaluate", spec] + run) == .findings)
    #expect(throws: ValidationError.self) { try status(of: ["evaluate", spec, "--data", folder.path("data")]) }
  }

  /// A run that ended before its first checkpoint has left nothing that another could do harm to.
  @Test func foldersWithoutACheckpointAreFree() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    let run = folder.path("run")
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
    _ = try folder.write("epochs: 1\n", to: "run/recipe.yaml")
    let arguments = ["train", spec, "--data", try data(folder), "-o", run, "--log", "none", "--threads", "1"]
    #expect(try status(of: arguments) == .success)
    #expect(try folder.read("run/recipe.yaml").contains("epochs: 4"))
    #expect(try status(of: arguments) == .unusable)
  }

  @Test func variantsHaveFoldersOfTheirOwn() throws {
    func folder(_ arguments: [String]) throws -> String {
      try PreparedRun.standardFolder(TrainCommand.parse(arguments))
    }
    #expect(try folder(["specs/lenet5.yaml"]) == "runs/lenet5" && folder(["-"]) == "runs/run")
    #expect(try folder(["specs/resnet50.yaml", "--variant", "resnet18"]) == "runs/resnet50-resnet18")
    #expect(try folder(["runs/a/spec.yaml", "--resume"]) == "runs/spec")
  }

  @Test func anotherNetworkOrDataSetIsRefused() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    let run = folder.path("run")
    let arguments = ["-o", run, "--threads", "1", "--log", "none", "--epochs", "1"]
    #expect(try status(of: ["train", spec, "--data", try data(folder)] + arguments) == .success)
    let other = try folder.write(
      Self.spec.split(separator: "\n").map { $0.contains("relu") ? "  - tanh" : String($0) }.joined(separator: "\n"),
      to: "other.yaml")
    #expect(
      try status(of: ["train", other, "--data", folder.path("data"), "--resume"] + arguments) == .unusable)
    // How the spec would train it now is no part of the network, nor is the line that a layer stands in.
    let trained = try folder.write(
      "# the same\n" + Self.spec.replacing("epochs: 4", with: "epochs: 9"), to: "trained.yaml")
    #expect(try status(of: ["train", trained, "--data", folder.path("data"), "--resume"] + arguments) == .success)
    let scaled = try folder.write(Self.spec.replacing("mean: 0.5", with: "mean: 0.4"), to: "scaled.yaml")
    #expect(
      try status(of: ["train", scaled, "--data", folder.path("data"), "--resume"] + arguments) == .unusable)
    let fewer = try data(folder, name: "fewer", classes: 1)
    #expect(try status(of: ["train", spec, "--data", fewer, "--resume"] + arguments) == .unusable)
  }

  /// Images in files are decoded once where a folder is given for it, to the same weights; a dry run makes nothing.
  @Test func imagesAreKeptDecoded() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(
      Self.spec.replacing("mean: 0.5,", with: "resize: [6, 6], mean: 0.5,"), to: "small.yaml")
    for index in 0..<8 {
      let path = folder.path("photographs/\(index % 2)")
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let samples = (0..<70 + 7 * index).map { UInt8(($0 * 37 + index * 90) % 256) }
      let png = try #require(Image(width: 7, height: 10 + index, channels: 1, samples: samples).png)
      try Data(png).write(to: URL(fileURLWithPath: "\(path)/\(index).png"))
    }
    let arguments = ["train", spec, "--data", folder.path("photographs"), "--threads", "1", "--log", "none", "-o"]
    let cache = ["--cache", folder.path("a/cache")]
    #expect(try status(of: arguments + [folder.path("dry"), "--dry-run"] + cache) == .success)
    #expect(!FileManager.default.fileExists(atPath: folder.path("a")))
    var weights: [Data] = []
    for (name, options) in [("none", ["--no-cache"]), ("first", cache), ("second", cache)] {
      #expect(try status(of: arguments + [folder.path(name)] + options) == .success)
      weights.append(try Data(contentsOf: URL(fileURLWithPath: folder.path("\(name)/last/model.safetensors"))))
      let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path("a/cache"))
      #expect(files?.count == (name == "none" ? nil : 1))
    }
    #expect(weights[0] == weights[1] && weights[0] == weights[2])
    #expect(throws: (any Error).self) { try TrainCommand.parse([spec, "--no-cache"] + cache) }
  }

  @Test func expectationsAreTests() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    let arguments = ["train", spec, "--data", try data(folder), "--threads", "1", "--log", "none", "--recipe"]
    let name = folder.path("a")
    let result = try status(of: arguments + ["strict", "-o", name])
    // Weights that do not move are right by luck alone.
    let log = try String(contentsOfFile: name + "/log.csv", encoding: .utf8)
    #expect((result == .findings) == !log.contains(",1.000000,1.000000,"))
    let file = try folder.write("epochs: 1\noptimizer: adam\n", to: "quick.yaml")
    #expect(try status(of: arguments + [file, "-o", folder.path("b")]) == .success)
    let broken = try folder.write("epochs: one\n", to: "broken.yaml")
    #expect(try status(of: arguments + [broken, "-o", folder.path("c")]) == .findings)
    #expect(try status(of: arguments + [folder.path("none.yaml"), "-o", folder.path("c")]) == .unusable)
    #expect(!FileManager.default.fileExists(atPath: folder.path("c")))
  }

  /// Data that contradicts itself or the network ends a run before it has a folder; an image that cannot be decoded, where
  /// nothing is decoded beforehand, ends it too.
  @Test func hostileDataLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(
      Self.spec.replacing("mean: 0.5,", with: "resize: [6, 6], mean: 0.5,"), to: "small.yaml")
    func file(_ name: String, _ bytes: [UInt8]) throws {
      let url = URL(fileURLWithPath: folder.path(name))
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: url)
    }
    let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 0, 1]
    let pixels = [UInt8](repeating: 9, count: 72)
    let size: [UInt8] = [0, 0, 0, 6, 0, 0, 0, 6]
    let large: [UInt8] = [255, 255, 255, 255]
    for (name, images, labels) in [
      ("cut", [0, 0, 8, 3, 0, 0, 0, 2] + size + pixels.dropLast(), labels),
      ("large", [0, 0, 8, 3] + large + large + large + pixels, labels),
      ("class", [0, 0, 8, 3, 0, 0, 0, 2] + size + pixels, labels.dropLast() + [2]),
    ] as [(String, [UInt8], [UInt8])] {
      try file("\(name)/train-images-idx3-ubyte", images)
      try file("\(name)/train-labels-idx1-ubyte", labels)
    }
    try file("words/a/readme.txt", Array("no image".utf8))
    try file("quote.csv", Array("\"words/a/readme.txt,a\r\n".utf8))
    try file("none.csv", Array("gone.png,a\r\n".utf8))
    try file("no.npz", Array("no archive".utf8))
    for data in ["cut", "large", "class", "words", "quote.csv", "none.csv", "no.npz", "nowhere"] {
      let arguments = [
        "train", spec, "--data", folder.path(data), "--no-cache", "--log", "none", "-o", folder.path("run"),
      ]
      #expect(try status(of: arguments) == (data == "class" ? .findings : .unusable), "\(data)")
      #expect(!FileManager.default.fileExists(atPath: folder.path("run")), "\(data)")
    }
    let image = try #require(Image(width: 6, height: 6, channels: 1, samples: Array(pixels.prefix(36))).png)
    for index in 0..<4 { try file("broken/\(index % 2)/\(index).png", index == 3 ? image.dropLast(20) : image) }
    let arguments = ["train", spec, "--data", folder.path("broken"), "--log", "none", "-o"]
    #expect(try status(of: arguments + [folder.path("b1"), "--no-cache"]) == .unusable)
    #expect(try status(of: arguments + [folder.path("b2"), "--cache", folder.path("cache")]) == .success)
  }

  @Test func dryRunsWriteNothing() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    #expect(
      try status(of: ["train", spec, "--data", try data(folder), "-o", folder.path("run"), "--dry-run"]) == .success)
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
  }

  @Test(arguments: [
    ["--epochs", "x"], ["--lr", "fast"], ["--opt", "sgdm"], ["--momentum", "2"], ["--sched", "cosin"],
    ["--label-smoothing", "1"], ["--val", "2"], ["--recipe", "none"], ["--fraction", "0"], ["--workers", "-1"],
    ["--save-every", "often"], ["--time", "long"], ["--eval-every", "0"], ["--threads", "0"], ["--sched", "step"],
    ["--feature-memory", "much"], ["--set", "x"], ["--overfit-batches", "0"], ["--dry-run", "--verify-resume"],
    ["--resume", "--check-gradients"],
  ])
  func optionsAreChecked(_ options: [String]) throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    let arguments = ["train", spec, "--data", try data(folder), "-o", folder.path("run")]
    #expect(throws: (any Error).self) {
      if try status(of: arguments + options) == .success { return }
      throw ExitCode.unusable
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
  }

  @Test(arguments: [["--check-gradients"], ["--verify-resume"], ["--verify-resume", "--epochs", "1"]])
  func checksWriteNothing(_ options: [String]) throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    let arguments = ["train", spec, "--data", try data(folder), "-o", folder.path("run"), "--log", "none"]
    #expect(try status(of: arguments + options) == .success)
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
  }

  @Test func batchesAreLearnedByHeart() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(
      Self.spec.replacing("preprocess:", with: "# images change\npreprocess:").replacing(
        "train: {", with: "train: {augment: [flip], mix: {mixup: 1}, "), to: "small.yaml")
    let run = folder.path("run")
    #expect(
      try status(of: [
        "train", spec, "--data", try data(folder), "-o", run, "--log", "none", "--overfit-batches", "2", "--epochs",
        "40",
      ]) == .success)
    let log = try String(contentsOfFile: run + "/log.csv", encoding: .utf8)
    let last = try #require(log.split(separator: "\n").last).split(separator: ",")
    #expect(last[1] == "80" && last[2] == "320" && Double(last[7]).map { $0 < 0.01 } == true, "\(last)")
    let recipe = try String(contentsOfFile: run + "/recipe.yaml", encoding: .utf8)
    #expect(!recipe.contains("flip") && !recipe.contains("mixup"))
  }

  /// Numbers out of bounds end the run, and what was saved before stays.
  @Test func explosionsKeepTheLastCheckpoint() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    let run = folder.path("run")
    let arguments = ["train", spec, "--data", try data(folder), "-o", run, "--log", "none"]
    #expect(try status(of: arguments + ["--epochs", "1", "--lr", "0.01"]) == .success)
    let weights = try Data(contentsOf: URL(fileURLWithPath: run + "/last/model.safetensors"))
    #expect(try status(of: arguments + ["--resume", "--epochs", "9", "--lr", "1e6"]) == .unusable)
    #expect(try Data(contentsOf: URL(fileURLWithPath: run + "/last/model.safetensors")) == weights)
  }

  @Test func dataSetsAreShown() throws {
    let folder = try TemporaryFolder()
    let set = try data(folder)
    let sheet = folder.path("sheet.png")
    #expect(
      try status(of: ["data", set, "-o", sheet, "--augment", "[flip, pad_crop: 1]", "--columns", "3"]) == .success)
    let image = try Image(file: sheet)
    #expect(image.width == 4 + 3 * 68 && image.height == 4 + 2 * 68 && image.channels == 3)
    #expect(try status(of: ["data", folder.path("none")]) == .unusable)
    #expect(throws: (any Error).self) { try DataCommand.parse([set, "-o", sheet, "--augment", "[hflip]"]) }
    #expect(throws: (any Error).self) { try DataCommand.parse([set, "-o", folder.path("sheet.svg")]) }
  }
}
