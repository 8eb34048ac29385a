import Tensors
import Testing

@testable import Peers

@Suite("Differences between engines")
struct DifferenceTests {
  private func difference(_ ours: [Float], _ theirs: [Float], deviation: Double? = nil) -> Difference {
    Difference(
      "x", Tensor(ours, shape: [ours.count]), Tensor(theirs, shape: [theirs.count]), deviation: deviation)
  }

  @Test("the largest difference counts over the largest element, not over its own")
  func overTheLargest() {
    let found = difference([100, 1e-6], [100, 3e-4])
    #expect(abs(found.error - 2.99e-6) < 1e-9)
    #expect(found.isWithin)
  }

  @Test("numbers that are none on both sides are not 0, and say nothing")
  func noNumbers() {
    #expect(difference([.nan, 0], [.nan, 0]).nothing == .infinite)
    #expect(difference([.infinity], [.infinity]).nothing == .infinite)
    #expect(difference([0, 0], [0, 0]).nothing == .zero)
    #expect(difference([.nan, 1], [.nan, 1]).nothing == nil)
  }

  @Test("a value's distance from double precision is its largest difference over the largest element")
  func fromDouble() {
    #expect(Difference.error([1, 2.5, .infinity], from: [1, 2, .infinity]) == 0.5 / 2)
    #expect(Difference.error([0.25], from: [0]) == 0.25)
    #expect(Difference.error([.nan, 1], from: [1, 1]) == .infinity)
    #expect(Difference.error([1, 1], from: [1, .infinity]) == .infinity)
  }

  @Test("what a layer makes of the same values decides where more differs than is allowed")
  func steps() {
    var found = difference([1], [1.01])
    found.step = Difference.Step(error: 2e-6, deviation: 0)
    #expect(found.isWithin)
    found.step = Difference.Step(error: 2e-5, deviation: 1e-6)
    #expect(!found.isWithin)
    found.step = Difference.Step(error: 2e-5, deviation: 3e-6)
    #expect(found.isWithin)
    #expect(found.judged.error == 2e-5 && abs(found.judged.limit - 3e-5) < 1e-12)
    found.shapes = [[1], [2]]
    #expect(!found.isWithin)
  }

  @Test(
    "zeros on both sides, or no numbers, are nothing that was compared",
    arguments: [[0, 0], [Float.nan, 0], [.infinity, 0], []])
  func nothing(_ values: [Float]) {
    #expect(difference(values, values).isVoid)
  }

  @Test("any number on a side is something")
  func something() {
    #expect(!difference([0, 1e-30], [0, 1e-30]).isVoid)
    #expect(!difference([0], [1e-3]).isVoid)
    #expect(!difference([0], [.nan]).isVoid)
  }

  @Test("what is within a tenth of the largest by rounding alone says nothing")
  func roundingAlone() {
    #expect(difference([1], [1.0001], deviation: 0.02).nothing == .rounding)
    #expect(difference([1], [1.0001], deviation: 0.009).nothing == nil)
    #expect(difference([0], [0], deviation: 0.02).nothing == .zero)
  }

  @Test("ten times the peer's own deviation is allowed, and 10⁻⁵ always")
  func limits() {
    #expect(!difference([1], [1.0001]).isWithin)
    #expect(difference([1], [1.0001], deviation: 1.1e-5).isWithin)
    #expect(difference([1], [1.000_001], deviation: 0).isWithin)
  }

  @Test("numbers that are none are equal to their like alone")
  func notNumbers() {
    #expect(difference([.nan, 1], [.nan, 1]).isWithin)
    #expect(difference([.infinity, 1], [.infinity, 1]).error == 0)
    #expect(!difference([.nan, 1], [1, 1]).isWithin)
    #expect(!difference([1, 1], [.infinity, 1]).isWithin)
    #expect(!difference([-.infinity], [.infinity]).isWithin)
  }

  @Test("other shapes are told, not compared")
  func shapes() {
    let found = Difference("x", Tensor(zeros: [2, 3]), Tensor(zeros: [3, 2]), deviation: nil)
    #expect(found.shapes == [[2, 3], [3, 2]])
    #expect(!found.isWithin)
  }

  @Test("values of zeros are equal, and any other number is not")
  func zeros() {
    #expect(difference([0, 0], [0, 0]).error == 0)
    #expect(difference([0], [1e-3]).error == 1)
  }

  @Test("a gradient that is nearly nothing counts as a share of the largest")
  func least() {
    let found = Difference(
      "x", Tensor([1e-9], shape: [1]), Tensor([2e-9], shape: [1]), deviation: nil, least: 1e-3)
    #expect(found.error < 1e-5)
  }

  @Test(
    "small numbers are printed with two digits",
    arguments: [(3.14e-7, "3.1e-07"), (1e-5, "1.0e-05"), (9.96e-5, "1.0e-04"), (0.0, "0"), (123.0, "1.2e+02")])
  func scientific(_ value: Double, _ text: String) {
    #expect(VerificationReport.scientific(value) == text)
  }
}
