import ArgumentParser
import Diagnostics
import Frontend
import Recipes
import SpecLanguage
import TrainingRuns
import YAML

/// Where a run's recipe is from: the spec, a file, the options; the later over the earlier.
struct RecipeSource {
  private(set) var settings: RecipeSettings
  /// The folder that the recipe's paths start from; empty for the working folder.
  private(set) var folder: String

  /// - Parameter allowsAnyPath: Whether a file's paths may lead anywhere, as where nothing opens them.
  /// - Throws: `ExitCode` for a file with faults, which are printed; `ValidationError` for a name that is not there.
  init(_ network: Network, _ options: RecipeOptions, allowsAnyPath: Bool) throws {
    settings = network.spec.training ?? RecipeSettings()
    folder = Self.folder(of: network.graph.file)
    if let recipe = options.recipe {
      if let named = network.spec.recipes.first(where: { $0.name == recipe }) {
        settings = settings.overridden(by: named.settings)
      } else if recipe.contains("/") || recipe.hasSuffix(".yaml") || recipe.hasSuffix(".yml") {
        settings = settings.overridden(by: try Self.read(recipe, allowsAnyPath: allowsAnyPath))
        folder = Self.folder(of: recipe)
      } else {
        let names = network.spec.recipes.map(\.name)
        let list = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
        throw ValidationError(
          "--recipe: the spec has no recipe '\(recipe)'; \(list). A file is named with its ending, .yaml")
      }
    }
    settings = try options.apply(to: settings)
    // A file's stages lie over what the spec says.
    if case .mappings(let stages)? = settings["stages"], stages.allSatisfy({ $0["epochs"] != nil }) {
      settings["epochs"] = nil
    }
  }

  /// Puts the data that an option names in the place of the recipe's, or gives the recipe's its whole path.
  ///
  /// - Parameter path: What becomes of a path.
  mutating func place(data: String?, _ path: (String) -> String) {
    if let data {
      let chosen = Recipe.Source(argument: data)
      settings["data"] = .choice(chosen.form.rawValue, RecipeSettings().setting("path", .text(path(chosen.path))))
    } else if case .choice(let form, let fields)? = settings["data"], case .text(let own)? = fields["path"] {
      let whole = own.hasPrefix("/") || folder.isEmpty ? own : "\(folder)/\(own)"
      settings["data"] = .choice(form, RecipeSettings().setting("path", .text(path(whole))))
    }
  }

  /// Other settings in place of these, with whole paths.
  mutating func replace(with settings: RecipeSettings) { (self.settings, folder) = (settings, "") }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// The recipe in a file.
  ///
  /// - Throws: `ExitCode` if it has faults, which are printed.
  static func read(_ path: String, allowsAnyPath: Bool = false) throws -> RecipeSettings {
    var sources = SourceTable()
    var found = DiagnosticBag()
    var settings = RecipeSettings()
    var isUnreadable = false
    do {
      let bytes = try DiskFiles().read(path, limit: YAMLComposer.Limit.bytes)
      let source = sources.add(SourceFile(path: path, bytes: bytes))
      if let node = YAMLComposer.compose(bytes, source: source, into: &found) {
        var reader = RecipeReader(allowsAnyPath: allowsAnyPath)
        settings = reader.settings(node)
        for finding in reader.diagnostics.sorted { found.report(finding) }
      }
    } catch {
      let source = sources.add(SourceFile(path: path, bytes: []))
      let start = Position(line: 1, column: 1)
      found.report(
        Diagnostic(
          .unreadableFile, "\(path): \(error.reason)", at: Span(source: source, start: start, end: start)))
      isUnreadable = true
    }
    let renderer = DiagnosticRenderer(sources: sources, style: .text, color: ColorChoice.auto.isOn(for: 2))
    for diagnostic in found.sorted { standardError(renderer.render(diagnostic)) }
    if found.hasErrors { throw isUnreadable ? ExitCode.unusable : ExitCode.findings }
    return settings
  }
}
