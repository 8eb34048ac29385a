import Diagnostics
import Reports

/// A spec's lines with the time that each takes.
package enum AnnotatedSpec {
  /// The spec's file, then the imported files in which time is spent, with milliseconds and a share beside each line.
  ///
  /// A step's time stands at the line of the layer that carries its work; what was fused into it takes none of its own. A line that is repeated, in a block say, has the time of all its copies.
  package static func text(_ profile: PlanProfile, sources: SourceTable) -> String {
    var times: [String: UInt64] = [:]
    var elsewhere: UInt64 = 0
    for entry in profile.entries {
      if let location = entry.carrier?.location {
        times[location, default: 0] += entry.nanoseconds
      } else {
        elsewhere += entry.nanoseconds
      }
    }
    let total = profile.total
    var text = ""
    for (index, file) in sources.files.enumerated() {
      let lines = (1...max(1, file.lineCount)).map { times["\(file.path):\($0)"] ?? 0 }
      guard index == 0 || lines.contains(where: { $0 > 0 }) else { continue }
      if index > 0 { text += "\n\(file.path)\n" }
      // The text behind the last line break is no line unless there is something.
      let count = file.lineCount - (file.lineCount > 0 && file.line(file.lineCount).isEmpty ? 1 : 0)
      for line in 0..<max(0, count) {
        text += columns(lines[line], of: total) + " │ " + file.line(line + 1).printable
        while text.last == " " { text.removeLast() }
        text += "\n"
      }
    }
    if elsewhere > 0 { text += columns(elsewhere, of: total) + " │ input and output to and from blocks\n" }
    return text + columns(total, of: total) + " │ total, medians of \(profile.runs) runs\n"
  }

  private static func columns(_ nanoseconds: UInt64, of total: UInt64) -> String {
    guard nanoseconds > 0, total > 0 else { return padded("", 19) }
    return padded(Figures.milliseconds(Double(nanoseconds) / 1e6), 9) + " ms"
      + padded(Figures.percent(Double(nanoseconds) / Double(total)), 7)
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
