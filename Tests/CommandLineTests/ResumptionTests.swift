import ArgumentParser
import Foundation
import Images
import Recipes
import Testing
import TrainingRuns
import Weights

@testable import cnnc

/// What may be another when a run goes on, and what is refused.
@Suite("cnnc train --resume") struct ResumptionTests {
  private static let spec = """
    cnnc: 1
    input: {channels: 1, size: 6}
    layers: [flatten, {name: fc, linear: {out: 2}}]
    preprocess: {resize: [6, 6], mean: 0.5, std: 0.25}
    labels: [dark, bright]
    train: {epochs: 1, batch: 4, validation: none, optimizer: {sgd: {lr: 0.1}}}

    """

  /// A folder with a spec and images of the classes bright and dark.
  private func prepared() throws -> (folder: TemporaryFolder, arguments: [String]) {
    let folder = try TemporaryFolder()
    for index in 0..<8 {
      let name = index % 2 == 0 ? "bright" : "dark"
      try FileManager.default.createDirectory(atPath: folder.path("data/\(name)"), withIntermediateDirectories: true)
      let samples = (0..<36).map { UInt8((index % 2 == 0 ? 200 : 20) + $0) }
      let png = try #require(Image(width: 6, height: 6, channels: 1, samples: samples).png)
      try Data(png).write(to: URL(fileURLWithPath: folder.path("data/\(name)/\(index).png")))
    }
    let spec = try folder.write(Self.spec, to: "small.yaml")
    return (
      folder,
      [
        "train", spec, "--data", folder.path("data"), "-o", folder.path("run"), "--threads", "1", "--log", "none",
        "--no-cache",
      ]
    )
  }

  @Test func whatMadeTheRunStays() throws {
    let (folder, arguments) = try prepared()
    let weights = folder.path("first.safetensors")
    #expect(try status(of: ["weights", "init", folder.path("small.yaml"), "-o", weights]) == .success)
    #expect(try status(of: arguments + ["--weights", weights]) == .success)
    let before = try folder.read("run/recipe.yaml")
    let more = arguments + ["--resume", "--epochs", "2"]
    for options in [
      ["--batch", "2"], ["--seed", "5"], ["--opt", "adam"], ["--momentum", "0.9"], ["--val", "0.5"], ["--val", "test"],
      ["--weights", folder.path("run/best/model.safetensors")], ["--val", folder.path("data")],
    ] {
      #expect(try status(of: more + options) == .unusable, "\(options)")
    }
    #expect(try folder.read("run/recipe.yaml") == before)
    // Said again as it was, it holds.
    let again = ["--batch", "4", "--seed", "0", "--opt", "sgd", "--val", "none", "--weights", weights]
    #expect(try status(of: more + again) == .success)
    #expect(try folder.read("run/log.csv").split(separator: "\n").count == 3)
  }

