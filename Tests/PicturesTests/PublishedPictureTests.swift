import GraphIR
import Testing

@testable import Pictures

@Suite("Pictures of the specs")
struct PublishedPictureTests {
  private static let depths: [Int?] = [1, 2, 3, nil]

  @Test(arguments: Networks.published)
  func everyNodeIsInOneBox(_ name: String) throws {
    let graph = try Networks.published(name)
    let figure = Picture(of: graph, depth: nil).figure
    #expect(figure.boxes.flatMap(\.nodes).sorted() == Array(graph.nodes.indices))
    let folded = Picture(of: graph, depth: 1).figure
    #expect(folded.boxes.flatMap(\.nodes).sorted() == Array(graph.nodes.indices))
    #expect(folded.frames.isEmpty)
  }

  @Test(arguments: Networks.published)
  func everyBoxIsPlacedOnce(_ name: String) throws {
    let graph = try Networks.published(name)
    for depth in Self.depths {
      let figure = Picture(of: graph, depth: depth).figure
      let placed = (figure.main + figure.sides.flatMap(\.pieces)).flatMap(boxes)
      #expect(placed.sorted() == figure.boxes.map(\.id), "depth \(depth ?? -1)")
    }
  }

  private func boxes(_ piece: Figure.Piece) -> [Int] {
    switch piece {
    case .box(let id): [id]
    case .frame(_, let pieces): pieces.flatMap(boxes)
    case .branches(let branches, let join, _): branches.joined().flatMap(boxes) + [join]
    }
  }

  @Test(arguments: Networks.published)
  func edgesConnectBoxes(_ name: String) throws {
    let graph = try Networks.published(name)
    for depth in Self.depths {
      let figure = Picture(of: graph, depth: depth).figure
      var reached = Set(graph.inputs.indices)
      for edge in figure.edges {
        #expect(figure.boxes.indices.contains(edge.from) && figure.boxes.indices.contains(edge.to))
        #expect(edge.from != edge.to)
        reached.insert(edge.to)
      }
      #expect(reached.count == figure.boxes.count, "a box has no edge into it")
      #expect(Set(figure.edges).count == figure.edges.count)
    }
  }

  @Test(arguments: Networks.published)
  func nothingOverlaps(_ name: String) throws {
    let graph = try Networks.published(name)
    for depth in Self.depths {
      let figure = Picture(of: graph, depth: depth).figure
      for direction in Direction.allCases {
        let layout = Layout(figure, direction: direction)
        #expect(LayoutFaults.overlaps(layout) == [], "depth \(depth ?? -1), \(direction)")
        #expect(LayoutFaults.crossings(figure, layout) == [], "depth \(depth ?? -1), \(direction)")
        #expect(LayoutFaults.strays(figure, layout) == [], "depth \(depth ?? -1), \(direction)")
        #expect(LayoutFaults.labelsAlone(figure, layout, direction) == [], "depth \(depth ?? -1), \(direction)")
      }
    }
  }

  /// The same in columns and rows, in which lines lead from one to another.
  @Test(arguments: Networks.published)
  func nothingOverlapsOnAPage(_ name: String) throws {
    let graph = try Networks.published(name)
    for depth in [1, 2] {
      let figure = Picture(of: graph, depth: depth).figure
      for (direction, page) in [
        (Direction.down, PageSize.a4), (.right, .slide), (.down, PageSize(width: 300, height: 60)),
      ] {
        var options = PictureOptions()
        options.direction = direction
        options.page = page
        let layout = Layout.fitting(figure, options)
        #expect(LayoutFaults.overlaps(layout) == [], "depth \(depth), \(direction)")
        #expect(LayoutFaults.crossings(figure, layout) == [], "depth \(depth), \(direction)")
        #expect(LayoutFaults.strays(figure, layout) == [], "depth \(depth), \(direction)")
        #expect(LayoutFaults.labelsAlone(figure, layout, direction) == [], "depth \(depth), \(direction)")
      }
    }
  }

  /// What becomes a raster is as large as whole pixels, less than one larger than the picture, and fills them.
  @Test(arguments: Networks.published)
  func rastersAreWhole(_ name: String) throws {
    let picture = Picture(of: try Networks.published(name), depth: 1)
    for style in PictureOptions.Style.allCases {
      for page in [nil, PageSize.a4, PageSize(width: 81, height: 57)] {
        var options = PictureOptions()
        (options.style, options.page) = (style, page)
        let (plain, whole) = (picture.sizedSVG(options), picture.sizedSVG(options, inWholePixels: true))
        #expect(plain.text == picture.svg(options))
        let (width, height) = (Int(whole.width.rounded()), Int(whole.height.rounded()))
        #expect(abs(whole.width - Double(width)) < 1e-6 && abs(whole.height - Double(height)) < 1e-6)
        #expect(-0.06..<1 ~= whole.width - plain.width && -0.06..<1 ~= whole.height - plain.height)
        #expect(whole.text.contains(" width=\"\(width)\" height=\"\(height)\" "), "\(style)")
        #expect(whole.text.contains(" preserveAspectRatio=\"none\" "))
        #expect(throws: Never.self) { try XMLChecker.check(whole.text) }
      }
    }
  }

  @Test(arguments: Networks.published)
  func documentsAreWellFormed(_ name: String) throws {
    let graph = try Networks.published(name)
    for depth in [1, 2, nil] {
      let picture = Picture(of: graph, depth: depth)
      let svg = picture.svg()
      #expect(throws: Never.self) { try XMLChecker.check(svg) }
      #expect(throws: Never.self) { try XMLChecker.check(picture.html()) }
      #expect(!svg.contains("script") && !svg.contains("href"))
      #expect(svg == Picture(of: graph, depth: depth).svg())
    }
  }
}
