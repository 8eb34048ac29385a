import ArgumentParser
import Foundation
import Testing
import Weights

@testable import cnnc

@Suite("cnnc run, looking at plans") struct InspectionTests {
  private static let spec = """
    cnnc: 1
    model: Small
    input: {channels: 2, size: 8}
    layers:
      - {name: c, conv: {out: 18, kernel: 3, padding: half}}
      - {name: b, batch_norm: {}}
      - relu
      - max_pool: {kernel: 2}
      - flatten
      - {name: fc, linear: {out: 5}}

    """

  private func run(_ arguments: [String], _ folder: TemporaryFolder) throws -> String {
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let output = folder.path("out.txt")
    #expect(try status(of: ["run", spec, "--weights", "random:1", "-o", output] + arguments) == .success)
    return try folder.read("out.txt")
  }

  @Test("a plan says which steps of a batch run for an image at a time")
  func rounds() throws {
    let folder = try TemporaryFolder()
    let shape = ["--dump-plan", "--threads", "1", "--input", "2x160x160"]
    #expect(try !run(shape, folder).contains("rounds"))
    let spec = try folder.write(
      Self.spec.replacingOccurrences(of: "flatten", with: "global_avg_pool\n  - flatten"), to: "large.yaml")
    let output = folder.path("large.txt")
    let arguments = ["run", spec, "--weights", "random:1", "-o", output, "--batch", "8"] + shape
    #expect(try status(of: arguments) == .success)
    let text = try folder.read("large.txt")
    // The convolution and both pools; the linear layer has what weights there are.
    #expect(text.contains("\nrounds   steps 0–2 run 8 times for 1 image, the rest for all at once\n"), "\(text)")
  }

  @Test("the graph after each pass says what was fused into what")
  func passes() throws {
    let lines = try run(["--dump-passes"], TemporaryFolder()).split(separator: "\n").map(String.init)
    #expect(lines.contains("the trace: 6 operations"))
    #expect(lines.contains("joins of two: no change"))
    #expect(lines.contains { $0.contains(" = BatchNorm(%") && $0.hasSuffix("  b") })
    let folded = try #require(lines.firstIndex(of: "fold scalings: 5 operations"))
    #expect(lines[folded + 1].contains(" = Convolution(%0) by %") && lines[folded + 1].hasSuffix(", BatchNorm  c + b"))
    #expect(lines.contains("fuse flattening: 4 operations") && lines.contains("fuse activations: 3 operations"))
    #expect(lines.contains { $0.hasSuffix(", BatchNorm, relu  c + b + relu1") })
    #expect(throws: (any Error).self) { try Cnnc.parseAsRoot(["run", "m.yaml", "--dump-plan", "--dump-passes"]) }
  }

