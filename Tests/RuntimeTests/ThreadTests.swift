import Kernels
import Testing

@testable import Runtime

@Suite("Threads")
struct ThreadTests {
  /// Numbers that several threads write, each its own.
  private final class Board: @unchecked Sendable {
    let numbers: UnsafeMutablePointer<Int>
    let count: Int

    init(count: Int) {
      self.count = count
      numbers = .allocate(capacity: count)
      numbers.initialize(repeating: 0, count: count)
    }

    deinit { numbers.deallocate() }
  }

  @Test(arguments: [1, 2, 3, 5])
  func everyThreadDoesItsShareBetweenMeetings(count: Int) {
    let team = ThreadTeam(count: count)
    #expect(team.count == count)
    let board = Board(count: count)
    let sums = Board(count: count)
    for run in 1...20 {
      team.run { member in
        let index = member.worker.index
        for round in 1...10 {
          board.numbers[index] = run * round
          member.meet()
          // All threads have written; what they wrote can be read.
          sums.numbers[index] = (0..<count).reduce(0) { $0 + board.numbers[$1] }
          member.meet()
        }
      }
      for index in 0..<count { #expect(sums.numbers[index] == run * 10 * count) }
    }
  }

  @Test func aTeamThatNeverRanEnds() {
    for _ in 0..<10 { _ = ThreadTeam(count: 4) }
  }

  @Test(
    arguments: [
      ("max 100000", nil), ("200000 100000", 2), ("150000 100000\n", 2), ("50000 100000", 1), ("-1 100000", nil),
      ("", nil), ("1 2 3", nil), ("0 100000", nil), ("100000 0", nil), ("a b", nil),
    ] as [(String, Int?)])
  func quotasRoundUp(text: String, processors: Int?) {
    #expect(ThreadCount.processors(ofMaximum: text) == processors)
  }

  @Test func thereIsAThread() { #expect(1...ThreadCount.largest ~= ThreadCount.standard) }
}
