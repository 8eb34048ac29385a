import Diagnostics
import Runtime
import Tensors

/// The time of each step of a plan of training: the median over several runs.
package struct TrainingProfile: Sendable {
  private struct Entry: Sendable {
    /// The layer and the pass; nil for what belongs to no layer.
    var label: Computation.Label?
    var nanoseconds: UInt64
  }

  private let entries: [Entry]
  private let runs: Int

  /// - Parameter times: For each run the nanoseconds of the plan's steps, in their order; one run at least.
  package init(_ plan: ExecutionPlan, times: [[UInt64]]) {
    precondition(!times.isEmpty)
    runs = times.count
    entries = plan.listing.enumerated().map { index, step in
      let sorted = times.map { $0[index] }.sorted()
      // A step with work of its own carries what was fused into it.
      return Entry(label: step.layers.first, nanoseconds: sorted[sorted.count / 2])
    }
  }

  /// The spec's files with the milliseconds that each line takes forward, backward and for updates, and its share.
  package func text(sources: SourceTable) -> String {
    var times: [String: [Computation.Label.Pass: UInt64]] = [:]
    var (elsewhere, total) = ([Computation.Label.Pass: UInt64](), [Computation.Label.Pass: UInt64]())
    for entry in entries {
      let pass = entry.label?.pass ?? .forward
      total[pass, default: 0] += entry.nanoseconds
      if let location = entry.label?.location {
        times[location, default: [:]][pass, default: 0] += entry.nanoseconds
      } else {
        elsewhere[pass, default: 0] += entry.nanoseconds
      }
    }
    let all = total.values.reduce(0, +)
    var text = "  forward  backward    update  share │\n"
    for (index, file) in sources.files.enumerated() {
      let lines = (1...max(1, file.lineCount)).map { times["\(file.path):\($0)"] ?? [:] }
      guard index == 0 || lines.contains(where: { !$0.isEmpty }) else { continue }
      if index > 0 { text += "\n\(file.path)\n" }
      // The text behind the last line break is no line unless there is something.
      let count = file.lineCount - (file.lineCount > 0 && file.line(file.lineCount).isEmpty ? 1 : 0)
      for line in 0..<max(0, count) {
        text += columns(lines[line], of: all) + " │ " + file.line(line + 1).printable
        while text.last == " " { text.removeLast() }
        text += "\n"
      }
    }
    if !elsewhere.isEmpty { text += columns(elsewhere, of: all) + " │ the loss, clipping, input to blocks\n" }
    return text + columns(total, of: all) + " │ total, milliseconds, medians of \(runs) runs\n"
  }

  private func columns(_ times: [Computation.Label.Pass: UInt64], of total: UInt64) -> String {
    let passes = Computation.Label.Pass.allCases.map { pass in
      times[pass].map { padded(Figures.milliseconds(Double($0) / 1e6), 9) } ?? padded("", 9)
    }
    let sum = times.values.reduce(0, +)
    let share = sum > 0 && total > 0 ? Figures.percent(Double(sum) / Double(total)) : ""
    return passes.joined(separator: " ") + padded(share, 7)
  }

  private func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
