import Frontend
import GraphIR
import RandomSpecs
import SpecLanguage
import Testing

@testable import Pictures

/// Pictures of what layers make, to scale.
@Suite("Style of blocks")
struct BlockStyleTests {
  static let pages: [PageSize?] = [nil, .a4, .slide]

  private func layout(_ graph: Graph, depth: Int?, page: PageSize?) -> (VolumeSequence, VolumeLayout) {
    let figure = Picture(of: graph, depth: depth).figure
    let sequence = VolumeSequence(figure, graph)
    var options = Self.options()
    options.page = page
    return (sequence, VolumeLayout.fitting(sequence, figure, VolumeScale(sequence.volumes), options))
  }

  /// What is wrong with a layout.
  static func faults(_ layout: VolumeLayout) -> [String] {
    var faults: [String] = []
    let labels = layout.labels
    let order = labels.indices.sorted { labels[$0].area.x < labels[$1].area.x }
    // What no label may lie on, made once for all labels.
    var obstacles = layout.solids.map { (area: $0.area, fault: "'%' on a volume") }
    for connector in layout.connectors {
      let sign = Rectangle(x: connector.place.x - 6, y: connector.place.y - 6, width: 12, height: 12)
      obstacles.append((sign, "'%' on a sign"))
    }
    for sign in layout.solids where sign.slant == 0 {
      for other in layout.solids where other != sign && other.area.intersects(sign.area) {
        faults.append("a volume on a sign")
      }
    }
    for route in layout.routes + layout.stubs {
      for (a, b) in zip(route, route.dropFirst()) {
        let (width, height) = (abs(a.x - b.x), abs(a.y - b.y))
        let segment = Rectangle(
          x: min(a.x, b.x) - 0.1, y: min(a.y, b.y) - 0.1, width: width + 0.2, height: height + 0.2)
        obstacles.append((segment, "a line through '%'"))
        if width > 0.1, height > 0.1 { faults.append("a line is aslant") }
      }
    }
    for (place, first) in order.enumerated() {
      let area = labels[first].area
      for second in order[(place + 1)...] {
        if labels[second].area.x >= area.maxX { break }
        if area.intersects(labels[second].area) {
          faults.append("'\(labels[first].content)' on '\(labels[second].content)'")
        }
      }
      for obstacle in obstacles where obstacle.area.intersects(area) {
        faults.append(obstacle.fault.replacing("%", with: labels[first].content))
      }
    }
    func isInside(_ area: Rectangle) -> Bool {
      area.x >= -0.01 && area.y >= -0.01 && area.maxX <= layout.width + 0.01 && area.maxY <= layout.height + 0.01
    }
    for area in layout.solids.map(\.area) + labels.map(\.area) where !isInside(area) {
      faults.append("\(area) is outside")
    }
    for point in layout.routes.joined() where !isInside(Rectangle(x: point.x, y: point.y, width: 0, height: 0)) {
      faults.append("\(point) is outside")
    }
    return faults
  }

  @Test(arguments: Networks.published)
  func nothingOverlaps(_ name: String) throws {
    let graph = try Networks.published(name)
    for depth in [1, 2, nil] {
      for page in Self.pages {
        let (sequence, layout) = layout(graph, depth: depth, page: page)
        #expect(Self.faults(layout) == [], "depth \(depth ?? -1), page \(page.map { "\($0)" } ?? "none")")
        // What flows and what passes is all drawn: within a group by how close volumes are.
        let inner = layout.groups.reduce(0) { $0 + $1.volumes.count - 1 }
        let drawn = layout.routes.count - sequence.skips.count
        #expect(drawn + inner == sequence.flows.count)
        #expect(layout.solids.count == sequence.volumes.count)
      }
    }
  }

  @Test func randomSpecs() {
    var drawn = 0
    for seed in 0..<80 {
      let random = RandomSpec(seed: UInt64(seed))
      guard let graph = Compilation(random.path, files: MemoryFiles(texts: random.files)).graph else { continue }
      for depth in [1, 2, nil] {
        for page in Self.pages {
          #expect(Self.faults(layout(graph, depth: depth, page: page).1) == [], "seed \(seed), depth \(depth ?? -1)")
        }
      }
      let options = Self.options()
      let svg = Picture(of: graph, depth: 1).svg(options)
      #expect(throws: Never.self) { try XMLChecker.check(svg) }
      drawn += 1
    }
    #expect(drawn > 50)
  }

  private static func options() -> PictureOptions {
    var options = PictureOptions()
    options.style = .blocks
    return options
  }

