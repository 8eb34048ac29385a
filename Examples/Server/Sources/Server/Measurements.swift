import Hummingbird
import Synchronization

/// What the server has answered and how long it took, for `GET /metrics`.
final class Measurements: Sendable {
  /// The upper ends of the histogram's classes, in seconds.
  static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  private struct State {
    var answers: [Int: Int] = [:]
    /// How many answers took no longer than each bound, and more than the one before; those that took longer last.
    var times = [Int](repeating: 0, count: Measurements.bounds.count + 1)
    var seconds = 0.0
    var waiting = 0
  }

  private let state = Mutex(State())

  /// Counts a request that came.
  func begin() { state.withLock { $0.waiting += 1 } }

  /// Counts its answer.
  func end(status: Int, seconds: Double) {
    state.withLock { state in
      state.waiting -= 1
      state.answers[status, default: 0] += 1
      guard status == 200 else { return }
      state.times[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
      state.seconds += seconds
    }
  }

  /// Everything in the text format of Prometheus.
  var text: String {
    let state = state.withLock { $0 }
    var lines = [
      "# HELP classify_requests_total Images that were answered, by status.",
      "# TYPE classify_requests_total counter",
    ]
    for (status, count) in state.answers.sorted(by: { $0.key < $1.key }) {
      lines.append("classify_requests_total{status=\"\(status)\"} \(count)")
    }
    lines += [
      "# HELP classify_requests_waiting Images that have no answer yet.", "# TYPE classify_requests_waiting gauge",
      "classify_requests_waiting \(state.waiting)",
      "# HELP classify_seconds From the head of a request to its answer, of images that were classified.",
      "# TYPE classify_seconds histogram",
    ]
    var count = 0
    for (bound, own) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], state.times) {
      count += own
      lines.append("classify_seconds_bucket{le=\"\(bound)\"} \(count)")
    }
    lines += ["classify_seconds_sum \(state.seconds)", "classify_seconds_count \(count)"]
    return lines.map { $0 + "\n" }.joined()
  }
}

/// Measures every request that it hands on, also those that end in an error.
struct Measuring: RouterMiddleware {
  typealias Context = BasicRequestContext

  let measurements: Measurements

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let clock = ContinuousClock()
    let start = clock.now
    func end(_ status: HTTPResponse.Status) {
      measurements.end(status: status.code, seconds: (clock.now - start) / .seconds(1))
    }
    measurements.begin()
    do {
      let response = try await next(request, context)
      end(response.status)
      return response
    } catch {
      end((error as? any HTTPResponseError)?.status ?? .internalServerError)
      throw error
    }
  }
}
