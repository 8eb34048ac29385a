import ArgumentParser
import Testing
import Weights

@testable import cnnc

/// The rule of docs/ci.md, for every command: 1 for what was found in what was looked at, 2 where there was
/// nothing to look at.
@Suite("exit statuses") struct ExitStatusTests {
  private static let spec = """
    cnnc: 1
    model: Small
    params: {width: int = 3}
    input: {channels: 1, size: 4}
    layers:
      - {name: c, conv: {out: width, kernel: 3}}
      - global_avg_pool
      - flatten
      - {name: fc, linear: {out: 5}}
    variants: {wide: {width: 6}}

    """

  private static let two = """
    cnnc: 1
    inputs: {left: {features: 3}, right: {features: 3}}
    layers:
      - {name: a, from: left, linear: {out: 2}}
      - {name: b, from: right, linear: {out: 2}}
      - {from: [a, b], add}

    """

  /// A folder with a spec of one input, one of two, an image, and tensors.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.write(Self.spec, to: "m.yaml")
    _ = try folder.write(Self.two, to: "two.yaml")
    _ = try folder.write(Self.spec.replacing("kernel: 3", with: "kernel: 9"), to: "bad.yaml")
    _ = try folder.write(
      Self.spec.replacing("{out: 5}", with: "{out: 5, init: {weight: {file: lost.txt}}}"), to: "lost.yaml")
    _ = try folder.write("not an image", to: "text.png")
    for (name, shape) in [
      ("x", [1, 4, 4]), ("other", [1, 5, 4]), ("last", [4, 4, 1]), ("three", [3]), ("pair", [2, 3]),
    ] {
      let count = shape.reduce(1, *)
      let tensor = WeightWriter.Tensor(name: "x", shape: shape) { (0..<count).map { Float($0 % 7) } }
      try WeightWriter.write([tensor], to: folder.path("\(name).npy"), format: .npy)
    }
    for (name, shape, values) in [
      ("empty", [0, 1, 4, 4], []), ("nan", [1, 4, 4], [.nan] + [Float](repeating: 0, count: 15)),
    ] {
      let tensor = WeightWriter.Tensor(name: "x", shape: shape) { values }
      try WeightWriter.write([tensor], to: folder.path("\(name).npy"), format: .npy)
    }
    return folder
  }

  /// The status of a command whose words that begin with `@` are files of the folder, wherever it is found out.
  private func outcome(of line: String, in folder: TemporaryFolder) throws -> ExitCode {
    let words = line.split(separator: " ").map { word in
      word.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    }
    do {
      return try status(of: words.map { $0.count == 2 ? $0[0] + folder.path(String($0[1])) : String($0[0]) })
    } catch is ValidationError {
      return .unusable
    } catch  where Cnnc.exitCode(for: error) == .validationFailure {
      return .unusable
    }
  }

  @Test(
    "what the command line asks for and the spec has not is 2, as is what cannot be read or written",
    arguments: [
      "check @m.yaml --set zz=1", "check @m.yaml --set width=", "check @m.yaml --set width=relu",
      "check @m.yaml --variant zz", "check @m.yaml --explain zz", "check @m.yaml --input left=1x4x4",
      "check @two.yaml --input 3", "check @m.yaml --input 1x4x4x4", "check @m.yaml @none.yaml",
      "check @m.yaml @bad.yaml --set zz=1", "check @m.yaml --batch -1", "check @m.yaml -o @none/x.txt",
      "expand @m.yaml --set zz=1", "expand @m.yaml --variant zz", "expand @m.yaml --batch 2",
      "graph @m.yaml --variant zz", "generate @m.yaml --set zz=1", "diff @m.yaml @m.yaml@zz",
      "generate @m.yaml --check -o @none.swift", "diff @m.yaml @m.yaml --set-a zz=1", "diff @m.yaml @bad.yaml",
      "sweep @m.yaml --over zz=1", "sweep @m.yaml", "generate @m.yaml --input 1xHxW",
      "check @m.yaml --batch 2000000000",
      "check @m.yaml --train --input 1xHxW", "run @m.yaml --weights random:1 --input @x.npy --batch 99999999999",
      "sweep @m.yaml --over width=", "sweep @m.yaml --over width=1 --variant zz", "layers zz",
      "weights init @m.yaml -o @i.npy", "weights init @m.yaml -o @i.pth", "weights init @m.yaml --set zz=1 -o @i.npz",
      "weights inspect @none.pth", "weights inspect @x.npy --spec @m.yaml --variant zz",
      "run @m.yaml --weights random:1 @nosuch.jpg", "run @m.yaml --weights random:1 @text.png @nosuch.jpg",
      "run @m.yaml --weights random:1 --input @none.npy", "run @m.yaml --weights random:1 --input z=@x.npy",
      "run @m.yaml --weights random:1 --input @x.npy --tap zz -o @o.npz",
      "run @m.yaml --weights random:1 --input @x.npy --set zz=1",
      "run @m.yaml --weights random:1 --input @x.npy --labels @none.txt",
      "run @m.yaml --weights random:1 --input 1xHxW --input @x.npy",
      "run @two.yaml --weights random:1 --input left=@three.npy",
      "run @m.yaml --weights @none.pth --input @x.npy", "bench @m.yaml --set zz=1", "bench @m.yaml --input 1xHxW",
      "bench @m.yaml --weights @none.pth", "run @m.yaml --weights random:1 --input @empty.npy",
      "run @m.yaml --weights random:1 --input @x.npy --key zz", "bench @m.yaml --allow-missing c.*",
      "run @m.yaml --weights random:1 --input @x.npy --allow-unexpected zz", "check @lost.yaml",
      "weights init @lost.yaml -o @i.npz", "run @lost.yaml --weights random:1 --input @x.npy",
      "bench @lost.yaml --seconds 0", "export @m.yaml --set zz=1 -o @m.onnx",
      "export @m.yaml --weights @none.pth -o @m.onnx",
      "export @m.yaml --opset 9 -o @m.onnx", "export @m.yaml --batch 0 -o @m.onnx", "export @m.yaml -o @none/m.onnx",
      "export @m.yaml --key zz -o @m.onnx", "export @lost.yaml -o @m.onnx",
    ])
  func unusable(line: String) throws {
    #expect(try outcome(of: line, in: folder()) == .unusable)
  }

  @Test(
    "what does not fit what it is for is 1",
    arguments: [
      "check @bad.yaml", "check @bad.yaml -o @none/x.txt", "check @m.yaml --input 1x2x2", "expand @bad.yaml",
      "export @bad.yaml -o @m.onnx", "export @m.yaml --weights @x.npy -o @m.onnx",
      "generate @bad.yaml", "graph @bad.yaml", "diff @m.yaml @m.yaml@wide -o @d.txt", "sweep @bad.yaml --over width=1",
      "weights init @bad.yaml -o @i.npz", "weights inspect @x.npy --spec @m.yaml -o @r.txt",
      "run @m.yaml --weights random:1 --input @other.npy",
      "run @m.yaml --weights random:1 --input @nan.npy", "run @m.yaml --weights random:1 --plain --input @nan.npy",
      "run @m.yaml --weights @x.npy --input @x.npy",
      "run @m.yaml --weights random:1 --input @x.npy --labels @m.yaml", "run @bad.yaml --weights random:1 @text.png",
      "run @two.yaml --weights random:1 @text.png",
    ])
  func findings(line: String) throws {
    #expect(try outcome(of: line, in: folder()) == .findings)
  }

  @Test("a tensor that does not fit is named, with its input and what would help")
  func wrongTensors() throws {
    let folder = try folder()
    func message(_ files: [String], _ spec: String) throws -> String {
      let network = try Network(folder.path(spec), NetworkChoice())
      let files = files.map { name in
        let parts = name.split(separator: "=")
        return InputFile(parts.count == 2 ? "\(parts[0])=\(folder.path(String(parts[1])))" : folder.path(name))
      }
      let error = try #require(throws: RunError.self) { _ = try InputTensors(files, for: network.graph) }
      return error.message.replacing(folder.path("x").dropLast(), with: "")
    }
    #expect(
      try message(["last.npy"], "m.yaml")
        == "last.npy: is 4×4×1, but the input is 1×4×4; its channels are last, and belong first: numpy.moveaxis(x, -1, -3)"
    )
    #expect(
      try message(["other.npy"], "m.yaml")
        == "other.npy: is 1×5×4, but the input is 1×4×4; --input 1x5x4 builds the network for that size")
    #expect(
      try message(["left=three.npy", "right=x.npy"], "two.yaml") == "x.npy: is 4×4, but the input 'right' is 3")
    #expect(
      try message(["left=three.npy", "right=pair.npy"], "two.yaml")
        == "pair.npy: has 2 images, and the tensor of the input 'left' has 1")
    #expect(
      try message(["left=three.npy"], "two.yaml")
        == "there is no tensor for the input 'right'; give it one by --input right=FILE")
  }

  @Test("a file with an @ in its name is compared as it is")
  func filesWithSigns() throws {
    let folder = try folder()
    _ = try folder.write(Self.spec, to: "m@wide.yaml")
    _ = try folder.write(Self.spec, to: "m.yaml@wide")
    let output = ["-o", folder.path("d.txt")]
    #expect(try status(of: ["diff", folder.path("m@wide.yaml"), folder.path("m.yaml")] + output) == .success)
    #expect(try status(of: ["diff", folder.path("m.yaml@wide"), folder.path("m.yaml")] + output) == .success)
    #expect(
      try status(of: ["diff", folder.path("m@wide.yaml@wide"), folder.path("m.yaml@wide")] + output)
        == .findings)
  }

  @Test("values of a file that is not there have the identifier of imports that are not")
  func missingFiles() throws {
    let folder = try folder()
    let path = folder.path("lost.yaml")
    #expect(try status(of: ["check", path, "--format", "json", "-o", folder.path("r.json")]) == .unusable)
    let report = try folder.read("r.json")
    #expect(report.contains("spec.unreadable-file") && report.contains("lost.txt"), "\(report)")
    #expect(!report.contains("spec.wrong-type"))
  }

  @Test("a negative number is an option's value, not an option")
  func negativeNumbers() {
    #expect(Cnnc.joined(["run", "m.yaml", "--top", "-1"]) == ["run", "m.yaml", "--top=-1"])
    #expect(Cnnc.joined(["--batch", "-.5", "-o", "-"]) == ["--batch", "-.5", "-o", "-"])
    #expect(Cnnc.joined(["--top=1", "-2", "--", "--top", "-1"]) == ["--top=1", "-2", "--", "--top", "-1"])
    let error = #expect(throws: (any Error).self) {
      _ = try Cnnc.parseAsRoot(
        Cnnc.joined(["run", "m.yaml", "--weights", "random:1", "--input", "x.npy", "--top", "-1"]))
    }
    #expect(error.map { Cnnc.fullMessage(for: $0).contains("--top must be at least 1") } == true)
  }
}
