import ArgumentParser
import Layers
import Reports
import SpecLanguage

/// `cnnc layers [KIND]`.
struct LayersCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "layers", abstract: "List the layer kinds, or show one with its fields.",
    discussion: discussion())

  static let examples = [
    Example("cnnc layers", "What kinds of layers there are"),
    Example("cnnc layers conv", "The fields of one, its formula and its defaults"),
  ]

  @ArgumentParser.Argument(
    help: "A layer kind or combinator, such as conv or residual.", completion: Completions.kinds)
  var kind: String?

  @Flag(help: "Print the whole reference as Markdown.")
  var markdown = false

  func run() throws {
    if markdown {
      standardOutput(LayerReference.markdown())
      return
    }
    guard let kind else {
      standardOutput(LayerReference.list(width: Terminal.columns))
      return
    }
    guard let text = LayerReference.detail(kind, width: Terminal.columns) else {
      let known = LayerRegistry.declarations.keys.sorted() + CombinatorDocumentation.all.map(\.keyword)
      throw ValidationError("no layer kind '\(kind)'\(hint(atWord: kind, among: known))")
    }
    standardOutput(text)
  }
}
