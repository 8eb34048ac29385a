extension ExecutionPlan {
  /// Nanoseconds that the threads of a run take to meet when nobody is late: what stands between any two steps; 0 for
  /// one thread.
  ///
  /// It is the smallest mean of several rounds, each of `count` meetings. On one machine it tells whether the threads'
  /// processors share a cache, which no other figure of a run does.
  package func barrierNanoseconds(rounds: Int = 8, count: Int = 2000) -> Double {
    var best = Double.infinity
    sessions.with { session in
      guard session.team.count > 1 else { return best = 0 }
      var times: (start: UInt64, end: UInt64) = (0, 0)
      for _ in 0..<max(1, rounds) {
        withUnsafeMutablePointer(to: &times) { pointer in
          let shared = SharedTimes(pointer: pointer)
          session.team.run { member in
            // All threads are awake when the first has met them.
            member.meet()
            if member.worker.index == 0 { shared.pointer.pointee.start = Clock.now }
            for _ in 0..<max(1, count) { member.meet() }
            if member.worker.index == 0 { shared.pointer.pointee.end = Clock.now }
          }
        }
        best = min(best, Double(times.end - times.start) / Double(max(1, count)))
      }
    }
    return best
  }
}

/// Written by the first thread of a team only.
private struct SharedTimes: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<(start: UInt64, end: UInt64)>
}
