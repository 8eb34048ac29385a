import Frontend
import GraphIR
import RandomSpecs
import SpecLanguage
import Testing

@testable import Pictures

/// What is drawn, whatever the options.
@Suite("Drawings")
struct DrawingTests {
  /// Options that lead to other layouts.
  private static let options: [PictureOptions] = {
    let column = PageSize(width: 85, height: 200)
    let choices: [(PictureOptions.Style, Direction, PageSize?)] = [
      (.boxes, .down, nil), (.boxes, .down, .a4), (.boxes, .down, column), (.boxes, .right, nil),
      (.boxes, .right, .slide), (.boxes, .right, column), (.blocks, .down, nil), (.blocks, .down, column),
    ]
    return choices.map { style, direction, page in
      var options = PictureOptions()
      options.style = style
      options.direction = direction
      options.page = page
      return options
    }
  }()

  /// Texts that are not all on the sheet.
  static func cutTexts(_ drawing: Drawing) -> [String] {
    func texts(_ marks: [Mark], _ offset: Point) -> [(text: String, area: Rectangle)] {
      marks.flatMap { mark -> [(text: String, area: Rectangle)] in
        switch mark {
        case .group(let group, let marks):
          let moved = group.offset ?? Point(x: 0, y: 0)
          return texts(marks, Point(x: offset.x + moved.x, y: offset.y + moved.y))
        case .text(let text):
          var area = text.area
          if let turn = text.turn {
            area = Rectangle(
              x: turn.x + area.y - turn.y, y: turn.y - area.maxX + turn.x, width: area.height, height: area.width)
          }
          area.x += offset.x
          area.y += offset.y
          return [(text.content, area)]
        case .rectangle, .circle, .path: return []
        }
      }
    }
    return texts(drawing.marks, Point(x: 0, y: 0)).filter { _, area in
      area.x < -0.01 || area.y < -0.01 || area.maxX > drawing.width + 0.01 || area.maxY > drawing.height + 0.01
    }.map(\.text)
  }

  private func check(_ graph: Graph, _ name: String) {
    for depth in [1, 2, nil] {
      let picture = Picture(of: graph, depth: depth)
      // Of what is unfolded as a whole, rows on a slide tell what other pages would.
      for options in Self.options where depth != nil || options.page == nil || options.page == .slide {
        let drawing = picture.drawing(options)
        #expect(Self.cutTexts(drawing) == [], "\(name), depth \(depth ?? -1), \(options)")
      }
    }
  }

  @Test(arguments: Networks.published)
  func textsAreOnTheSheet(_ name: String) throws { check(try Networks.published(name), name) }

  @Test func textsOfRandomSpecsAreOnTheSheet() {
    for seed in 0..<20 {
      let random = RandomSpec(seed: UInt64(seed))
      guard let graph = Compilation(random.path, files: MemoryFiles(texts: random.files)).graph else { continue }
      check(graph, "seed \(seed)")
    }
  }
}
