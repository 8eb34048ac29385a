import Tensors
import Testing

@Suite struct ClassScoreTests {
  @Test("the likeliest come first, equal ones in order, NaN last")
  func likeliest() {
    let scores: [Float] = [0.1, 0.4, .nan, 0.4, 0.05]
    #expect(scores.likeliest(3).map(\.index) == [1, 3, 0])
    #expect(scores.likeliest(9).map(\.index) == [1, 3, 0, 4, 2])
    #expect(scores.likeliest(0).isEmpty)
    #expect(scores[2...].likeliest(1) == [ClassScore(index: 1, probability: 0.4)])
  }
}
