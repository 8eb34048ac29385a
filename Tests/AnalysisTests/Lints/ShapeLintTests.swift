import Diagnostics
import Shapes
import Testing

@Suite("Lints about shapes") struct ShapeLintTests {
  // MARK: lint.dropped-pixels

  @Test(
    "rows and columns at the end",
    arguments: [
      (
        "  - max_pool: {kernel: 3, stride: 2}\n",
        "4:5: note[lint.dropped-pixels]: max_pool max_pool1 leaves the last row and the last column of 8×32×32 unread"
      ),
      (
        "  - max_pool: {kernel: 5}\n",
        "4:5: note[lint.dropped-pixels]: max_pool max_pool1 leaves the last 2 rows and the last 2 columns of 8×32×32 "
          + "unread"
      ),
      (
        "  - conv: {out: 8, kernel: [3, 4], stride: 4}\n",
        "4:5: warning[lint.dropped-pixels]: conv conv1 reads 768 of the 1024 pixels of 8×32×32, for its stride is larger "
          + "than its kernel"
      ),
      (
        "  - conv: {out: 8, kernel: [2, 3], stride: 2}\n",
        "4:5: note[lint.dropped-pixels]: conv conv1 leaves the last column of 8×32×32 unread"
      ),
      (
        "  - conv: {out: 8, kernel: 1, stride: 2}\n",
        "4:5: note[lint.dropped-pixels]: conv conv1 reads 256 of the 1024 pixels of 8×32×32, for its stride is larger "
          + "than its kernel"
      ),
    ])
  func droppedPixels(layers: String, line: String) throws {
    #expect(try Advice(spec(layers)).lines == [line])
  }

  @Test(
    "windows that reach the end, and shortcuts, are silent",
    arguments: [
      "  - max_pool: {kernel: 3, stride: 2, padding: half}\n", "  - max_pool: {kernel: 3, stride: 2, round: ceil}\n",
      "  - conv: {out: 8, kernel: 7, stride: 2, padding: 3}\n",
      "  - conv: {out: 8, kernel: 3, stride: 2, dilation: 2, padding: 1}\n",
      "  - {residual: [conv: {out: 16, kernel: 3, stride: 2, padding: 1}], shortcut: {name: s, project: conv}}\n",
    ])
  func readPixels(layers: String) throws {
    #expect(try Advice(spec(layers)).lines == [])
  }

  @Test("open sizes are not judged")
  func openSize() throws {
    let shape = Shape.maps(8, .symbol("H"), .symbol("W"))
    #expect(try Advice(spec("  - max_pool: {kernel: 5}\n"), input: shape).lines == [])
  }

