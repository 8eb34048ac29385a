import Diagnostics
import Foundation
import GraphIR
import JSON
import Reports
import Shapes
import Testing

/// The JSON that tools read.
@Suite struct JSONReportTests {
  private func report(_ built: Built) -> String {
    JSONReport.render([
      .init(file: "m.yaml", graph: built.graph, diagnostics: built.diagnostics, sources: built.sources)
    ])
  }

  private func parsed(_ text: String) throws -> [[String: Any]] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
  }

  @Test func aWholeReport() throws {
    let built = Built.text(spec("  - {name: a, conv: {out: 2, kernel: 3}}\n  - flatten"))
    #expect(
      report(built) == """
        [
         {
          "model": "M",
          "file": "m.yaml",
          "input": [3, 32, 32],
          "output": [1800],
          "parameters": 56,
          "trainable_parameters": 56,
          "buffers": 0,
          "macs": 48600,
          "flops": 97200,
          "weight_bytes": 224,
          "peak_activation_bytes": 19488,
          "layers": [
           {"name": "a", "kind": "conv", "op": "Conv2d", "block": null, "input": [[3, 32, 32]], \
        "output": [2, 30, 30], "parameters": 56, "macs": 48600, "line": 6, \
        "tensors": [{"name": "a.weight", "shape": [2, 3, 3, 3]}, {"name": "a.bias", "shape": [2]}]},
           {"name": "flatten1", "kind": "flatten", "op": "Flatten", "block": null, "input": [[2, 30, 30]], \
        "output": [1800], "parameters": 0, "macs": 0, "line": 7, "tensors": []}
          ],
          "diagnostics": [],
          "variant": null,
          "convention": {"name": "cnnc", "total": 48600, "unit": "MACs", \
        "explanation": "multiply-accumulates of convolutions and linear layers"},
          "outputs": [{"name": null, "shape": [1800], \
        "receptive_field": {"size": [3, 3], "stride": [1, 1], "layer": "a", "whole_from": null}}],
          "receptive_field": {"size": [3, 3], "stride": [1, 1], "layer": "a", "whole_from": null},
          "heads": [],
          "remarks": []
         }
        ]

        """)
  }

  @Test func findings() throws {
    let built = Built.text(spec("  - conv: {out: 2, kernel: 99}"))
    let entry = try #require(try parsed(report(built)).first)
    #expect(entry["model"] is NSNull && entry["macs"] is NSNull)
    #expect((entry["layers"] as? [Any])?.isEmpty == true)
    let finding = try #require((entry["diagnostics"] as? [[String: Any]])?.first)
    #expect(finding["id"] as? String == "shape.kernel-exceeds-input")
    #expect(finding["severity"] as? String == "error")
    #expect(finding["file"] as? String == "m.yaml")
    #expect(finding["line"] as? Int == 6)
    #expect(finding["column"] as? Int == 28)
    #expect(finding["end_column"] as? Int == 30)
    #expect((finding["notes"] as? [[String: Any]])?.first?["message"] as? String == "the input 3×32×32 is the model's")
    #expect(finding["fixes"] is [Any])
  }

  @Test func headsAndOpenSizes() throws {
    var options = BuildOptions()
    options.input = .maps(3, .symbol("H"), 16)
    options.batch = .known(4)
    let entry = try #require(try parsed(report(Built.text(tiny, options: options))).first)
    let batch = try #require(entry["batch"] as? [String: Any])
    #expect(batch["images"] as? Int == 4 && batch["peak_activation_bytes"] is NSNull)
    options.input = nil
    let closed = try #require(try parsed(report(Built.text(tiny, options: options))).first)
    let known = try #require(closed["batch"] as? [String: Any])
    #expect(known["macs"] as? Int == 4 * 579_744 && known["peak_activation_bytes"] as? Int == 4 * 16 * 1024)
    #expect(entry["input"] as? [AnyHashable] == [3, "H", 16])
    #expect(entry["peak_activation_bytes"] is NSNull)
    #expect(entry["parameters"] as? Int == 3474)
    let layers = try #require(entry["layers"] as? [[String: Any]])
    #expect(layers.allSatisfy { ($0["name"] as? String)?.hasPrefix("early") == false })
    #expect(layers[1]["block"] as? String == "Unit")
    let head = try #require((entry["heads"] as? [[String: Any]])?.first)
    #expect(head["name"] as? String == "early" && head["parameters"] as? Int == 90)
    #expect((head["layers"] as? [Any])?.count == 3)
  }

  @Test func stringsOfEveryKind() throws {
    let text = String(String.UnicodeScalarView((0...0x2FF).compactMap(Unicode.Scalar.init))) + "→ 😀 \u{2028} \"\\/"
    let json = JSONValue.array([.string(text)]).text
    let strings = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String]
    #expect(strings == [text])
    #expect(json.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
    #expect(json.contains("→ 😀"))
  }

  @Test func numbersAndLayout() {
    let value = JSONValue.block([
      ("a", .lines([.int(1), .object([("b", .bool(true)), ("c", .null)])])), ("d", .lines([])),
    ])
    #expect(value.text == "{\n \"a\": [\n  1,\n  {\"b\": true, \"c\": null}\n ],\n \"d\": []\n}")
    #expect(JSONValue.array([.double(0.5), .double(.nan), .double(1e300)]).text == "[0.5, null, 1e+300]")
  }

  /// Every input has its name, and layers that share have the names of the tensors that files hold.
  @Test func severalInputsAndSharedLayers() throws {
    let built = Built.text(
      """
      cnnc: 1
      model: M
      inputs: {left: {channels: 1, size: 8}, right: {channels: 1, size: 6}}
      layers:
        - {name: tower, seq: [{name: c, conv: {out: 2, kernel: 3}}, global_avg_pool]}
        - {name: other, from: right, share: tower}
        - {from: [tower, other], concat}

      """)
    let entry = try #require(try parsed(report(built)).first)
    let inputs = try #require(entry["inputs"] as? [[String: Any]])
    #expect(inputs.compactMap { $0["name"] as? String } == ["left", "right"])
    #expect(inputs.compactMap { $0["shape"] as? [Int] } == [[1, 8, 8], [1, 6, 6]])
    let layers = try #require(entry["layers"] as? [[String: Any]])
    let shared = try #require(layers.first { ($0["shared_with"] as? String) == "tower.c" })
    let tensors = try #require(shared["tensors"] as? [[String: Any]])
    #expect(tensors.compactMap { $0["name"] as? String } == ["tower.c.weight", "tower.c.bias"])
    let path = try #require(shared["name"] as? String)
    let explanation = ShapeExplanation.explain(path, in: try built.required(), sources: built.sources)
    #expect(explanation?.contains("the tensors of tower.c") == true, "\(explanation ?? "")")
  }
}
