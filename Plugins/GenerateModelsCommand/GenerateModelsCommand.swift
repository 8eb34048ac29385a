import Foundation
import PackagePlugin

/// `swift package generate-cnn-models`: generates a Swift file beside every spec of the package's targets, for people
/// who commit what is generated.
///
/// `--target NAME` names the targets, all without; everything else goes to `cnnc generate`, such as
/// `--access-modifier public` or `--check`.
@main
struct GenerateModelsCommand: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) async throws {
    var extractor = ArgumentExtractor(arguments)
    let names = extractor.extractOption(named: "target")
    let targets = names.isEmpty ? context.package.targets : try context.package.targets(named: names)
    let tool = try context.tool(named: "cnnc").url
    var specs: [URL] = []
    for target in targets {
      guard target is any SourceModuleTarget else { continue }
      specs += Self.specs(in: URL(fileURLWithPath: String(describing: target.directory)))
    }
    if specs.isEmpty { Diagnostics.warning("no target has a spec, a YAML file with a line `cnnc:` and one `layers:`") }
    for spec in specs {
      let process = Process()
      process.executableURL = tool
      let output = spec.deletingPathExtension().appendingPathExtension("swift")
      process.arguments =
        ["generate", spec.path, "--output", output.path, "--diagnostic-style", "compiler"]
        + extractor.remainingArguments
      try process.run()
      process.waitUntilExit()
      guard process.terminationReason == .exit, process.terminationStatus == 0 else {
        Diagnostics.error("\(spec.lastPathComponent): cnnc says above what is wrong")
        continue
      }
      print(output.path)
    }
  }

  /// The specs below a folder; a target may exclude them, so they are looked for here.
  private static func specs(in folder: URL) -> [URL] {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
    return files.compactMap { $0 as? URL }.filter(isSpec).sorted { $0.path < $1.path }
  }

  /// Whether a file is a spec: it has a line `cnnc:`, and unlike a file that is only imported, one of `model:`, `input:`
  /// and `layers:`.
  private static func isSpec(_ file: URL) -> Bool {
    guard ["yaml", "yml"].contains(file.pathExtension), let text = try? String(contentsOf: file, encoding: .utf8)
    else { return false }
    let lines = text.split(whereSeparator: \.isNewline)
    func has(_ key: String) -> Bool { lines.contains { $0.hasPrefix(key) } }
    return has("cnnc:") && (has("model:") || has("input:") || has("layers:"))
  }
}
