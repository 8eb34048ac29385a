import Analysis
import Foundation
import GraphIR
import Reports
import Testing

/// Differences of published networks, as people read them.
@Suite struct DiffReportTests {
  private static func diff(_ a: String, _ b: String) throws -> GraphDiff {
    func graph(_ name: String) throws -> Graph {
      let parts = name.split(separator: "@").map(String.init)
      return try Built.spec(parts[0], variant: parts.count > 1 ? parts[1] : nil).required()
    }
    return GraphDiff(try graph(a), try graph(b))
  }

  @Test func strideOfTheBottleneck() throws {
    #expect(
      DiffReport.text(try Self.diff("resnet50", "resnet50@v1")) == """
        A  ResNet50       specs/resnet50.yaml
        B  ResNet50 (v1)  specs/resnet50.yaml@v1

        Settings
          v1  false → true

        Changed
          layer2–4.0.conv1  conv: stride 1 → 2
          layer2–4.0.conv2  conv: stride 2 → 1
          layer2.0.bn1      other shapes only, first of 6 layers, 128×56×56 → 128×28×28

                  params A    params B  Δ         MACs A         MACs B             Δ
        ─────────────────────────────────────────────────────────────────────────────
        layer2   1,219,584   1,219,584  0  1,027,604,480    950,534,144   −77,070,336
        layer3   7,098,368   7,098,368  0  1,464,336,384  1,387,266,048   −77,070,336
        layer4  14,964,736  14,964,736  0    809,238,528    732,168,192   −77,070,336
        ─────────────────────────────────────────────────────────────────────────────
        total   25,557,032  25,557,032  0  4,089,184,256  3,857,973,248  −231,211,008

        Activations at their peak: 6.89 MiB → 6.89 MiB (the same)
        Weights: all 267 tensors of A load into B

        """)
  }

  @Test func squeezeAndExcitation() throws {
    let diff = try Self.diff("resnet50", "seresnet50")
    let text = DiffReport.text(diff)
    #expect(
      text.contains(
        """
        Added
          layer1.0–2.se  6 layers, 8,464 parameters each
          layer2.0–3.se  6 layers, 33,312 parameters each
          layer3.0–5.se  6 layers, 132,160 parameters each
          layer4.0–2.se  6 layers, 526,464 parameters each

        """))
    #expect(text.contains("Weights: 267 of 331 tensors of B load from A\n  missing in A: 64\n"))
    #expect(diff.changed.isEmpty && diff.removed.isEmpty)
  }

  @Test func batchNormInANumberedList() throws {
    let text = DiffReport.text(try Self.diff("vgg16", "vgg16@vgg16_bn"))
    #expect(text.contains("  features.{25,28,31,35,38,41}  batch_norm, 1,024 parameters each\n"))
    #expect(text.contains("Renamed\n  features  30 members have other numbers\n"))
    #expect(text.contains("  would load under the names of their counterparts: 21\n"))
  }

  @Test func moreBlocks() throws {
    let text = DiffReport.text(try Self.diff("resnet50", "resnet50@resnet101"))
    #expect(text.contains("Added\n  layer3.6–22  10 layers, 1,117,184 parameters each\n"))
  }

  @Test func anotherWidth() throws {
    let text = DiffReport.text(try Self.diff("mobilenet_v1", "mobilenet_v1@slim"))
    #expect(text.contains("  blocks.3.0–5.conv_pw  conv: out 512 → 256, 512×14×14 → 256×14×14\n"))
  }

  @Test func noDifference() throws {
    #expect(
      DiffReport.text(try Self.diff("lenet5", "lenet5")) == """
        A  LeNet5  specs/lenet5.yaml
        B  LeNet5  specs/lenet5.yaml

        The networks are the same: layers, names, shapes and connections.

        """)
  }

  @Test func unrelatedNetworksStayReadable() throws {
    let text = DiffReport.text(try Self.diff("inception_v3", "inception_v4"))
    #expect(text.split(separator: "\n").count < 220)
    #expect(text.contains("more lines; --format json has all"))
  }

  @Test func markdownHasListsAndATable() throws {
    let text = DiffReport.markdown(try Self.diff("resnet50", "resnet50@v1"))
    #expect(text.hasPrefix("## ResNet50 → ResNet50 (v1)\n\n### Settings\n\n- `v1` false → true\n"))
    #expect(text.contains("- `layer2–4.0.conv1` conv: stride 1 → 2\n"))
    #expect(text.contains("| total | 25,557,032 | 25,557,032 | 0 | 4,089,184,256 | 3,857,973,248 | −231,211,008 |\n"))
  }

  @Test func jsonHasEverything() throws {
    let text = DiffJSON.render(try Self.diff("resnet50", "seresnet50"))
    let value = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(value["same"] as? Bool == false)
    #expect((value["added"] as? [[String: Any]])?.count == 16)
    let weights = value["weights"] as? [String: Any]
    #expect(weights?["loading"] as? Int == 267)
    #expect((weights?["missing"] as? [Any])?.count == 64)
    #expect((value["a"] as? [String: Any])?["peak_activation_bytes"] as? Int != nil)
  }
}
