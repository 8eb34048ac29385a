import Foundation

/// The seconds that something takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  let duration = ContinuousClock.now - start
  return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

/// The median time of one run of each of several things, in seconds.
///
/// They take turns, a stretch of runs each, so that what the machine does beside them meets all alike. Each stretch
/// begins after a pause, in which the threads of the one before go to sleep: awake, they would wait on the processors
/// that the next needs; and with a run that does not count, which brings its own memory back into the caches.
func medians(_ bodies: [() -> Void], rounds: Int = 9, stretch: Double = 0.12) -> [Double] {
  let runs = bodies.map { body in
    body()
    return max(3, min(200, Int(stretch / seconds(body))))
  }
  var times = bodies.map { _ in [Double]() }
  for round in 0..<rounds {
    // The first of a round is another one each time.
    for turn in bodies.indices {
      let index = (turn + round) % bodies.count
      Thread.sleep(forTimeInterval: 0.005)
      bodies[index]()
      for _ in 0..<runs[index] { times[index].append(seconds(bodies[index])) }
    }
  }
  return times.map { $0.sorted()[$0.count / 2] }
}
