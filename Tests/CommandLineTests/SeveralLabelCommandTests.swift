import ArgumentParser
import Foundation
import Images
import JSON
import Testing
import Weights

@testable import cnnc

/// Images with several labels, from a list and from arrays, the way of a user.
@Suite("cnnc train and evaluate with several labels") struct SeveralLabelCommandTests {
  private static let spec = """
    cnnc: 1
    model: Small
    input: {channels: 1, size: 6}
    layers: [flatten, {name: fc, linear: {out: 2}}, sigmoid]
    preprocess: {mean: 0.5, std: 0.25}
    labels: [dark, striped]
    train:
      {epochs: 12, batch: 4, validation: 0.25, optimizer: {sgd: {lr: 0.1, momentum: 0.9}}, loss: binary_cross_entropy}

    """

  /// Images, dark or bright, striped or not, and a list of what they are.
  private func list(_ folder: TemporaryFolder) throws -> String {
    var rows = ["path,labels"]
    for index in 0..<24 {
      let (isDark, isStriped) = (index % 2 == 0, index / 2 % 2 == 0)
      let samples = (0..<36).map { pixel in
        UInt8((isDark ? 20 : 120) + (isStriped && pixel / 6 % 2 == 0 ? 100 : 0) + index)
      }
      let png = try #require(Image(width: 6, height: 6, channels: 1, samples: samples).png)
      try Data(png).write(to: URL(fileURLWithPath: folder.path("\(index).png")))
      rows.append("\(index).png,\([isStriped ? "striped" : "", isDark ? "dark" : ""].joined(separator: ";"))")
    }
    return try folder.write(rows.joined(separator: "\n"), to: "list.csv")
  }

  @Test func networksLearnAndAreTested() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    let data = try list(folder)
    let run = folder.path("run")
    let arguments = ["train", spec, "--data", data, "-o", run, "--threads", "1", "--no-cache", "--tensorboard"]
    #expect(try status(of: arguments) == .success)
    #expect(try status(of: arguments + ["--resume", "--epochs", "14", "--log", "json"]) == .success)
    let log = try folder.read("run/log.csv").split(separator: "\n")
    #expect(log.count == 15 && log[0].contains("train_f1") && log[0].contains("val_map,val_f1"))
    let state = try folder.read("run/last/state.json")
    #expect(!state.contains("\"labels\""), "nothing is counted of an epoch that has not begun")
    #expect(try status(of: ["evaluate", run, "--data", data]) == .success)
    #expect(try status(of: ["evaluate", run, "--data", data, "--format", "json"]) == .success)
    #expect(try status(of: ["evaluate", run, "--data", data, "--confusion", folder.path("c.csv")]) == .unusable)
    #expect(try status(of: ["data", data, "-o", folder.path("sheet.png")]) == .success)
  }

  @Test(arguments: [
    ("{top1: 0.1}", ExitCode.unusable), ("{map: 0.1, f1: 0}", .success), ("{map: 1, f1: 1}", .findings),
  ])
  func expectationsAreOfTheData(expected: String, ending: ExitCode) throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "small.yaml")
    // Weights that hardly move from where they are drawn.
    let recipe = try folder.write("expect: \(expected)\nepochs: 1\noptimizer: {sgd: {lr: 1e-9}}\n", to: "r.yaml")
    let arguments = [
      "train", spec, "--data", try list(folder), "-o", folder.path("run"), "--recipe", recipe, "--log", "none",
      "--no-cache",
    ]
    #expect(try status(of: arguments) == ending)
  }
}
