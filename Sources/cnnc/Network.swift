import ArgumentParser
import Diagnostics
import Frontend
import GraphIR
import NetworkWeights
import SpecLanguage
import Weights

/// A spec's network with the name maps of its published weights.
struct Network {
  var graph: Graph
  var maps: [NameMap]
  var spec: Spec
  /// The texts of the spec and of what it imports.
  var sources: SourceTable

  /// Compiles a spec and prints its findings.
  ///
  /// - Throws: `ExitCode` if it has errors.
  init(_ path: String, _ options: NetworkOptions) throws { try self.init(path, options.choice) }

  /// As above, with the choice of a command that has options of its own.
  init(_ path: String, _ choice: NetworkChoice) throws {
    let compilation = Compilation(path: path, choice: choice)
    compilation.printDiagnostics(color: ColorChoice.auto.isOn(for: 2))
    guard let network = Network(compilation) else {
      throw compilation.isUnusable ? ExitCode.unusable : ExitCode.findings
    }
    self = network
  }

  /// What was compiled; nil if it has errors.
  init?(_ compilation: Compilation) {
    guard let graph = compilation.graph, let spec = compilation.spec, !compilation.hasErrors else { return nil }
    self.graph = graph
    self.spec = spec
    sources = compilation.sources
    maps = spec.nameMaps
  }
}
