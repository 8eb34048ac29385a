import CKernels

extension ThreadTeam {
  /// How the threads of a team wait for each other, for people: as `cnnc_barrier_kind` says it; nil for one thread.
  static func barrierKind(of count: Int) -> String? { count > 1 ? String(cString: cnnc_barrier_kind()) : nil }

  /// Nanoseconds from when the threads have met until all have done a piece of work and met again `meetings` times.
  func nanoseconds(meetings: Int = 1, _ work: @escaping (TeamMember) -> Void = { _ in }) -> Double {
    let times = UnsafeMutablePointer<UInt64>.allocate(capacity: 2)
    times.initialize(repeating: 0, count: 2)
    defer { times.deallocate() }
    run { member in
      // All threads are awake when the first has met them.
      member.meet()
      if member.worker.index == 0 { times[0] = Clock.now }
      work(member)
      for _ in 0..<meetings { member.meet() }
      if member.worker.index == 0 { times[1] = Clock.now }
    }
    return Double(times[1] - times[0])
  }

  /// Nanoseconds that one meeting takes when nobody is late: the smallest mean of several rounds of `count`; 0 for one
  /// thread.
  func barrierNanoseconds(rounds: Int, count: Int) -> Double {
    guard self.count > 1 else { return 0 }
    // Threads without a processor each wait for the system to take turns, which takes thousands of times as long: then
    // fewer meetings have to do.
    let first = nanoseconds(meetings: 4) / 4
    let count = min(max(1, count), max(1, Int(2e8 / max(first, 1)) / max(1, rounds)))
    return (0..<max(1, rounds)).map { _ in nanoseconds(meetings: count) / Double(count) }.min() ?? 0
  }
}

extension ExecutionPlan {
  /// How the threads of a run wait for each other, for people; nil for one thread.
  package var barrierKind: String? { ThreadTeam.barrierKind(of: threads) }

  /// Nanoseconds that the threads of a run take to meet when nobody is late, what stands between any two steps; 0 for
  /// one thread.
  ///
  /// It tells whether the threads' processors share a cache, which no other figure of a run does.
  package func barrierNanoseconds(rounds: Int = 8, count: Int = 2000) -> Double {
    var result = 0.0
    sessions.with { result = $0.team.barrierNanoseconds(rounds: rounds, count: count) }
    return result
  }
}