  /// Each box of the figure is drawn, or is the output, a head or in something folded.
  @Test(arguments: Networks.published)
  func everyLayerIsDrawn(_ name: String) throws {
    let graph = try Networks.published(name)
    for depth in [1, 2, nil] {
      let figure = Picture(of: graph, depth: depth).figure
      let sequence = VolumeSequence(figure, graph)
      let drawn = Set(sequence.volumes.flatMap(\.boxes).flatMap { figure.boxes[$0].nodes })
      let main = Set(graph.mainNodes.map(\.id))
      // Copies that are drawn once are in no box.
      let shown = Set(figure.boxes.flatMap(\.nodes)).intersection(main)
      #expect(drawn.intersection(main) == shown)
    }
  }

  @Test func sizesAreToScale() throws {
    let graph = try Networks.published("vgg16.yaml")
    let (sequence, layout) = layout(graph, depth: 1, page: nil)
    let maps = zip(sequence.volumes, layout.solids).filter { $0.0.form == .maps && !$0.0.isInput }
    #expect(VolumeScale(sequence.volumes).remarks(sequence) == ["height, width, channels, features to scale"])
    for (volume, solid) in maps {
      #expect(abs(solid.up / 128 - Double(volume.height) / 224) < 0.001)
      #expect(abs(solid.slant / (128 * VolumeScale.slant) - Double(volume.width) / 224) < 0.01)
      #expect(abs(solid.along / 84 - Double(volume.channels) / 512) < 0.001)
    }
    #expect(maps.count == 18)
  }

  /// What would be too thin is drawn logarithmically, larger for more channels all the same, and the legend says so.
  @Test func scalesSayWhatTheyAre() throws {
    let graph = try Networks.published("mobilenet_v2.yaml")
    let sequence = VolumeSequence(Picture(of: graph, depth: 1).figure, graph)
    let scale = VolumeScale(sequence.volumes)
    #expect(scale.remarks(sequence) == ["height, width, features to scale; channels logarithmic"])
    let widths = [16, 32, 64, 320, 1280].map(scale.channels.pixels)
    #expect(widths == widths.sorted() && widths[0] >= 2)
  }

