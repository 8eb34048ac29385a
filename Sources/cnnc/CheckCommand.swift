import ArgumentParser
import Diagnostics
import GraphIR
import Reports
import SpecLanguage

/// `cnnc check`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "check", abstract: "Check specs.")
  @ArgumentParser.Argument var specs: [String]
  @OptionGroup var spec: SpecOptions
  func run() throws {
    for path in specs {
      let compilation = Compilation(path: path, options: spec)
      compilation.printDiagnostics(color: false)
      guard let graph = compilation.graph else { throw ExitCode.findings }
      for node in graph.nodes { for p in node.parameters { print("\(node.path).\(p.name)", p.shape) } }
      let totals = Totals(graph.mainNodes)
      print(graph.name, totals.trainable, totals.buffers, totals.macs, graph.outputs.map { graph.shape(of: $0.value) })
    }
  }
}
