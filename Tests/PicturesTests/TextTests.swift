import GraphIR
import Testing

@testable import Pictures

@Suite("Text in pictures")
struct TextTests {
  @Test func numbersAreShort() {
    #expect(
      [0, 7, 999, 1000, 25_557_032, 999_499, 999_500, 4_089_184_256].map(Labels.short)
        == ["0", "7", "999", "1.00 K", "25.6 M", "999 K", "1.00 M", "4.09 G"])
    #expect(Labels.parameters(1) == "1 parameter")
  }

  @Test func coordinatesHaveATenth() {
    #expect([1.0, 1.25, -0.04, -2.5, 100].map(Decimal.coordinate) == ["1", "1.3", "0", "-2.5", "100"])
  }

  @Test func rangesOfNamesAreShort() {
    #expect(Labels.range("denselayer1", "denselayer12") == "denselayer1–12")
    #expect(Labels.range("layer1.1", "layer1.2") == "layer1.1–2")
    #expect(Labels.range("stem", "head") == "stem to head")
    #expect(Labels.name(ofPath: "features.2.0") == "features.2.0")
    #expect(Labels.name(ofPath: "features.denseblock1") == "denseblock1")
    #expect(Labels.name(ofPath: "0.1") == "0.1")
  }

  @Test func hostileNamesAreEscaped() throws {
    var graph = try Networks.text("  - conv: {out: 8, kernel: 3}")
    graph.name = "</script><script>alert(1)</script> & \"quotes\" 'single' \u{0}\u{1b}\u{fffe} ]]> `#*\\"
    let picture = Picture(of: graph, depth: 1)
    #expect(throws: Never.self) { try XMLChecker.check(picture.svg()) }
    #expect(throws: Never.self) { try XMLChecker.check(picture.html()) }
    #expect(!picture.html().contains("<script>alert"))
    #expect(picture.dot().contains("\\\"quotes\\\""))
  }

  @Test func dataHoldsNoMarkup() throws {
    var graph = try Networks.text("  - conv: {out: 8, kernel: 3}")
    graph.nodes[0].path = "</script><!--"
    let text = HTMLData.text(of: graph, depth: 1)
    #expect(!text.contains("<") && !text.contains(">") && !text.contains("&"))
    #expect(text.contains("\\u003c/script"))
  }

  @Test func textFitsItsBox() throws {
    let figure = Picture(of: try Networks.published("googlenet.yaml"), depth: 2).figure
    let layout = Layout(figure, direction: .right)
    for box in figure.boxes where box.form == .layers || box.form == .block {
      let widest = box.lines.map { TextMetrics.width($0, size: Metrics.lineSize) }.max() ?? 0
      #expect(layout.boxes[box.id].width >= widest + 8)
    }
  }

  @Test func optionsLeavePartsOut() throws {
    let picture = Picture(of: try Networks.unet(), depth: 1)
    var options = PictureOptions()
    options.hasTitle = false
    options.hasLegend = false
    options.hasBackground = false
    let svg = picture.svg(options)
    #expect(!svg.contains("font-size=\"14\"") && !svg.contains("convolution, linear") && !svg.contains("100%"))
    #expect(svg.utf8.count < picture.svg().utf8.count)
  }
}
