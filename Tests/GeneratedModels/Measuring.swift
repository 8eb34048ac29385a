import Foundation

/// The seconds that something takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  let duration = ContinuousClock.now - start
  return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

/// The time of one run of each of several things, in seconds: the median of a stretch of runs, the least of several.
///
/// They take turns, a stretch each, so that what the machine does beside them meets all alike. Each stretch begins after
/// a pause, in which the threads of the one before go to sleep: awake, they would wait on the processors that the next
/// needs; and with a run that does not count, which brings its own memory back into the caches.
func runTimes(_ bodies: [() -> Void], stretch: Double = 0.12, total: Double = 1.2) -> [Double] {
  let first = bodies.map { body in
    body()
    return seconds(body)
  }
  let runs = first.map { max(3, min(200, Int(stretch / $0))) }
  let round = zip(first, runs).map { $0 * Double($1) }.reduce(0, +)
  var best = bodies.map { _ in Double.infinity }
  for round in 0..<max(8, min(64, Int(total * Double(bodies.count) / round))) {
    // The first of a round is another one each time.
    for turn in bodies.indices {
      let index = (turn + round) % bodies.count
      Thread.sleep(forTimeInterval: 0.005)
      bodies[index]()
      let times = (0..<runs[index]).map { _ in seconds(bodies[index]) }.sorted()
      best[index] = min(best[index], times[times.count / 2])
    }
  }
  return best
}