  @Test("notes of one kind are one finding with the further places")
  func joined() throws {
    let advice = try Advice(spec("  - max_pool: {kernel: 3, stride: 2}\n  - relu\n  - avg_pool: {kernel: 2}\n"))
    #expect(
      advice.lines == [
        "4:5: note[lint.dropped-pixels]: max_pool max_pool1 leaves the last row and the last column of 8×32×32 unread"
      ])
    let note = try #require(advice.diagnostics[0].notes.first)
    #expect(note.message == "avg_pool avg_pool1 leaves the last row and the last column of 8×15×15 unread")
    #expect(note.span?.start == Position(line: 6, column: 5))
  }

  // MARK: lint.receptive-field

  @Test func receptiveField() throws {
    let advice = try Advice(
      spec("  - conv: {out: 8, kernel: 3, padding: half}\n  - relu\n  - global_avg_pool\n  - flatten\n"))
    #expect(
      advice.lines == [
        "6:5: note[lint.receptive-field]: what global_avg_pool global_avg_pool1 averages has seen 3×3 pixels of the "
          + "image's 32×32"
      ])
  }

  @Test(
    "a signal has samples and a volume voxels",
    arguments: [
      ("{channels: 8, length: 32}", "3 samples of the input's 32", "16 of the 32 samples of 8×32"),
      (
        "{channels: 8, depth: 8, height: 8, width: 4}", "3×3×3 voxels of the input's 8×8×4",
        "32 of the 256 voxels of 8×8×8×4"
      ),
    ])
  func units(input: String, seen: String, read: String) throws {
    let head = "cnnc: 1\ninput: \(input)\nlayers:\n"
    let field = try Advice("\(head)  - conv: {out: 8, kernel: 3, padding: half}\n  - global_avg_pool\n")
    #expect(
      field.lines == [
        "5:5: note[lint.receptive-field]: what global_avg_pool global_avg_pool1 averages has seen \(seen)"
      ])
    let dropped = try Advice("\(head)  - conv: {out: 8, kernel: 1, stride: 2}\n")
    #expect(
      dropped.lines == [
        "4:5: note[lint.dropped-pixels]: conv conv1 reads \(read), for its stride is larger than its kernel"
      ])
  }

  @Test(
    "a field as large as the image, flattened maps and gates are silent",
    arguments: [
      "  - conv: {out: 8, kernel: 33, padding: half}\n  - global_avg_pool\n",
      "  - conv: {out: 8, kernel: 3}\n  - flatten\n  - linear: {out: 10}\n",
      "  - conv: {out: 8, kernel: 3, padding: half}\n  - gate: [global_avg_pool, sigmoid]\n",
      "  - conv: {out: 8, kernel: 3, padding: half}\n  - group_norm: {groups: 2}\n",
      "  - conv: {out: 8, kernel: 3}\n",
    ])
  func wideField(layers: String) throws {
    #expect(try Advice(spec(layers)).lines == [])
  }

  // MARK: lint.same-padding

  @Test func samePadding() throws {
    let text = """
      cnnc: 1
      input: {channels: 3, size: 224}
      defaults: {conv: {padding: same}}
      layers:
        - conv: {out: 8, kernel: 7, stride: 2}
        - conv: {out: 8, kernel: 3}
        - conv: {out: 8, kernel: 3, stride: 2}

      """
    let advice = try Advice(text)
    #expect(
      advice.lines == [
        "3:28: note[lint.same-padding]: padding: same gives conv conv1 2 + 3 rows and 2 + 3 columns, where PyTorch pads "
          + "both sides alike"
      ])
    #expect(advice.diagnostics[0].notes.map(\.message) == ["the same at conv3"])
    #expect(try Advice(text.replacing("224", with: "225")).lines == [])
  }

  @Test("PyTorch's own padding='same', of convolutions of stride 1, is as uneven, but its pools have none")
  func samePaddingOfStrideOne() throws {
    #expect(try Advice(spec("  - conv: {out: 8, kernel: 4, padding: same}\n")).lines == [])
    #expect(try Advice(spec("  - depthwise_conv: {kernel: 2, padding: same}\n")).lines == [])
    #expect(
      try Advice(spec("  - max_pool: {kernel: 2, stride: 1, padding: same}\n")).lines == [
        "4:47: note[lint.same-padding]: padding: same gives max_pool max_pool1 0 + 1 rows and 0 + 1 columns, where "
          + "PyTorch pads both sides alike"
      ])
  }

  // MARK: lint.stride-placement

  private static func bottleneck(_ body: String) -> String {
    spec("  - residual: [\(body)]\n    shortcut: {name: s, project: conv}\n")
  }

  @Test func stridePlacement() throws {
    let text = Self.bottleneck(
      "conv: {out: 4, kernel: 1}, conv: {out: 4, kernel: 3, stride: 2, padding: 1}, conv: {out: 16, kernel: 1}")
    #expect(
      try Advice(text).lines == [
        "4:5: note[lint.stride-placement]: this bottleneck strides in its 3×3 conv conv2, as ResNet v1.5 does; the paper "
          + "strides in the 1×1 before it"
      ])
  }

  @Test(
    "other bottlenecks stride where their papers do",
    arguments: [
      "conv: {out: 4, kernel: 1, stride: 2}, conv: {out: 4, kernel: 3, padding: 1}, conv: {out: 16, kernel: 1}",
      "conv: {out: 4, kernel: 1}, conv: {out: 4, kernel: 3, stride: 2, padding: 1, groups: 2}, conv: {out: 16, kernel: 1}",
      "conv: {out: 32, kernel: 1}, depthwise_conv: {kernel: 3, stride: 2, padding: 1}, conv: {out: 16, kernel: 1}",
      "conv: {out: 16, kernel: 3, stride: 2, padding: 1}, conv: {out: 16, kernel: 3, padding: 1}",
    ])
  func otherBottlenecks(body: String) throws {
    #expect(try Advice(Self.bottleneck(body), ignoring: ["lint.dropped-pixels"]).lines == [])
  }

  /// What several uses share counts once, and a pool looks at the input that it comes from.
  @Test("shared layers and further inputs")
  func sharedLayers() throws {
    let text = """
      cnnc: 1
      inputs: {left: {channels: 1, size: 28}, right: {channels: 1, size: 20}}
      layers:
        - {name: tower, seq: [{conv: {out: 8, kernel: 3}}, batch_norm, relu, global_avg_pool]}
        - {name: other, from: right, share: tower}
        - {from: [tower, other], concat}

      """
    let lines = try Advice(text).lines.joined(separator: "\n")
    #expect(lines.contains("8 parameters") && !lines.contains("16 parameters"), "\(lines)")
    let pool = """
      cnnc: 1
      inputs: {left: {channels: 1, size: 28}, right: {channels: 1, size: 20}}
      layers:
        - {name: a, flatten}
        - {name: la, linear: {out: 4}}
        - {name: b, from: right, seq: [{conv: {out: 4, kernel: 3}}, relu, global_avg_pool, flatten]}
        - {from: [la, b], concat}

      """
    let found = try Advice(pool, isThorough: true).lines.joined(separator: "\n")
    #expect(!found.contains("28×28"), "\(found)")
  }
}