  @Test("a plan is listed with its steps, what was fused into them, and the arena")
  func plan() throws {
    let text = try run(["--dump-plan", "--verify-plan", "--threads", "1"], TemporaryFolder())
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("Small  "))
    #expect(lines[1].hasPrefix("4 steps, 1 thread, "))
    let convolution = try #require(lines.first { $0.contains("c + b + relu1") })
    #expect(convolution.contains("18×8×8") && convolution.contains("20,736") && convolution.contains("input 0"))
    #expect(lines.contains { $0.contains("flatten1 + fc") && $0.contains("1,440") })
    #expect(lines.contains { $0.contains("output 0") })
    // 32 channels of 8×8, and the same of 4×4 while both are alive.
    #expect(lines.contains { $0.hasPrefix("   @0  8.00 KiB  0–1 ") && $0.contains(" ██·· ") && $0.hasSuffix(" relu1") })
    #expect(lines.contains("MACs     22,176"))
    #expect(lines.contains { $0.hasPrefix("arena    10.00 KiB for buffers of ") })
  }

  @Test("without fusion each layer is a step; several images are planned together")
  func unfused() throws {
    let folder = try TemporaryFolder()
    let text = try run(["--dump-plan", "--no-fuse", "--verify-plan", "--batch", "3"], folder)
    #expect(text.hasPrefix("Small  \(folder.path("m.yaml")), 3 images\n"))
    #expect(!text.contains("c + b"))
    for shape in ["3×18×8×8", "3×18×4×4", "3×5"] { #expect(text.contains(shape)) }
    #expect(text.contains("MACs     66,528\n"))
  }

  @Test("a profile as JSON names layers, lines and kinds, and its times add up")
  func json() throws {
    let folder = try TemporaryFolder()
    let text = try run(["--profile", "json"], folder)
    let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let steps = try #require(report["steps"] as? [[String: Any]])
    #expect(steps.map { $0["kind"] as? String } == ["conv", "max_pool", "linear", "arrange"])
    let lines = steps.map { step -> String? in (step["line"] as? String)?.split(separator: ":").last.map(String.init) }
    #expect(lines == ["5", "8", "10", nil])
    #expect(steps[0]["layers"] as? [String] == ["c", "b", "relu1"])
    #expect(steps[0]["macs"] as? Int == 20736)
    let times = steps.compactMap { ($0["ms"] as? NSNumber)?.doubleValue }
    let total = try #require((report["total_ms"] as? NSNumber)?.doubleValue)
    #expect(times.count == 4 && total > 0)
    let sum = times.reduce(0, +)
    #expect(abs(sum / total - 1) < 1e-9)
    let shares = steps.compactMap { ($0["share"] as? NSNumber)?.doubleValue }
    let whole = shares.reduce(0, +)
    #expect(abs(whole - 1) < 1e-9)
  }

  @Test("a trace has the steps one after the other")
  func trace() throws {
    let text = try run(["--profile", "chrome"], TemporaryFolder())
    let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let events = try #require(report["traceEvents"] as? [[String: Any]])
    let steps = events.filter { $0["ph"] as? String == "X" }
    #expect(steps.map { $0["name"] as? String } == ["c + b + relu1", "max_pool1", "flatten1 + fc", "unpack"])
    var end = 0.0
    for step in steps {
      let start = try #require((step["ts"] as? NSNumber)?.doubleValue)
      let duration = try #require((step["dur"] as? NSNumber)?.doubleValue)
      #expect(abs(start - end) < 1e-6)
      end = start + duration
    }
    #expect(end > 0)
  }

  @Test("a profile as a table has the steps in their order and totals by kind")
  func table() throws {
    let text = try run(["--profile", "table"], TemporaryFolder())
    let lines = text.split(separator: "\n").map(String.init)
    let places = try ["c + b + relu1", "max_pool1", "flatten1 + fc"].map { name in
      try #require(lines.firstIndex { $0.contains(name) })
    }
    #expect(places == places.sorted())
    #expect(lines[places[0]].contains("m.yaml:5 "))
    #expect(lines.contains { $0.hasPrefix("max_pool  max pool") })
    let total = try #require(lines.last)
    #expect(total.hasPrefix("total") && total.contains("100.0%"))
  }

  @Test("plans give what the plain path gives, for whole batches, parts of them and taps")
  func plain() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let input = folder.path("x.safetensors")
    let tensor = WeightWriter.Tensor(name: "x", shape: [5, 2, 8, 8]) { (0..<640).map { Float($0 * 37 % 101) / 101 } }
    try WeightWriter.write([tensor], to: input, format: .safetensors)
    var outputs: [[[Float]]] = []
    for (index, options) in [["--plain"], [], ["--no-fuse", "--threads", "1"], ["--threads", "3"]].enumerated() {
      let output = folder.path("o\(index).npz")
      let run = ["run", spec, "--weights", "random:3", "--input", input, "-o", output, "--tap", "relu1", "--tap", "b"]
      #expect(try status(of: run + options) == .success)
      let file = try WeightFile.open(output)
      #expect(file.tensors.map(\.name) == ["output", "b", "relu1"])
      #expect(file.tensors.map(\.shape) == [[5, 5], [5, 18, 8, 8], [5, 18, 8, 8]])
      outputs.append(try file.tensors.map { try file.float32(named: $0.name) })
    }
    for others in outputs.dropFirst() {
      for (values, expected) in zip(others, outputs[0]) {
        let largest = expected.map(\.magnitude).max() ?? 0
        #expect(largest > 0)
        #expect(zip(values, expected).allSatisfy { ($0 - $1).magnitude <= 1e-5 * largest })
      }
    }
    // The threads change no bit.
    #expect(outputs[1] == outputs[3])
  }

  @Test("the plain path makes no plan to look at")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let wrong = [
      ["--plain", "--dump-plan"], ["--plain", "--profile", "table"], ["--plain", "--no-fuse"],
      ["--dump-plan", "--profile", "json"], ["--profile", "xml"], ["--threads", "0", "--dump-plan"], [],
    ]
    for arguments in wrong {
      #expect(throws: (any Error).self, "\(arguments)") {
        try status(of: ["run", spec, "--weights", "random:1"] + arguments)
      }
    }
  }
}