  @Test func refusalsNameWhatChanged() throws {
    let old = Self.settings("batch: 4\nvalidation: 0.2\noptimizer: sgd")
    func refusal(_ text: String) -> String {
      do throws(TrainingRunError) {
        try Resumption.checkSettings(Self.settings(text), old, isTestedElsewhere: false)
        return ""
      } catch {
        return error.message
      }
    }
    #expect(refusal("batch: 10\nvalidation: 0.2").hasPrefix("batch: a run that began with 4 does not go on with 10; "))
    #expect(refusal("batch: 4\nvalidation: 0.2\noptimizer: adam").hasPrefix("optimizer: a run that began with sgd "))
    #expect(refusal("batch: 4\nvalidation: 0.2\noptimizer: {sgd: {momentum: 0.5}}").hasPrefix("momentum: "))
    #expect(
      refusal("batch: 4\nvalidation: none").hasPrefix("validation: a run that began with 0.2 does not go on with none"))
    #expect(refusal("batch: 4\nvalidation: 0.2\nseed: 3").hasPrefix("seed: "))
    #expect(refusal("batch: 4\nvalidation: 0.2\nepochs: 30\noptimizer: {sgd: {lr: 1}}\nschedule: cosine").isEmpty)
  }

  private static func settings(_ text: String) -> RecipeSettings {
    var reader = RecipeReader()
    return reader.settings(inText: text)
  }

  /// What the options change holds for the next time too.
  @Test func whatChangesIsWrittenDown() throws {
    let (folder, arguments) = try prepared()
    #expect(try status(of: arguments) == .success)
    #expect(try status(of: arguments + ["--resume", "--epochs", "2", "--lr", "0.05"]) == .success)
    let recipe = try folder.read("run/recipe.yaml")
    #expect(recipe.contains("epochs: 2") && recipe.contains("lr: 0.05"))
    #expect(try status(of: arguments + ["--resume", "--epochs", "3"]) == .success)
    let last = try #require(try folder.read("run/log.csv").split(separator: "\n").last)
    #expect(last.hasPrefix("3,6,") && last.split(separator: ",")[4] == "0.05")
    // The run's recipe serves others, with data of their own.
    let other = ["--recipe", folder.path("run/recipe.yaml"), "-o", folder.path("other")]
    #expect(try status(of: arguments + other) == .success)
    #expect(try folder.read("other/log.csv").split(separator: "\n").count == 4)
  }

  @Test func otherImagesAreRefused() throws {
    let (folder, arguments) = try prepared()
    #expect(try status(of: arguments) == .success)
    // Classes stand in the order of the spec's labels.
    #expect(try folder.read("run/spec.yaml").contains("dark"))
    let evaluation = [
      "evaluate", folder.path("small.yaml"), "--weights", folder.path("run/last/model.safetensors"), "--data",
      folder.path("data"), "--confusion",
    ]
    #expect(try status(of: evaluation + [folder.path("c.csv")]) == .success)
    #expect(try folder.read("c.csv").hasPrefix("class,dark,bright\ndark,"))
    #expect(throws: (any Error).self) { try EvaluateCommand.parse(evaluation.dropFirst() + ["c.png"]) }
    let samples = (0..<36).map { UInt8(($0 * 37) % 256) }
    let png = try #require(Image(width: 6, height: 6, channels: 1, samples: samples).png)
    try Data(png).write(to: URL(fileURLWithPath: folder.path("data/dark/1.png")))
    #expect(try status(of: arguments + ["--resume", "--epochs", "2"]) == .unusable)
  }

  /// What a killed run left goes when the run goes on; what the names lead to stays.
  @Test func leftoversGo() throws {
    let (folder, arguments) = try prepared()
    #expect(try status(of: arguments) == .success)
    let run = URL(fileURLWithPath: folder.path("run"))
    func names() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: run.path)) }
    let before = try names()
    let left = run.appendingPathComponent(".best-70-1")
    try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
    try Data([1]).write(to: left.appendingPathComponent("model.safetensors"))
    try Data([1]).write(to: run.appendingPathComponent(".cnnc-1.tmp"))
    #expect(try status(of: arguments + ["--resume"]) == .success)
    #expect(try names() == before)
  }

  /// Arrays that do not fit the network leave no folder that a second run would take for one to go on with.
  @Test func imagesThatDoNotFitLeaveNothing() throws {
    let (folder, arguments) = try prepared()
    let rows = (0..<4).map { "\(folder.path("data/bright/0.png")),\($0 % 2)" }
    try Data("no image".utf8).write(to: URL(fileURLWithPath: folder.path("data/bright/0.png")))
    let list = try folder.write(rows.joined(separator: "\n"), to: "list.csv")
    #expect(try status(of: arguments + ["--data", list]) == .unusable)
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
  }

  /// The spec in the run's folder is the run's spec: it finds the files that the first one named, and goes on from where it
  /// lies.
  @Test func theRunsOwnSpecGoesOn() throws {
    let (folder, arguments) = try prepared()
    try FileManager.default.createDirectory(atPath: folder.path("values"), withIntermediateDirectories: true)
    let kernel = WeightWriter.Tensor(name: "k", shape: [2, 1, 3, 3]) { (0..<18).map { Float($0) / 18 } }
    try WeightWriter.write([kernel], to: folder.path("values/k.npy"), format: .npy)
    _ = try folder.write("dark\nbright\n", to: "classes.txt")
    let conv = "conv: {out: 2, kernel: 3, bias: false, init: {weight: {file: values/k.npy}}, trainable: false}"
    let text = Self.spec.replacing("[flatten", with: "[{name: blur, \(conv)}, flatten")
      .replacing("[dark, bright]", with: "classes.txt")
    _ = try folder.write(text, to: "small.yaml")
    #expect(try status(of: arguments) == .success)
    #expect(try folder.read("run/files/classes.txt") == "dark\nbright\n")
    let own = folder.path("run/spec.yaml")
    let more = [
      "train", own, "--data", folder.path("data"), "--resume", "--threads", "1", "--log", "none", "--no-cache",
    ]
    #expect(try status(of: more + ["--epochs", "2"]) == .success)
    #expect(try folder.read("run/log.csv").split(separator: "\n").count == 3)
    #expect(try status(of: ["evaluate", folder.path("run"), "--data", folder.path("data")]) == .success)
    // Other values are another network.
    let other = WeightWriter.Tensor(name: "k", shape: [2, 1, 3, 3]) { (0..<18).map { Float($0) / 9 } }
    try WeightWriter.write([other], to: folder.path("values/k.npy"), format: .npy)
    #expect(try status(of: arguments + ["--resume", "--epochs", "3"]) == .unusable)
    #expect(try status(of: more + ["--epochs", "3"]) == .success)
  }

  /// While a run is at its folder, no other is.
  @Test func aFolderHasOneRun() throws {
    let (folder, arguments) = try prepared()
    #expect(try status(of: arguments) == .success)
    do {
      let lock = try RunFolder(folder.path("run")).lock()
      defer { withExtendedLifetime(lock) {} }
      #expect(try status(of: arguments + ["--resume", "--epochs", "2"]) == .unusable)
      #expect(try status(of: arguments + ["--resume", "--epochs", "2", "--dry-run"]) == .success)
    }
    try FileManager.default.createDirectory(atPath: folder.path("new"), withIntermediateDirectories: true)
    do {
      let lock = try RunFolder(folder.path("new")).lock()
      defer { withExtendedLifetime(lock) {} }
      #expect(try status(of: arguments + ["-o", folder.path("new")]) == .unusable)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("new")).isEmpty)
    }
    #expect(try status(of: arguments + ["-o", folder.path("new")]) == .success)
    #expect(try status(of: arguments + ["--resume", "--epochs", "2"]) == .success)
  }

  @Test func expectationsNeedATest() throws {
    let (folder, arguments) = try prepared()
    let recipe = try folder.write("expect: {top1: 0.5}\n", to: "expecting.yaml")
    let expecting = arguments + ["--recipe", recipe]
    #expect(try status(of: expecting) == .unusable)
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
    #expect(try status(of: expecting + ["--val", folder.path("data"), "--epochs", "9"]) == .success)
  }
}
