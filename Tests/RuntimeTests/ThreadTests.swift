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

  /// With work enough for others to be kept waiting, so that threads sleep at the meetings.
  @Test func threadsThatShareProcessorsMissNoMeeting() {
    let count = 3 * ThreadCount.standard
    let team = ThreadTeam(count: count)
    let board = Board(count: count)
    let misses = Board(count: count)
    for run in 1...5 {
      team.run { member in
        let index = member.worker.index
        for round in 1...20 {
          let start = Clock.now
          // Each in its turn comes last.
          while Clock.now - start < ((index + round) % count == 0 ? 2_000_000 : 200_000) {}
          board.numbers[index] = run * round
          member.meet()
          if (0..<count).contains(where: { board.numbers[$0] != run * round }) { misses.numbers[index] += 1 }
          member.meet()
        }
      }
    }
    #expect((0..<count).allSatisfy { misses.numbers[$0] == 0 })
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

  @Test(
    arguments: [
      // Its own quota, rounded up; that of the group around it; the strictest of both; none.
      ("0::/a/b", ["/a/b/cpu.max": "150000 100000"], 2), ("0::/a/b", ["/a/cpu.max": "100000 100000"], 1),
      ("0::/a/b", ["/a/b/cpu.max": "800000 100000", "/a/cpu.max": "300000 100000", "/cpu.max": "max 100000"], 3),
      ("0::/a/b", ["/a/b/cpu.max": "max 100000"], nil), ("0::/a/b", [:], nil), ("", ["/cpu.max": "100000 100000"], nil),
      // In a container the path may be that outside of it.
      ("0::/docker/1", ["/cpu.max": "250000 100000"], 3), ("0::/", ["/cpu.max": "50000 100000"], 1),
      // Version 1 has a hierarchy for each controller.
      ("4:cpu,cpuacct:/a\n3:memory:/m", ["v1/a/cpu.cfs_quota_us": "200000", "v1/a/cpu.cfs_period_us": "100000"], 2),
      ("4:cpu:/a", ["v1/a/cpu.cfs_quota_us": "-1", "v1/a/cpu.cfs_period_us": "100000"], nil),
      ("4:memory:/a", ["v1/a/cpu.cfs_quota_us": "200000", "v1/a/cpu.cfs_period_us": "100000"], nil),
      // Both, as on systems between the two.
      (
        "4:cpu:/a\n0::/b",
        ["v1/a/cpu.cfs_quota_us": "600000", "v1/a/cpu.cfs_period_us": "100000", "/b/cpu.max": "400000 100000"], 4
      ),
      ("nonsense\n0:/a", ["/a/cpu.max": "100000 100000"], nil),
    ] as [(String, [String: String], Int?)])
  func quotasOfGroups(_ groups: String, _ files: [String: String], _ count: Int?) {
    let found = ThreadCount.quota(groups: groups) { path in
      let first = "/sys/fs/cgroup/cpu"
      let isFirst = path.hasPrefix("\(first)/")
      return files[isFirst ? "v1\(path.dropFirst(first.count))" : String(path.dropFirst("/sys/fs/cgroup".count))]
    }
    #expect(found == count)
  }

  @Test func thereIsAThread() { #expect(1...ThreadCount.largest ~= ThreadCount.standard) }
}
