import ArgumentParser
import Foundation
import Testing
import Weights

@testable import cnnc

/// Sizes that a spec or an option makes large end in an answer or in an error, never in a trap.
@Suite("Sizes and memory") struct MemoryTests {
  private func spec(_ layer: String, input: String = "{channels: 1, size: 8}") -> String {
    "cnnc: 1\nmodel: H\ninput: \(input)\nlayers:\n  - \(layer)\n"
  }

  /// Windows that see little but padding are computed without a copy of it.
  @Test(
    arguments: [
      "conv: {out: 1, kernel: 3, padding: 2147483647, stride: 2147483647}",
      "conv: {out: 3, kernel: 3, padding: 100000, stride: 100000}",
      "conv: {out: 1, kernel: 3, padding: 20000, stride: 20000}",
      "conv: {out: 17, kernel: 3, dilation: 2147483647, padding: same}",
      "conv: {out: 4, kernel: 3, dilation: 1000000, padding: 1000000, stride: 2}",
      "depthwise_conv: {kernel: 3, dilation: 2147483647, padding: same}",
      "max_pool: {kernel: 3, padding: 1, stride: 2147483647}",
    ])
  func mostlyPadding(layer: String) throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(spec(layer), to: "m.yaml")
    let input = WeightWriter.Tensor(name: "x", shape: [1, 8, 8]) { (0..<64).map { Float($0 % 11) / 11 } }
    try WeightWriter.write([input], to: folder.path("x.npy"), format: .npy)
    var outputs: [[Float]] = []
    for (index, options) in [[], ["--memory", "low"], ["--plain"]].enumerated() {
      let output = folder.path("y\(index).npz")
      let arguments = ["run", spec, "--weights", "random:1", "--input", folder.path("x.npy"), "-o", output] + options
      #expect(try status(of: arguments) == .success)
      outputs.append(try WeightFile.open(output).float32(named: "output"))
    }
    let largest = outputs[2].map(abs).max() ?? 0
    #expect(largest > 0)
    for output in outputs {
      #expect(zip(output, outputs[2]).allSatisfy { abs($0 - $1) <= 2e-6 * largest }, "\(outputs)")
    }
  }

  @Test func weightsThatNoMemoryHolds() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(
      spec("linear: {out: 8000000}", input: "{features: 8000000}"), to: "huge.yaml")
    #expect(try status(of: ["bench", spec, "--seconds", "0.1"]) == .unusable)
    #expect(try status(of: ["weights", "init", spec, "-o", folder.path("w.safetensors")]) == .unusable)
    #expect(try folder.names() == ["huge.yaml"])
  }

  @Test func batchesThatNoMemoryHolds() throws {
    let folder = try TemporaryFolder()
    for command in ["run", "bench"] {
      let dump = command == "run" ? ["--dump-plan", "--weights", "random:1"] : ["--seconds", "0.1"]
      // Within what a value may have, and beyond.
      for size in [4096, 32768] {
        let spec = try folder.write(spec("relu", input: "{channels: 1, size: \(size)}"), to: "m.yaml")
        let found = try status(of: [command, spec, "--batch", "1048576"] + dump)
        #expect(found == .findings || found == .unusable)
        for batch in ["1048577", "9223372036854775807"] {
          let error = #expect(throws: (any Error).self) { try status(of: [command, spec, "--batch", batch] + dump) }
          #expect(error.map { Cnnc.message(for: $0).contains("--batch must be 1 to 1048576, not \(batch)") } == true)
        }
      }
    }
  }
}
