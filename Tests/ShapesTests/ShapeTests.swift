import Testing

@testable import Shapes

@Suite("Shapes, sizes and paddings")
struct ShapeTests {
  @Test func mapsAndVectors() {
    let maps = Shape.maps(64, 112, .symbol("W"))
    #expect(maps.isMaps && maps.rank == 3 && !maps.isKnown && maps.values == nil)
    #expect(maps.channels == 64 && maps.height == 112 && maps.width == .symbol("W"))
    #expect(maps.elements.evaluated(with: ["W": 2]) == 64 * 112 * 2)
    let vector = Shape.features(1000)
    #expect(!vector.isMaps && vector.values == [1000] && vector.height == 1 && vector.width == 1)
    #expect(vector.description == "1000" && Shape.maps(3, 224, 224).description == "3×224×224")
    #expect(Shape([.known(1 << 40), .known(1 << 40)]).elements == .known(Int.max))
  }

  @Test func sizes() {
    #expect(Size2D(3) == Size2D(3, 3) && Size2D(3).isSquare && !Size2D(1, 7).isSquare)
    #expect(Size2D(1, 7).description == "1×7" && Size2D(1, 7).area == 7)
    #expect(Size2D(Int.max, 2).area == Int.max)
  }

  @Test(arguments: Padding.words)
  func wordsArePaddings(_ word: String) {
    #expect(Padding(word: word)?.description == word)
  }

  @Test(arguments: ["", "Half", "full", "0", "half "])
  func otherWordsAreNone(_ word: String) {
    #expect(Padding(word: word) == nil)
  }

  @Test func paddingsAreWrittenAsSpecsWriteThem() {
    #expect(Padding.symmetric(Size2D(2)).description == "2")
    #expect(Padding.symmetric(Size2D(0, 3)).description == "[0, 3]")
    #expect(Padding.explicit(top: 0, bottom: 1, left: 2, right: 3).description == "[0, 1, 2, 3]")
    #expect(AxisPadding(before: Int.max, after: 1).total == Int.max)
  }
}
