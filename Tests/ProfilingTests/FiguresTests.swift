import Testing

@testable import Profiling

@Suite("Measured numbers")
struct FiguresTests {
  @Test(arguments: [
    (0.0, 3, "0.000"), (1.0005, 3, "1.001"), (-2.5, 0, "-3"), (-0.0004, 3, "0.000"), (1234.5678, 2, "1234.57"),
    (0.05, 1, "0.1"), (9.996, 2, "10.00"), (.infinity, 2, "inf"), (-1e16, 1, "-1e+16"),
  ])
  func decimals(_ value: Double, _ places: Int, _ expected: String) {
    #expect(Figures.decimal(value, places: places) == expected)
  }

  @Test func aboutThreeDigits() {
    #expect(Figures.significant(4.0849) == "4.08" && Figures.significant(27.44) == "27.4")
    #expect(Figures.significant(1350.4) == "1350" && Figures.significant(0) == "0.00")
    #expect(Figures.percent(0.16649) == "16.6%" && Figures.milliseconds(0.0005) == "0.001")
  }

  /// What is printed is the number, rounded at its last place.
  @Test func decimalsAreTheNearest() {
    for index in 0..<2000 {
      let value = Double(index * 7919 % 100_003 - 50_000) / 997
      for places in 0...4 {
        let unit = [1, 0.1, 0.01, 0.001, 0.0001][places]
        let printed = Double(Figures.decimal(value, places: places)) ?? .nan
        #expect(abs(printed - value) <= unit * 0.500001)
      }
    }
  }
}
