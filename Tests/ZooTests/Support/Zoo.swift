import Diagnostics
import Foundation
import Frontend
import GraphIR
import SpecLanguage
import Testing

/// The specs of the repository, each built once with all its variants and sweeps.
enum Zoo {
  /// A network of a spec: the spec's own, or a variant.
  struct Network: Sendable, CustomTestStringConvertible {
    /// The spec's path below specs/, without its suffix: `resnet50`, `examples/reduction`.
    var spec: String
    var variant: String?
    var graph: Graph?
    var diagnostics: [String]

    var testDescription: String { variant.map { "\(spec) \($0)" } ?? spec }
  }

  /// A spec's sweep with its points in the order of the expected figures.
  struct BuiltSweep: Sendable {
    var sweep: Sweep
    var points: [Graph]
  }

  struct Entry: Sendable, CustomTestStringConvertible {
    var name: String
    var spec: Spec?
    var diagnostics: [String]
    var networks: [Network] = []
    var sweeps: [BuiltSweep] = []

    var testDescription: String { name }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The specs by name, those of specs/examples last.
  static let entries: [Entry] = (names(in: "specs") + names(in: "specs/examples").map { "examples/\($0)" }).map(entry)

  static let networks: [Network] = entries.flatMap(\.networks)

  /// The network of a spec, or the variant, that has the name.
  static func network(named name: String) throws -> Graph {
    let found = networks.filter { ($0.variant ?? $0.spec) == name }
    return try #require(found.first?.graph, "no network is called \(name)")
  }

  private static func names(in folder: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) }.sorted()
  }

  /// The texts of all specs and of what they import, by their path in the repository.
  private static let files: MemoryFiles = {
    var contents: [String: [UInt8]] = [:]
    for folder in ["specs", "specs/blocks", "specs/examples"] {
      for name in names(in: folder) {
        let path = "\(folder)/\(name).yaml"
        contents[path] = (try? Data(contentsOf: root.appending(path: path))).map { [UInt8]($0) }
      }
    }
    return MemoryFiles(contents)
  }()

  private static func entry(_ name: String) -> Entry {
    let path = "specs/\(name).yaml"
    var options = BuildOptions()
    let own = Compilation(path, options: options, files: files)
    var result = Entry(name: name, spec: own.spec, diagnostics: own.findingsOfReading.sorted.map(\.message))
    guard let spec = own.spec else { return result }
    for variant in [nil] + spec.variants.map({ Optional($0.name) }) {
      options.variant = variant
      let built = variant == nil ? own : Compilation(path, options: options, files: files)
      result.networks.append(
        Network(
          spec: name, variant: variant, graph: built.graph,
          diagnostics: built.attempt?.diagnostics.sorted.map(\.message) ?? []))
    }
    for sweep in spec.sweeps {
      let graphs = points(of: sweep).compactMap { point -> Graph? in
        var options = BuildOptions()
        options.assignments = point
        return Compilation(path, options: options, files: files).graph
      }
      result.sweeps.append(BuiltSweep(sweep: sweep, points: graphs))
    }
    return result
  }

  /// Every combination of a sweep's values, the last axis the fastest.
  private static func points(of sweep: Sweep) -> [[Argument]] {
    sweep.axes.reduce([[]]) { points, axis in
      points.flatMap { point in
        axis.values.map { point + [Argument(name: axis.parameter, nameSpan: axis.span, value: $0)] }
      }
    }
  }
}
