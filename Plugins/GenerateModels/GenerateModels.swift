import Foundation
import PackagePlugin

/// Generates a Swift type for every spec of a target when the target is built.
///
/// A spec is a YAML file in the target that has a `model`; files without, such as imported blocks, are only watched.
/// The findings of cnnc point at lines of the spec.
@main
struct GenerateModels: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) async throws -> [Command] {
    guard let module = target.sourceModule else { return [] }
    let files = module.sourceFiles.map(\.url).filter { ["yaml", "yml"].contains($0.pathExtension) }
    return try commands(for: files, tool: context.tool(named: "cnnc").url, in: context.pluginWorkDirectoryURL)
  }

  private func commands(for files: [URL], tool: URL, in folder: URL) -> [Command] {
    files.filter(isSpec).map { spec in
      let output = folder.appendingPathComponent("\(spec.deletingPathExtension().lastPathComponent).swift")
      return .buildCommand(
        displayName: "Generating a network from \(spec.lastPathComponent)", executable: tool,
        arguments: ["generate", spec.path, "--output", output.path],
        // A spec may import any of the others.
        inputFiles: [spec] + files.filter { $0 != spec }, outputFiles: [output])
    }
  }
}

/// Whether a file is the spec of a network: it begins a line with `model:`.
private func isSpec(_ file: URL) -> Bool {
  guard let text = try? String(contentsOf: file, encoding: .utf8) else { return false }
  return text.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("model:") }
}

#if canImport(XcodeProjectPlugin)
  import XcodeProjectPlugin

  extension GenerateModels: XcodeBuildToolPlugin {
    func createBuildCommands(context: XcodePluginContext, target: XcodeTarget) throws -> [Command] {
      let files = target.inputFiles.map(\.url).filter { ["yaml", "yml"].contains($0.pathExtension) }
      return try commands(for: files, tool: context.tool(named: "cnnc").url, in: context.pluginWorkDirectoryURL)
    }
  }
#endif
