import ArgumentParser
import Foundation
import Images
import Testing
import TrainingRuns
import Weights

@testable import cnnc

/// `cnnc evaluate` measures a run's weights as the run tested them.
@Suite("Losses of runs, and of their evaluation") struct EvaluationTests {
  private static let spec = """
    cnnc: 1
    model: Small
    input: {channels: 1, size: 6}
    layers: [flatten, {name: fc, linear: {out: 4}}]
    train: {epochs: 2, batch: 4, validation: none, optimizer: {sgd: 0.02}, seed: 1}
    recipes:
      far: {loss: mean_squared}

    """
  private static let images = 16

  /// Images of one class each, in IDX files that are both parts of a set.
  private func images(_ folder: TemporaryFolder) throws -> String {
    let pixels = (0..<Self.images * 36).map { UInt8($0 * 7919 % 251) }
    let labels = (0..<Self.images).map { UInt8($0 % 4) }
    let path = folder.path("idx")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let count: [UInt8] = [0, 0, 0, UInt8(Self.images)]
    for part in ["train", "t10k"] {
      let header: [UInt8] = [0, 0, 8, 3] + count + [0, 0, 0, 6, 0, 0, 0, 6]
      try Data(header + pixels).write(to: URL(fileURLWithPath: "\(path)/\(part)-images-idx3-ubyte"))
      let other: [UInt8] = [0, 0, 8, 1] + count
      try Data(other + labels).write(to: URL(fileURLWithPath: "\(path)/\(part)-labels-idx1-ubyte"))
    }
    return path
  }

  /// Arrays with several labels an image.
  private func arrays(_ folder: TemporaryFolder) throws -> String {
    let inputs = (0..<Self.images * 36).map { (index: Int) -> Float in Float(index * 7919 % 251) / 125 - 1 }
    let marks = (0..<Self.images * 4).map { (index: Int) -> Float in index % 3 == 0 || index % 16 == 7 ? 1 : 0 }
    let tensors = [
      WeightWriter.Tensor(name: "x", shape: [Self.images, 1, 6, 6]) { inputs },
      WeightWriter.Tensor(name: "y", shape: [Self.images, 4]) { marks },
    ]
    let path = folder.path("labels.npz")
    try WeightWriter.write(tensors, to: path, format: .npz)
    return path
  }

  private func report(_ arguments: [String]) throws -> EvaluationReport {
    let command = try #require(try Cnnc.parseAsRoot(["evaluate"] + arguments) as? EvaluateCommand)
    return try command.report()
  }

  /// The fields of a log's last row by their names.
  private func lastRow(_ folder: TemporaryFolder, _ run: String) throws -> [String: Double] {
    let lines = try folder.read("\(run)/log.csv").split(separator: "\n")
    let fields = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    return Dictionary(
      zip(fields[0].map(String.init), fields[fields.count - 1].map { Double($0) ?? .nan }), uniquingKeysWith: { $1 })
  }

