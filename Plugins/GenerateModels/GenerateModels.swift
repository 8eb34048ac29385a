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
    let yaml = files.filter { ["yaml", "yml"].contains($0.pathExtension) }
    let specs = yaml.compactMap { file in Spec(file).map { (file, $0) } }
    return zip(specs, outputNames(of: specs.map(\.0))).map { spec, name in
      let (file, output) = (spec.0, folder.appendingPathComponent(name))
      // A spec may import each of the others, and read its labels from a file.
      let labels = spec.1.labels.map { file.deletingLastPathComponent().appendingPathComponent($0).standardizedFileURL }
      let others = (yaml + files.filter { $0.standardizedFileURL == labels }).filter { $0 != file }
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

/// What the plugin must know of a spec before it is read by cnnc.
private struct Spec {
  /// The file that has the classes' names.
  var labels: String?

  /// Nil if the file is none: a spec has a line `cnnc:`, and unlike a file that is only imported, one of `model:`,
  /// `input:` and `layers:`.
  init?(_ file: URL) {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    var keys: [Substring: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, keys[parts[0]] == nil else { continue }
      keys[parts[0]] = parts[1].trimmingCharacters(in: CharacterSet(charactersIn: " \"'"))
    }
    guard keys["cnnc"] != nil, keys["model"] != nil || keys["input"] != nil || keys["layers"] != nil else { return nil }
    labels = keys["labels"]
  }
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
