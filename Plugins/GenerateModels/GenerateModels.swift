import Foundation
import PackagePlugin

/// Generates a Swift type for every spec of a target when the target is built.
///
/// The spec and what it may import are inputs of the build, so that a type is generated anew when one of them changes.
/// The findings of cnnc point at lines of the spec.
@main
struct GenerateModels: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) async throws -> [Command] {
    guard let module = target.sourceModule else { return [] }
    return try commands(
      for: module.sourceFiles.map(\.url), tool: context.tool(named: "cnnc").url, in: context.pluginWorkDirectoryURL)
  }

  private func commands(for files: [URL], tool: URL, in folder: URL) -> [Command] {
    let specs = files.filter(isSpec)
    return zip(specs, outputNames(of: specs)).map { file, name in
      let output = folder.appendingPathComponent(name)
      // A spec may import other YAML files, and read names of classes and numbers from text files.
      let others = files.filter { $0.pathExtension != "swift" && $0 != file }
      return .buildCommand(
        displayName: "Generating a network from \(file.lastPathComponent)", executable: tool,
        arguments: ["generate", file.path, "--output", output.path, "--diagnostic-style", "compiler"],
        inputFiles: [file] + others, outputFiles: [output])
    }
  }

  /// `small.yaml` becomes `small.generated.swift`, and beside it `more/small.yaml` `more_small.generated.swift`: no two
  /// files of a module may be called alike.
  private func outputNames(of specs: [URL]) -> [String] {
    let paths = specs.map { $0.standardizedFileURL.deletingPathExtension().pathComponents }
    let folders = paths.map { $0.dropLast() }
    let common = folders.dropFirst().reduce(folders.first ?? []) { common, folder in
      zip(common, folder).prefix { $0 == $1 }.map(\.0)[...]
    }
    return paths.map { $0.dropFirst(common.count).joined(separator: "_") + ".generated.swift" }
  }
}

/// Whether a file is a spec: YAML with a line `cnnc:`, and unlike a file that is only imported, one of `model:`, `input:`
/// and `layers:`.
private func isSpec(_ file: URL) -> Bool {
  guard ["yaml", "yml"].contains(file.pathExtension), let text = try? String(contentsOf: file, encoding: .utf8) else {
    return false
  }
  let keys = Set(text.split(whereSeparator: \.isNewline).map { $0.prefix { $0 != ":" } })
  return keys.contains("cnnc") && !keys.isDisjoint(with: ["model", "input", "layers"])
}

#if canImport(XcodeProjectPlugin)
  import XcodeProjectPlugin

  extension GenerateModels: XcodeBuildToolPlugin {
    func createBuildCommands(context: XcodePluginContext, target: XcodeTarget) throws -> [Command] {
      try commands(
        for: target.inputFiles.map(\.url), tool: context.tool(named: "cnnc").url, in: context.pluginWorkDirectoryURL)
    }
  }
#endif
