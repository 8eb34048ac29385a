import ArgumentParser
import Foundation
import Testing
import Weights

@testable import cnnc

/// Specs that gave a wrong answer, or none, when 46 architectures were written from the documentation and 60 public
/// reports were tried, with the right values in their `expect`. Those of the generator are compiled and run beside the
/// interpreter as well: `Tests/SwiftEmissionTests/Fixtures/case_*.yaml`.
@Suite("cases of early users") struct CaseTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/cases")

  private static func path(_ name: String) -> String { folder.appendingPathComponent(name + ".yaml").path }

  /// All but the one that is a mistake.
  static let names: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return all.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.filter { $0 != "fix_unet_odd" }.sorted()
  }()

  @Test func thereAreAll() { #expect(Self.names.count == 23) }

  @Test("have the right figures, expand to themselves, and are generated", arguments: names)
  func right(_ name: String) throws {
    let folder = try TemporaryFolder()
    let spec = Self.path(name)
    #expect(try status(of: ["check", spec, "-q"]) == .success)
    for flat in [[], ["--flat"]] {
      #expect(try status(of: ["expand", spec, "-o", folder.path("e.yaml")] + flat) == .success)
      #expect(try status(of: ["check", folder.path("e.yaml"), "-q"]) == .success)
      if flat.isEmpty {
        #expect(try status(of: ["diff", spec, folder.path("e.yaml"), "-o", folder.path("d.txt")]) == .success)
      }
    }
    #expect(try status(of: ["generate", spec, "-o", folder.path("M.swift")]) == .success)
    #expect(try folder.read("M.swift").contains(": Model {"))
  }

  /// The report of a spec as JSON.
  private func report(_ name: String, _ options: [String] = []) throws -> [String: Any] {
    let folder = try TemporaryFolder()
    let output = folder.path("r.json")
    #expect(try status(of: ["check", Self.path(name), "--format", "json", "-o", output] + options) == .success)
    let json = try JSONSerialization.jsonObject(with: Data(folder.read("r.json").utf8))
    return try #require((json as? [[String: Any]])?.first)
  }

  @Test func aFormulaHasItsParentheses() throws {
    let folder = try TemporaryFolder()
    let output = folder.path("r.txt")
    #expect(try status(of: ["check", Self.path("formula_parens"), "--input", "1xHxW", "-o", output]) == .success)
    #expect(try folder.read("r.txt").contains("→ output 16×(⌊H/2⌋ − 2)×(⌊W/2⌋ − 2)\n"))
  }

  @Test func aDefaultWrittenOutIsNoDifference() throws {
    let files = [Self.path("pool_stride_a"), Self.path("pool_stride_b")]
    #expect(try status(of: ["diff"] + files + ["-o", "/dev/null"]) == .success)
  }

  @Test func aNormOverTheImageSeesAllOfIt() throws {
    let field = try #require(try report("rf_instance_norm")["receptive_field"] as? [String: Any])
    #expect(field["whole_from"] as? String == "instance_norm1" && field["size"] as? [Int] == [7, 7])
  }

  @Test func anEdgeIsDrawnAsOftenAsItIsRead() throws {
    let folder = try TemporaryFolder()
    let output = folder.path("g.dot")
    #expect(try status(of: ["graph", Self.path("graph_duplicate_edge"), "-o", output]) == .success)
    let edges = try folder.read("g.dot").split(separator: "\n").filter { $0.contains("->") }.compactMap {
      $0.split { $0 == " " || $0 == ";" }.prefix(3).joined(separator: " ")
    }
    #expect(edges.count { $0 == "b1 -> b2" } == 3 && edges.count { $0 == "b2 -> b3" } == 2, "\(edges)")
  }

  /// A concatenation of the two, of 33×33 each: the right fix was found once by the padding, which `half` does by itself.
  @Test func anOddSizeIsMendedWhereItIsLost() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(String(contentsOfFile: Self.path("fix_unet_odd"), encoding: .utf8), to: "m.yaml")
    #expect(try status(of: ["check", spec, "--fix", "-q"]) == .success)
    #expect(
      try folder.read("m.yaml").contains(
        "{name: u1, transposed_conv: {out: 16, kernel: 2, stride: 2, output_padding: 1}}"))
    #expect(try status(of: ["check", spec, "--format", "json", "-o", folder.path("r.json")]) == .success)
    #expect(try folder.read("r.json").contains("\"output\": [1, 50, 50]"))
  }

  @Test func namesFollowTheRules() throws {
    let folder = try TemporaryFolder()
    func names(_ spec: String) throws -> [String] {
      let output = folder.path("w.npz")
      #expect(try status(of: ["weights", "init", Self.path(spec), "-o", output]) == .success)
      return try WeightFile.open(output).tensors.map(\.name)
    }
    #expect(
      try names("branch_numbers").filter { $0.hasSuffix("weight") } == [
        "convs.0.1.weight", "convs.1.0.weight", "convs.1.1.weight",
      ])
    #expect(try names("shared_weights") == ["head.weight", "head.bias"])
    #expect(try names("blurpool_fixed").isEmpty)
  }

  @Test("a map's target may hold what published names hold: block1-0")
  func mapWithDashes() throws {
    let folder = try TemporaryFolder()
    let spec = Self.path("regnet_map_dash")
    let (own, published) = (folder.path("own.safetensors"), folder.path("published.safetensors"))
    #expect(try status(of: ["weights", "init", spec, "-o", own]) == .success)
    let file = try WeightFile.open(own)
    #expect(file.tensors.count == 357)
    let tensors = file.tensors.map { tensor in
      // torchvision has trunk_output.block1.block1-0 where the spec has trunk_output.block1.0.
      let name = tensor.name.replacing(/(trunk_output\.(block\d)\.)(\d+)/) { "\($0.1)\($0.2)-\($0.3)" }
      return WeightWriter.Tensor(name: name, shape: tensor.shape) { () throws(WeightError) in
        try file.float32(named: tensor.name)
      }
    }
    #expect(tensors[7].name.contains("block1-0"))
    try WeightWriter.write(tensors, to: published, format: .safetensors)
    let inspect = ["weights", "inspect", published, "--spec", spec, "-o", folder.path("r.txt")]
    #expect(try status(of: inspect) == .success)
    #expect(try folder.read("r.txt").contains("torchvision"))
  }
}
