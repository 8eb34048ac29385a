import Testing

@testable import Shapes

@Suite("Shapes, sizes and paddings")
struct ShapeTests {
  @Test func mapsAndVectors() {
    let maps = Shape.maps(64, 112, .symbol("W"))
    #expect(maps.isMaps && maps.rank == 3 && !maps.isKnown && maps.values == nil)
    #expect(
      maps.channels == 64 && maps.spatial == [112, .symbol("W")] && maps.axes.map(\.name) == ["height", "width"])
    #expect(maps.elements.evaluated(with: ["W": 2]) == 64 * 112 * 2)
    let vector = Shape.features(1000)
    #expect(!vector.isMaps && vector.values == [1000] && vector.spatial == [] && vector.positions == 1)
    let signal = Shape([2, 16000])
    #expect(signal.isMaps && signal.axes.map(\.symbol) == ["L"] && signal.pixels == "16000" && !signal.isPixel)
    #expect(vector.description == "1000" && Shape.maps(3, 224, 224).description == "3×224×224")
    #expect(Shape([.known(1 << 40), .known(1 << 40)]).elements == .known(Int.max))
  }

  @Test func sizes() {
    #expect(AxisSizes(3) == AxisSizes(3, 3) && AxisSizes(3).isUniform && !AxisSizes(1, 7).isUniform)
    #expect(AxisSizes(1, 7).description == "1×7" && AxisSizes(1, 7).product(axes: 2) == 7)
    #expect(AxisSizes(Int.max, 2).product(axes: 2) == Int.max)
    #expect(AxisSizes(9).product(axes: 1) == 9 && AxisSizes(9).text(axes: 1) == "9" && AxisSizes(9).listText == "9")
  }

  /// A list is for inputs with as many axes, one number for all.
  @Test func listsSuitTheirAxes() {
    #expect((1...3).allSatisfy(AxisSizes(3).suits) && AxisSizes(axes: [9]).suits(axes: 1))
    #expect(!AxisSizes(axes: [9]).suits(axes: 2) && !AxisSizes(3, 3).suits(axes: 1) && AxisSizes(3, 3).suits(axes: 2))
    let sides = PaddingSizes(list: [1, 2])
    #expect(sides.sides(axes: 1) == [AxisPadding(before: 1, after: 2)])
    #expect(sides.sides(axes: 2) == [AxisPadding(before: 1, after: 1), AxisPadding(before: 2, after: 2)])
    #expect(sides.sides(axes: 3) == nil && PaddingSizes(list: [1, 2, 3, 4]).sides(axes: 1) == nil)
    #expect(PaddingSizes(5).sides(axes: 1) == [AxisPadding(before: 5, after: 5)])
    #expect(PaddingSizes(list: [1, 1, 2, 2]) == sides && PaddingSizes(list: [4, 4]) == PaddingSizes(4))
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
    #expect(Padding.symmetric(AxisSizes(2)).description == "2")
    #expect(Padding.symmetric(AxisSizes(0, 3)).description == "[0, 3]")
    #expect(Padding.explicit(top: 0, bottom: 1, left: 2, right: 3).description == "[0, 1, 2, 3]")
    #expect(Padding.explicit(top: 1, bottom: 1, left: 2, right: 2).description == "[1, 2]")
    #expect(AxisPadding(before: Int.max, after: 1).total == Int.max)
  }
}
