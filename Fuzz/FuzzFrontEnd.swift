import Analysis
import Diagnostics
import GraphIR
import Reports
import SpecLanguage

/// The whole front end on arbitrary bytes: whatever they are, there is a report or there are findings, never a trap.
///
/// libFuzzer's driver calls it with inputs that it derives from a corpus by the coverage they reach; `make fuzz` runs it.
@main
enum FuzzFrontEnd {
  static func main() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    _ = withUnsafeMutablePointer(to: &count) { count in
      withUnsafeMutablePointer(to: &arguments) { arguments in
        runDriver(count, arguments) { bytes, size in
          FuzzFrontEnd.compile(Array(UnsafeBufferPointer(start: bytes, count: size)))
          return 0
        }
      }
    }
  }

  /// Reads, builds, looks for fixes, and renders everything there is to render.
  private static func compile(_ bytes: [UInt8]) {
    var reader = SpecReader(files: MemoryFiles(["spec.yaml": bytes]))
    let spec = reader.read("spec.yaml")
    let renderer = DiagnosticRenderer(sources: reader.sources)
    for diagnostic in reader.diagnostics.sorted { _ = renderer.render(diagnostic) }
    guard let spec else { return }
    for variant in [nil] + spec.variants.prefix(1).map({ Optional($0.name) }) {
      var options = BuildOptions()
      options.variant = variant
      let attempt = GraphBuilder.attempt(spec, options: options, sources: reader.sources)
      let findings = FixSearch.addingFixes(
        to: attempt.diagnostics.sorted, spec: spec, options: options, attempt: attempt, sources: reader.sources)
      for finding in findings { _ = renderer.render(finding) }
      guard let graph = attempt.graph else { continue }
      _ = TextReport.render(graph)
      _ = GraphJSON.write(graph)
    }
  }
}

/// libFuzzer's entry point for programs that bring their own `main`.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
