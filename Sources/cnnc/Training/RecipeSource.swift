import ArgumentParser
import Diagnostics
import Frontend
import GraphIR
import Recipes
import SpecLanguage
import TrainingRuns
import YAML

/// Where a run's recipe is from: the spec, a file, the options; the later over the earlier.
struct RecipeSource {
  private(set) var settings: RecipeSettings
  /// The folder that the recipe's paths start from; empty for the working folder.
  private(set) var folder: String
  /// Where losses are written, those that hold over others last.
  private var losses: [(loss: RecipeLoss, sources: SourceTable)]

  /// The recipe with the options over it.
  ///
  /// - Parameter allowsAnyPath: Whether a file's paths may lead anywhere, as where nothing opens them.
  /// - Throws: `ExitCode` for a file with faults, which are printed; `ValidationError` for a name that is not there.
  init(_ network: Network, _ options: RecipeOptions, allowsAnyPath: Bool) throws {
    try self.init(network, recipe: options.recipe, allowsAnyPath: allowsAnyPath)
    settings = try options.apply(to: settings)
    // A file's stages lie over what the spec says.
    if case .mappings(let stages)? = settings["stages"], stages.allSatisfy({ $0["epochs"] != nil }) {
      settings["epochs"] = nil
    }
  }

  /// What the spec says under `train`, and over it one of its `recipes`, or a file.
  init(_ network: Network, recipe: String?, allowsAnyPath: Bool) throws {
    settings = network.spec.training ?? RecipeSettings()
    folder = Self.folder(of: network.graph.file)
    losses = network.spec.recipeLosses.map { ($0, network.sources) }
    if let recipe {
      if let named = network.spec.recipes.first(where: { $0.name == recipe }) {
        settings = settings.overridden(by: named.settings)
      } else if recipe.contains("/") || recipe.hasSuffix(".yaml") || recipe.hasSuffix(".yml") {
        let file = try Self.file(recipe, allowsAnyPath: allowsAnyPath)
        settings = settings.overridden(by: file.settings)
        losses += file.losses
        folder = Self.folder(of: recipe)
      } else {
        let names = network.spec.recipes.map(\.name)
        let list = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
        throw ValidationError(
          "--recipe: the spec has no recipe '\(recipe)'; \(list). A file is named with its ending, .yaml")
      }
    }
  }

  /// Whether it says what becomes smaller.
  var saysLoss: Bool {
    if case .mappings(let stages)? = settings["stages"], stages.contains(where: { $0["loss"] != nil }) { return true }
    return settings["loss"] != nil
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
  mutating func replace(with settings: RecipeSettings) { (self.settings, folder, losses) = (settings, "", []) }

  /// Makes sure that the network can be trained by the losses of a recipe that was made of the settings.
  ///
  /// - Throws: `ExitCode` for one that it cannot be trained by, whose place is printed. One that is written nowhere passes.
  func checkLosses(of recipe: Recipe, for graph: Graph) throws {
    for stage in recipe.stages {
      let name = stage.objective.name
      guard let conflict = graph.conflict(withLoss: name), let place = losses.last(where: { $0.loss.name == name })
      else { continue }
      let renderer = DiagnosticRenderer(sources: place.sources, style: .text, color: ColorChoice.auto.isOn(for: 2))
      standardError(renderer.render(Diagnostic(.conflict, conflict, at: place.loss.span)))
      throw ExitCode.findings
    }
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// The recipe in a file.
  ///
  /// - Throws: `ExitCode` if it has faults, which are printed.
  static func read(_ path: String, allowsAnyPath: Bool = false) throws -> RecipeSettings {
    try file(path, allowsAnyPath: allowsAnyPath).settings
  }

  /// The recipe in a file, with the places of its losses.
  private static func file(
    _ path: String, allowsAnyPath: Bool
  ) throws -> (settings: RecipeSettings, losses: [(loss: RecipeLoss, sources: SourceTable)]) {
    var sources = SourceTable()
    var found = DiagnosticBag()
    var settings = RecipeSettings()
    var losses: [RecipeLoss] = []
    var isUnreadable = false
    do {
      let bytes = try DiskFiles().read(path, limit: YAMLComposer.Limit.bytes)
      let file = SourceFile(path: path, bytes: bytes)
      let source = sources.add(file)
      if let node = YAMLComposer.compose(file.bytes, source: source, into: &found) {
        var reader = RecipeReader(allowsAnyPath: allowsAnyPath)
        settings = reader.settings(node)
        losses = reader.losses
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
    let table = sources
    return (settings, losses.map { ($0, table) })
  }
}