  /// The legend names the axes that are drawn, and no others; one that is not is said to be left out.
  @Test(arguments: Networks.published)
  func legendsNameWhatIsDrawn(_ name: String) throws {
    let graph = try Networks.published(name)
    let sequence = VolumeSequence(Picture(of: graph, depth: 1).figure, graph)
    let remarks = VolumeScale(sequence.volumes).remarks(sequence)
    let axes = Set((graph.inputs.map(\.shape) + graph.nodes.map(\.output)).flatMap(\.axes).map(\.name))
    let scale = try #require(remarks.first)
    for axis in ["length", "height", "width"] { #expect(scale.contains(axis) == axes.contains(axis), "\(axis)") }
    #expect(remarks.contains("depth not drawn") == axes.contains("depth"))
    #expect(remarks.count == (axes.contains("depth") ? 2 : 1))
  }

  /// Sizes that are open have one all the same where they are drawn, and formulas are written in full or not at all.
  @Test func openSizesSayWhatTheyAreDrawnAs() throws {
    let layers = (0..<5).map { _ in "conv: {out: 2048, kernel: 3, stride: 2, padding: 1}" }
    let text = """
      cnnc: 1
      model: M
      input: {channels: 3, size: 32}
      layers: [\(layers.joined(separator: ", "))]
      """
    var options = BuildOptions()
    options.input = .maps(3, .symbol("H"), .symbol("W"))
    let compilation = Compilation("m.yaml", options: options, files: MemoryFiles(texts: ["m.yaml": text]))
    let graph = try #require(compilation.graph)
    let sequence = VolumeSequence(Picture(of: graph, depth: 1).figure, graph)
    #expect(VolumeScale(sequence.volumes).remarks(sequence).last == "H, W drawn as 224")
    #expect(sequence.volumes.last?.shape == "2048×⌊(H + 31)/32⌋×⌊(W + 31)/32⌋")
  }

  @Test func networksThatGoDownAndUpAreDrawnAsAU() throws {
    let graph = try Networks.published("unet.yaml")
    let (sequence, layout) = layout(graph, depth: 1, page: nil)
    let axes = layout.groups.map { layout.solids[$0.volumes.lowerBound].start.y }
    let bottom = try #require(axes.indices.max { axes[$0] < axes[$1] })
    let (down, up) = (Array(axes[...bottom].dropFirst()), Array(axes[bottom...]))
    #expect(down == down.sorted())
    #expect(up == up.sorted(by: >))
    #expect(Set(axes).count == 5)
    #expect(sequence.skips.count == 4)
    // The long ways of the paper's drawing run straight across.
    #expect(layout.routes.suffix(4).count { $0.count == 2 } >= 2)
  }

  @Test func classifiersStayInOneRow() throws {
    for name in ["alexnet.yaml", "resnet50.yaml", "googlenet.yaml", "lenet5.yaml"] {
      let (_, layout) = layout(try Networks.published(name), depth: 1, page: nil)
      #expect(Set(layout.solids.map(\.start.y)).count == 1, "\(name)")
    }
  }

  @Test func repeatedBlocksShareALine() throws {
    let graph = try Networks.published("edsr.yaml")
    let figure = Picture(of: graph, depth: 1).figure
    let texts = VolumeGroup.groups(of: VolumeSequence(figure, graph), figure).flatMap(\.lines).map(\.text)
    #expect(texts.contains("body.0–15 · ResBlock ×16, 64"), "\(texts)")
  }

  @Test func namesOfBlocksAreKept() throws {
    let figure = Picture(of: try Networks.published("densenet121.yaml"), depth: 2).figure
    for block in 1...4 {
      #expect(figure.frames.contains { $0.title.contains("denseblock\(block)") }, "\(figure.frames.map(\.title))")
    }
  }

  /// Lines that lead to another row of a page end at a sign, and begin again at the same.
  @Test func connectorsComeInPairs() throws {
    let layers = """
        - {name: a, conv: {out: 64, kernel: 3}}
        - {name: b, conv: {out: 64, kernel: 5}}
        - {name: c, conv: {out: 64, kernel: 1}}
        - {name: d, max_pool: {kernel: 2}}
        - {name: e, conv: {out: 128, kernel: 3}}
        - {name: f, max_pool: {kernel: 2}}
        - {name: g, conv: {out: 256, kernel: 3}}
        - {name: s, from: a, conv: {out: 256, kernel: 4, stride: 4, padding: 0}}
        - {name: h, from: [g, s], concat}
      """
    let graph = try Networks.text(layers)
    let page = try #require(PageSize("60x200"))
    let (sequence, layout) = layout(graph, depth: 1, page: page)
    let rows = Set(layout.solids.map(\.start.y)).count
    #expect(rows > 1)
    #expect(!sequence.skips.isEmpty && !layout.connectors.isEmpty)
    for (_, places) in Dictionary(grouping: layout.connectors, by: \.sign) { #expect(places.count >= 2) }
    #expect(Self.faults(layout) == [])
  }

  @Test func pagesAreRead() {
    #expect(PageSize("a4") == .a4)
    #expect(PageSize("160x90") == PageSize(width: 160, height: 90))
    #expect(PageSize("A4") == .a4 && PageSize("Slide") == .slide)
    for text in ["160×90", "160X90", "160mmx90mm", "160x90mm", "160 mm × 90 MM", "160.0x90"] {
      #expect(PageSize(text) == PageSize(width: 160, height: 90), "\(text)")
    }
    for text in [
      "", "a5", "160", "x", "160x", "0x10", "1e9x10", "nanx10", "-100x100", "10x10", "19x19", "10000x10000", "16cmx9cm",
      "mmx90", "160x90x10", "160mmmmx90", "160××90",
    ] {
      #expect(PageSize(text) == nil, "\(text)")
    }
  }

  /// Pictures fit their page, with text as large as it can be: never smaller than without wrapping.
  @Test(arguments: Networks.published)
  func picturesFitTheirPage(_ name: String) throws {
    let graph = try Networks.published(name)
    let pages = [.a4, .slide, PageSize(width: 85, height: 200), PageSize(width: 300, height: 60)]
    for picture in [1, 2].map({ Picture(of: graph, depth: $0) }) {
      for (style, direction) in [(PictureOptions.Style.boxes, Direction.down), (.boxes, .right), (.blocks, .right)] {
        var options = PictureOptions()
        options.style = style
        options.direction = direction
        let whole = picture.drawing(options)
        for page in pages {
          options.page = page
          let drawing = picture.drawing(options)
          #expect(drawing.width * drawing.scale <= page.pixels.width + 0.1)
          #expect(drawing.height * drawing.scale <= page.pixels.height + 0.1)
          let unwrapped = page.scale(of: whole.width, whole.height)
          #expect(drawing.scale >= unwrapped * 0.999_999, "\(style), \(direction), \(page)")
        }
      }
    }
  }
}
