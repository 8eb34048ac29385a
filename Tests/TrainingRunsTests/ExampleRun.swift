import Augmentation
import Datasets
import Diagnostics
import Foundation
import Frontend
import GraphIR
import Images
import NetworkWeights
import Random
import Recipes
import SpecLanguage
import Tensors
import Testing

@testable import TrainingRuns

/// A small network, and images of three classes that it can learn: stripes across, stripes down, and squares, with noise.
final class ExampleRun {
  let folder: String
  let graph: Graph

  static let spec = """
    cnnc: 1
    input: {channels: 1, size: 8}
    layers:
      - {name: conv, conv: {out: 6, kernel: 3, padding: half}}
      - {name: norm, batch_norm}
      - relu
      - max_pool: {kernel: 2}
      - flatten
      - dropout: {rate: 0.2}
      - {name: fc, linear: {out: 3}}
    """

  init(spec: String = ExampleRun.spec, images: Int = 45) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("cnnc-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path
    let compilation = Compilation("s.yaml", files: MemoryFiles(texts: ["s.yaml": spec]))
    graph = try #require(compilation.graph, "\(compilation.diagnostics)")
    try write("train", count: images, seed: 1)
    try write("t10k", count: 30, seed: 2)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func write(_ part: String, count: Int, seed: UInt64) throws {
    var pixels: [UInt8] = []
    let noise = CounterGenerator(seed: seed, name: "noise")
    for image in 0..<count {
      for row in 0..<8 {
        for column in 0..<8 {
          let isLit = [row % 2 == 0, column % 2 == 0, (row / 2 + column / 2) % 2 == 0][image % 3]
          let value = (isLit ? 170 : 60) + 60 * noise.normal(at: pixels.count)
          pixels.append(UInt8(min(255, max(0, value))))
        }
      }
    }
    func header(_ sizes: [Int]) -> [UInt8] {
      [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] }
    }
    let names = ["images-idx3-ubyte", "labels-idx1-ubyte"]
    try Data(header([count, 8, 8]) + pixels).write(to: URL(fileURLWithPath: "\(folder)/\(part)-\(names[0])"))
    let labels = (0..<count).map { UInt8($0 % 3) }
    try Data(header([count]) + labels).write(to: URL(fileURLWithPath: "\(folder)/\(part)-\(names[1])"))
  }

  /// A recipe for the images, or for others.
  func recipe(_ text: String, data: Recipe.Source? = nil) -> Recipe {
    var (settings, found) = readRecipe(text)
    #expect(found.isEmpty, "\(found)")
    let source = data ?? Recipe.Source(.idx, path: folder)
    if settings["data"] == nil {
      settings["data"] = .choice(source.form.rawValue, RecipeSettings().setting("path", .text(source.path)))
    }
    return Recipe(settings)
  }

  /// A list of images that are striped across, striped down, both, or neither, with what they are.
  func writeStripes(images: Int = 48) throws -> Recipe.Source {
    let noise = CounterGenerator(seed: 4, name: "stripes")
    var rows: [String] = []
    for image in 0..<images {
      let (isAcross, isDown) = (image % 2 == 0, image / 2 % 2 == 0)
      let samples = (0..<64).map { pixel in
        let value =
          40 + (isAcross && pixel / 8 % 2 == 0 ? 90.0 : 0) + (isDown && pixel % 2 == 0 ? 90 : 0)
          + 20 * noise.normal(at: image * 64 + pixel)
        return UInt8(min(255, max(0, value)))
      }
      let png = try #require(Image(width: 8, height: 8, channels: 1, samples: samples).png)
      try Data(png).write(to: URL(fileURLWithPath: "\(folder)/\(image).png"))
      let labels = [isAcross ? "across" : nil, isDown ? "down" : nil].compactMap { $0 }
      rows.append("\(image).png,\(labels.joined(separator: ";"))")
    }
    try Data(rows.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/stripes.csv"))
    return Recipe.Source(.csv, path: "\(folder)/stripes.csv")
  }

  /// The parameters that a run begins with.
  func parameters(seed: UInt64 = 3) throws -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for tensor in try graph.initialTensors(from: DiskFiles(), heads: true) {
      result[tensor.name] = Tensor(
        tensor.initialization.values(count: tensor.shape.reduce(1, *), name: tensor.name, seed: seed),
        shape: tensor.shape)
    }
    return result
  }

  /// Stops a run behind a step, goes on with another from its checkpoint, and expects the bits of a run that was not
  /// stopped; gives the folder.
  @discardableResult
  func expectSameBits(of whole: TrainingRun, _ recipe: Recipe, stoppedBehind stop: Int) throws -> RunFolder {
    var made = 0
    let first = try run(recipe, output: "stopped\(stop)", threads: 2)
    let ending = try first.run(isInterrupted: { made >= stop }) { if case .step = $0 { made += 1 } }
    #expect(ending == .interrupted)
    let folder = folder("stopped\(stop)")
    let checkpoint = try #require(try folder.checkpoint("last"))
    let second = try run(recipe, output: "stopped\(stop)", resuming: checkpoint)
    #expect(second.position.step == stop)
    _ = try second.run()
    #expect(second.checkpoint.parameters == whole.checkpoint.parameters, "stopped behind step \(stop)")
    #expect(second.checkpoint.kept == whole.checkpoint.kept, "stopped behind step \(stop)")
    #expect(second.log.timeless == whole.log.timeless, "stopped behind step \(stop)")
    return folder
  }

  /// A run; `output` names a folder below this one for its log and checkpoints.
  func run(
    _ recipe: Recipe, output: String? = nil, resuming: RunFolder.Checkpoint? = nil, threads: Int = 1, workers: Int = 1,
    saveSteps: Int? = nil, seconds: Double? = nil, testEpochs: Int = 1, featureBytes: Int = 1 << 30,
    changing changes: [String: Tensor] = [:]
  ) throws -> TrainingRun {
    let network = try TrainableNetwork(graph, recipe.stages[0])
    let data = try TrainingData(recipe, folder: "")
    func maker(_ set: Dataset) -> BatchMaker {
      BatchMaker(
        set, preprocessing: ImagePreprocessing(), inputShape: network.inputShape, classes: network.classes,
        labelForm: network.labelForm)
    }
    var options = TrainingRun.Options()
    options.threads = threads
    options.workers = workers
    options.saveSteps = saveSteps
    options.seconds = seconds
    options.featureBytes = featureBytes
    options.testEpochs = testEpochs
    let folder = output.map { RunFolder("\(self.folder)/\($0)") }
    try folder?.create()
    return try TrainingRun(
      graph, recipe, parameters: parameters().merging(changes) { $1 }, training: maker(data.training),
      validation: data.validation.map(maker), folder: folder, resuming: resuming, options: options)
  }

  func folder(_ output: String) -> RunFolder { RunFolder("\(folder)/\(output)") }
}

extension TrainingLog {
  /// The log without what a clock says.
  var timeless: [String] { timelessLines }
}