  @Test(arguments: ["cross_entropy", "mean_squared", "binary_cross_entropy"], [false, true])
  func runsAreMeasuredAsTheyWereTested(loss: String, hasSeveral: Bool) throws {
    if hasSeveral, loss == "cross_entropy" { return }
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "s.yaml")
    let data = hasSeveral ? try arrays(folder) : "idx:\(try images(folder))"
    // What the best weights are chosen by is a test of the last epoch only.
    let recipe = try folder.write("loss: \(loss)\n", to: "r.yaml")
    let run = folder.path("run")
    let arguments = ["train", spec, "--data", data, "-o", run, "--recipe", recipe, "--log", "none", "--threads", "1"]
    #expect(try status(of: arguments + ["--val", data, "--eval-every", "2"]) == .success)
    let (tested, row) = (try report([run, "--data", data]), try lastRow(folder, "run"))
    #expect(tested.loss == loss)
    func expect(_ value: Double?, _ name: String) {
      #expect(abs((value ?? .nan) - (row[name] ?? .nan)) < 1e-6, "\(name) \(row)")
    }
    expect(tested.measures.meanLoss, "val_loss")
    if hasSeveral {
      expect(tested.measures.several?.microF1, "val_f1")
      expect(tested.measures.several?.meanAveragePrecision, "val_map")
    } else {
      expect(tested.measures.top1, "val_top1")
    }
    #expect(
      tested.text(.text).contains(" (\(loss)), ") && tested.text(.json).contains("\"loss_function\": \"\(loss)\""))
    // Without the run, its recipe says as much.
    let weights = ["--weights", run + "/best/model.safetensors", "--data", data]
    let other = try report([spec] + weights + ["--recipe", recipe])
    #expect(other.loss == loss && other.measures == tested.measures)
    #expect(try report([spec] + weights).loss == (hasSeveral ? "binary_cross_entropy" : "cross_entropy"))
    #expect(try report([spec] + weights + ["--recipe", "far"]).loss == "mean_squared")
  }

  /// Heads are for training: files need not have their tensors.
  @Test func networksWithHeadsAreEvaluatedWithoutThem() throws {
    let folder = try TemporaryFolder()
    let heads = "aux: {side: {from: flat, weight: 0.3, seq: [{linear: {out: 4}}]}}\n"
    let named = Self.spec.replacing("[flatten,", with: "[{name: flat, flatten},")
    let spec = try folder.write(named + heads, to: "s.yaml")
    let plain = try folder.write(named, to: "plain.yaml")
    let data = "idx:\(try images(folder))"
    let weights = ["--weights", "random:1", "--data", data]
    #expect(try report([spec] + weights).measures == report([plain] + weights).measures)
    let run = folder.path("run")
    let arguments = ["train", spec, "--data", data, "-o", run, "--log", "none", "--val", data, "--threads", "1"]
    #expect(try status(of: arguments) == .success)
    let last = try report([run, "--weights", run + "/last/model.safetensors", "--data", data])
    let row = try lastRow(folder, "run")
    #expect(abs(last.measures.top1 - (row["val_top1"] ?? .nan)) < 1e-6)
  }

  /// The loss of the stage that the weights are from.
  @Test func stagesHaveLossesOfTheirOwn() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "s.yaml")
    let data = "idx:\(try images(folder))"
    let recipe = try folder.write(
      "stages: [{epochs: 1}, {epochs: 1, loss: mean_squared, optimizer: {sgd: 0}}]\n", to: "r.yaml")
    let run = folder.path("run")
    let arguments = ["train", spec, "--data", data, "-o", run, "--recipe", recipe, "--log", "none", "--val", data]
    #expect(try status(of: arguments) == .success)
    // The second stage does not move, and so is no better.
    #expect(try report([run, "--data", data]).loss == "cross_entropy")
    let last = ["--weights", run + "/last/model.safetensors"]
    #expect(try report([run, "--data", data] + last).loss == "mean_squared")
  }

  /// A class is what it was learned as, in whatever data it stands later.
  @Test func classesAreThoseThatWereLearned() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "s.yaml")
    var rows: [String] = []
    for (index, name) in ["a", "b", "c\rc", "d"].enumerated() {
      for image in 0..<2 {
        let samples = (0..<36).map { UInt8(($0 * 31 + index * 83 + image * 7) % 251) }
        let png = try #require(Image(width: 6, height: 6, channels: 1, samples: samples).png)
        try Data(png).write(to: URL(fileURLWithPath: folder.path("\(index)\(image).png")))
        rows.append("\(index)\(image).png,\"\(name)\"")
      }
    }
    func list(_ rows: ArraySlice<String>, _ name: String) throws -> String {
      try folder.write(rows.joined(separator: "\n"), to: "\(name).csv")
    }
    let (all, first, rest) = (try list(rows[...], "all"), try list(rows[..<2], "a"), try list(rows[2...], "rest"))
    let run = folder.path("run")
    let arguments = ["train", spec, "--data", all, "-o", run, "--log", "none", "--threads", "1", "--no-cache"]
    #expect(try status(of: arguments) == .success)
    #expect(try folder.read("run/classes.txt") == "a\nb\nc c\nd\n")
    func loss(_ data: String) throws -> Double { try report([run, "--data", data]).measures.loss }
    #expect(abs(try loss(all) - loss(first) - loss(rest)) < 1e-6)
    let other = try list(["00.png,a", "10.png,x"], "other")
    #expect(try status(of: ["evaluate", run, "--data", other]) == .unusable)
  }

  /// What the likeliest class is follows from the last layer, and a loss that would have it the other way is refused where it
  /// is written.
  @Test func lossesAgreeWithTheNetwork() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "s.yaml")
    _ = try folder.write("1 0 0\n0 1 0\n0 0 1\n1 1 1\n", to: "c.txt")
    let distances = try folder.write(
      Self.spec.replacing(
        "{name: fc, linear: {out: 4}}", with: "{name: f, linear: {out: 3}}, {name: fc, rbf: {out: 4, centers: c.txt}}"),
      to: "d.yaml")
    let data = "idx:\(try images(folder))"
    let radial = try folder.write("epochs: 1\nloss: {radial_basis: {j: 1}}\n", to: "r.yaml")
    for (network, recipe, ending) in [(spec, radial, ExitCode.findings), (distances, "far", .findings)] {
      let arguments = ["--data", data, "--recipe", recipe]
      let run = ["-o", folder.path("run"), "--log", "none"]
      #expect(try status(of: ["train", network] + arguments + run) == ending)
      #expect(try status(of: ["evaluate", network, "--weights", "random:1"] + arguments) == ending)
      #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
    }
    // Cross entropy, which nobody wrote, is no loss of distances.
    let evaluated = ["evaluate", distances, "--weights", "random:1", "--data", data]
    #expect(try report(Array(evaluated.dropFirst())).loss == "radial_basis")
    let sigmoid = try folder.write(Self.spec.replacing("{out: 4}}]", with: "{out: 4}}, sigmoid]"), to: "g.yaml")
    #expect(try report([sigmoid, "--weights", "random:1", "--data", data]).loss == "binary_cross_entropy")
    let run = ["-o", folder.path("run"), "--log", "none", "--threads", "1"]
    #expect(try status(of: ["train", distances, "--data", data] + run) == .unusable)
    #expect(try status(of: ["train", distances, "--data", data, "--recipe", radial] + run) == .success)
  }
}
