import JSON
import Runtime

/// What `cnnc bench --probe` reports of a processor.
package struct ProbeReport: Sendable {
  package var probe: MachineProbe

  package init(_ probe: MachineProbe) { self.probe = probe }

  /// The report for people.
  package var text: String {
    var text = "\(probe.threads == 1 ? "1 thread" : "\(probe.threads) threads"), \(probe.instructionSet.rawValue)\n\n"
    text += "peak      \(Figures.significant(probe.gigaflops)) GFLOP/s, multiply-adds in registers alone\n"
    text += "memory    \(Figures.significant(probe.gigabytesPerSecond)) GB/s, reading\n"
    if probe.threads > 1 { text += "barrier   \(Figures.significant(probe.barrierNanoseconds)) ns\n" }
    return text
  }

  /// The report as a JSON document.
  package var json: String {
    JSONValue.block([
      ("threads", .int(probe.threads)), ("instruction_set", .string(probe.instructionSet.rawValue)),
      ("instruction_sets", .array(probe.instructionSets.map { .string($0.rawValue) })),
      ("peak_gflops", .double(rounded(probe.gigaflops))),
      ("read_gigabytes_per_second", .double(rounded(probe.gigabytesPerSecond))),
      ("barrier_ns", .double(rounded(probe.barrierNanoseconds))),
      ("barrier", probe.barrierKind.map { .string($0) } ?? .null),
    ]).text + "\n"
  }

  private func rounded(_ value: Double) -> Double { (value * 1e3).rounded() / 1e3 }
}
