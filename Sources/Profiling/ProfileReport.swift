import JSON
import Reports
import Tensors

/// How a profile is printed.
package enum ProfileFormat: String, Sendable, CaseIterable {
  /// For people.
  case table
  case json
  /// The trace event format, which chrome://tracing and Perfetto open.
  case chrome
}

/// A plan's profile as text.
package struct ProfileReport: Sendable {
  private static let width = 140

  package var profile: PlanProfile
  /// What was measured.
  package var title: String

  package init(_ profile: PlanProfile, title: String) {
    self.profile = profile
    self.title = title
  }

  /// The report in a format, with a line break at the end.
  package func text(_ format: ProfileFormat) -> String {
    switch format {
    case .table: table
    case .json: json
    case .chrome: chromeTrace
    }
  }

  private var total: UInt64 { profile.total }

  private var table: String {
    var steps = TextTable(
      headings: ["step", "layers", "line", "kernel", "output", "ms", "share", "GFLOP/s"],
      isNumeric: [true, false, false, false, false, true, true, true])
    for (index, entry) in profile.entries.enumerated() {
      steps.add([
        String(index), LayerNames.text(entry.step.layers), entry.carrier?.location ?? "", entry.step.kernel,
        LayerNames.shape(entry.step.shape), milliseconds(entry.nanoseconds), share(entry.nanoseconds),
        entry.gigaflops.map(Figures.significant) ?? "",
      ])
    }
    steps.addRule()
    steps.shrink(1, to: Self.width, minimum: 24)
    let threads = profile.threads == 1 ? "1 thread" : "\(profile.threads) threads"
    return "\(title)\nmedians of \(profile.runs) runs, \(threads)\n\n" + steps.render(Paint(isColored: false)) + "\n"
      + kindTable
  }

  /// The time by kinds of layers and the kernels that compute them, the longest first.
  private var kindTable: String {
    struct Group {
      var kind: String
      var kernel: String
      var steps = 0
      var nanoseconds: UInt64 = 0
      var macs = 0
    }
    var groups: [Group] = []
    for entry in profile.entries {
      let known = groups.firstIndex { $0.kind == entry.kind && $0.kernel == entry.step.kernel }
      let index = known ?? groups.count
      if known == nil { groups.append(Group(kind: entry.kind, kernel: entry.step.kernel)) }
      groups[index].steps += 1
      groups[index].nanoseconds += entry.nanoseconds
      groups[index].macs += entry.step.macs
    }
    var table = TextTable(
      headings: ["kind", "kernel", "steps", "ms", "share", "GFLOP/s"],
      isNumeric: [false, false, true, true, true, true])
    func add(_ group: Group) {
      let speed = group.macs > 0 && group.nanoseconds > 0 ? 2 * Double(group.macs) / Double(group.nanoseconds) : nil
      table.add([
        group.kind, group.kernel, String(group.steps), milliseconds(group.nanoseconds), share(group.nanoseconds),
        speed.map(Figures.significant) ?? "",
      ])
    }
    for group in groups.sorted(by: { $0.nanoseconds > $1.nanoseconds }) { add(group) }
    table.addRule()
    let macs = groups.reduce(0) { $0 + $1.macs }
    add(Group(kind: "total", kernel: "", steps: profile.entries.count, nanoseconds: total, macs: macs))
    return table.render(Paint(isColored: false))
  }

  private var json: String {
    JSONValue.block([
      ("title", .string(title)), ("threads", .int(profile.threads)), ("runs", .int(profile.runs)),
      ("total_ms", .double(Double(total) / 1e6)),
      (
        "steps",
        .lines(
          profile.entries.map { entry in
            .object([
              ("layers", .array(entry.step.layers.map { .string($0.path) })),
              ("line", JSONValue(entry.carrier?.location)), ("kind", .string(entry.kind)),
              ("kernel", .string(entry.step.kernel)), ("shape", .ints(entry.step.shape)),
              ("ms", .double(Double(entry.nanoseconds) / 1e6)),
              ("share", .double(total > 0 ? Double(entry.nanoseconds) / Double(total) : 0)),
              ("macs", .int(entry.step.macs)), ("gflops", entry.gigaflops.map(JSONValue.double) ?? .null),
            ])
          })
      ),
    ]).text + "\n"
  }

  /// One run of median steps, one after the other, in the trace event format; times there are in microseconds.
  private var chromeTrace: String {
    var events: [JSONValue] = [
      .object([
        ("name", .string("process_name")), ("ph", .string("M")), ("pid", .int(1)),
        ("args", .object([("name", .string(title))])),
      ])
    ]
    var start: UInt64 = 0
    for entry in profile.entries {
      let name = LayerNames.text(entry.step.layers)
      events.append(
        .object([
          ("name", .string(name.isEmpty ? entry.step.kernel : name)), ("cat", .string(entry.kind)),
          ("ph", .string("X")), ("ts", .double(Double(start) / 1e3)),
          ("dur", .double(Double(entry.nanoseconds) / 1e3)), ("pid", .int(1)), ("tid", .int(1)),
          (
            "args",
            .object(
              ("kernel", .string(entry.step.kernel)), ("line", entry.carrier?.location.map(JSONValue.string)),
              ("output", .string(LayerNames.shape(entry.step.shape))), ("macs", .int(entry.step.macs)),
              ("gflops", entry.gigaflops.map(JSONValue.double)))
          ),
        ]))
      start += entry.nanoseconds
    }
    return JSONValue.block([("displayTimeUnit", .string("ms")), ("traceEvents", .lines(events))]).text + "\n"
  }

  private func milliseconds(_ nanoseconds: UInt64) -> String { Figures.milliseconds(Double(nanoseconds) / 1e6) }

  private func share(_ nanoseconds: UInt64) -> String {
    total > 0 ? Figures.percent(Double(nanoseconds) / Double(total)) : ""
  }
}
