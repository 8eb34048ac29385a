import ArgumentParser
import Foundation
import Testing
import Weights

@testable import cnnc

/// Checkpoints as training scripts write them, of one network of two layers: each gives PyTorch's output.
@Suite("checkpoints as people have them") struct CheckpointTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/checkpoints")

  private func path(_ name: String) -> String { Self.fixtures.appendingPathComponent(name).path }

  /// The outputs of the network for the fixture's input.
  private func outputs(_ file: String, _ options: [String] = []) throws -> [Float] {
    let folder = try TemporaryFolder()
    let output = folder.path("y.npy")
    let run = ["run", path("tiny.yaml"), "--weights", path(file), "--input", path("x.npy"), "-o", output]
    #expect(try status(of: run + options) == .success, "\(file)")
    return try WeightFile.open(output).float32(named: "y")
  }

  @Test(
    "any value beside the tensors, any key and any wrapper: seven tensors bind",
    arguments: [
      // A tensor at the top level (best_acc1), wrapped as DataParallel does, under state_dict or model.
      "imagenet_example.pth", "best_acc1.pth", "step.pth",
      // collections.Counter; dtype, device and Size; argparse.Namespace; a numpy scalar.
      "multistep.pth", "dtype.pth", "tvref.pth", "npfloat.pth",
      // AveragedModel with n_averaged; safetensors of DataParallel.
      "swa.pth", "dp.safetensors",
      // Under params_ema, net and ema.state_dict.
      "realesrgan.pth", "kuangliu.pth", "ema_nested.pth",
    ])
  func binds(file: String) throws { try expect(outputs(file), path("t.npy"), file) }

  @Test(
    "the prefixes of torch.compile and of Lightning come off",
    arguments: ["compiled.pth", "lightning.ckpt"])
  func bindsWithoutWrappers(file: String) throws { try expect(outputs(file), path("t2.npy"), file) }

  private func expect(_ found: [Float], _ right: String, _ file: String) throws {
    let right = try WeightFile.open(right)
    let expected = try right.float32(named: right.tensors[0].name)
    #expect(found.count == expected.count)
    for (one, other) in zip(found, expected) { #expect(abs(one - other) < 1e-6, "\(file)") }
  }

  @Test("what a tool left beside the weights is refused, unless its pattern is given")
  func allowUnexpected() throws {
    let run = ["weights", "inspect", path("thop.safetensors"), "--spec", path("tiny.yaml")]
    #expect(try status(of: run + ["-o", "/dev/null"]) == .findings)
    #expect(try outputs("thop.safetensors", ["--allow-unexpected", "*total_*"]) == outputs("compiled.pth"))
  }

  @Test("shapes that differ by ones bind: a linear layer as 1×1 convolution, a one-dimensional kernel")
  func sizesOfOne() throws {
    let folder = try TemporaryFolder()
    for (file, spec, name, shape) in [
      ("pw-linear.pth", "pw.yaml", "pw.weight", [5, 3, 1, 1]),
      ("m5conv.pth", "m5conv.yaml", "conv1.weight", [32, 1, 1, 80]),
    ] {
      let output = folder.path("w.safetensors")
      #expect(try status(of: ["weights", "convert", path(file), output, "--spec", path(spec)]) == .success)
      let written = try WeightFile.open(output)
      #expect(written.tensors.count == 2 && written.info(named: name)?.shape == shape)
      #expect(try written.float32(named: name) == WeightFile.open(path(file)).float32(named: name))
    }
  }

  @Test("--key names the tensors that are meant; the averages of weights are said to be those")
  func keys() throws {
    let file = try WeightFile.open(path("realesrgan.pth"))
    #expect(file.keys == ["params_ema", "params"])
    #expect(
      file.choiceNote
        == "has the weights' moving average under 'params_ema', which is taken; the weights themselves are under 'params'"
    )
    let raw = try file.selecting(key: "params")
    #expect(raw.keys == ["params"] && raw.choiceNote == nil)
    #expect(try outputs("realesrgan.pth", ["--key", "params"]) == outputs("realesrgan.pth"))
    #expect(try outputs("ema_nested.pth", ["--key", "state_dict"]) == outputs("ema_nested.pth"))
    let problem = #expect(throws: WeightError.self) { try file.selecting(key: "model") }
    #expect(problem?.message == "has no tensors under 'model'; it has some under 'params_ema', 'params'")
    #expect(try status(of: ["weights", "inspect", path("dp.safetensors"), "--key", "x"]) == .unusable)
  }

  @Test("a tensor at the top level does not hide the state_dict from convert; wrappers come off")
  func convertsTheStateDict() throws {
    let folder = try TemporaryFolder()
    for (file, count) in [("train_best.pth", 8), ("imagenet_example.pth", 7), ("dp.safetensors", 7), ("swa.pth", 7)] {
      let output = folder.path("w.npz")
      #expect(try status(of: ["weights", "convert", path(file), output]) == .success)
      let names = try WeightFile.open(output).tensors.map(\.name)
      #expect(names.count == count && names.allSatisfy { !$0.hasPrefix("module.") }, "\(file): \(names)")
    }
  }

  /// A narrow terminal gets fewer columns, never cells that are cut or broken.
  @Test func tablesOfTensorsKeepToTheTerminal() throws {
    var report = WeightsReport(file: try WeightFile.open(path("dp.safetensors")), binding: nil)
    try report.readStatistics()
    func rows(_ width: Int?) -> [Substring] { report.text(width: width).split(separator: "\n").dropLast() }
    func names(_ rows: [Substring]) -> [Substring] { rows.map { $0.split(separator: " ")[0] } }
    let all = rows(nil)
    let widest = try #require(all.map(\.count).max())
    #expect(all.first?.split(separator: " ") == ["tensor", "shape", "type", "bytes", "min", "mean", "max", "std"])
    #expect(rows(widest) == all)
    for width in [50, 60, 70] {
      #expect(rows(width).allSatisfy { $0.count <= width }, "\(width)")
      #expect(names(rows(width)) == names(all))
    }
    #expect(rows(10).first?.split(separator: " ") == ["tensor", "shape", "type"])
  }

  @Test("a tensor that may be missing has its first values in a run")
  func allowMissing() throws {
    let folder = try TemporaryFolder()
    let (whole, part) = (folder.path("whole.npz"), folder.path("part.npz"))
    #expect(try status(of: ["weights", "init", path("tiny.yaml"), "-o", whole]) == .success)
    let file = try WeightFile.open(whole)
    let tensors = file.tensors.map { tensor in
      WeightWriter.Tensor(name: tensor.name, shape: tensor.shape) { () throws(WeightError) in
        try file.float32(named: tensor.name)
      }
    }
    try WeightWriter.write(tensors.filter { $0.name != "fc.bias" }, to: part, format: .npz)
    let run = ["run", path("tiny.yaml"), "--weights", part, "--input", path("x.npy"), "-o", folder.path("y.npy")]
    #expect(try status(of: run) == .findings)
    #expect(try status(of: run + ["--allow-missing", "fc.*"]) == .success)
    let found = try WeightFile.open(folder.path("y.npy")).float32(named: "y")
    let all = ["run", path("tiny.yaml"), "--weights", whole, "--input", path("x.npy"), "-o", folder.path("y.npy")]
    #expect(try status(of: all) == .success)
    #expect(try WeightFile.open(folder.path("y.npy")).float32(named: "y") == found)
  }

  @Test("NaN and infinity are findings; numbers never become infinite")
  func numbersThatAreNone() throws {
    let folder = try TemporaryFolder()
    func convert(_ values: [Float], _ options: [String] = []) throws -> (ExitCode, isWritten: Bool) {
      let (input, output) = (folder.path("in.npz"), folder.path("out.npz"))
      try WeightWriter.write([.init(name: "w", shape: [2]) { values }], to: input, format: .npz)
      let code = try status(of: ["weights", "convert", input, output] + options)
      defer { try? FileManager.default.removeItem(atPath: output) }
      return (code, FileManager.default.fileExists(atPath: output))
    }
    #expect(try convert([1, 2]) == (.success, true))
    #expect(try convert([1, .nan]) == (.findings, true))
    #expect(try convert([-.infinity, 2], ["--half"]) == (.findings, true))
    #expect(try convert([65504, 2], ["--half"]) == (.success, true))
    #expect(try convert([1, 1e5]) == (.success, true))
    #expect(try convert([1, 1e5], ["--half"]) == (.unusable, false))
  }
}
