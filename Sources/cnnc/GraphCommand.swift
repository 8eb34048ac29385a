import ArgumentParser
import Diagnostics
import Frontend
import GraphIR
import Pictures

/// `cnnc graph SPEC`.
struct GraphCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Draw a network: blocks as boxes that fold, shapes on edges.",
    discussion: discussion(
      """
      At depth 1 every block of the network is one box; at depth 2 their layers are seen, blocks that repeat once. \
      `all` shows every layer and copy. The page of `--format html` folds by click.
      """))

  static let examples = [
    Example("cnnc graph specs/resnet50.yaml -o resnet50.svg", "A picture with a box for each block"),
    Example("cnnc graph specs/googlenet.yaml --depth 2 -o googlenet.svg", "The layers of the blocks too"),
    Example(
      "cnnc graph specs/resnet50.yaml -o resnet50.html",
      "A page that folds, searches and has the report beside it"),
  ]

  enum Format: String, OutputFormat {
    case svg
    case dot
    case mermaid
    case html

    static let standard = svg
    static let endings: [String: Format] = ["gv": .dot, "htm": .html, "mmd": .mermaid]
  }

  enum LayoutEngine: String, ExpressibleByArgument, CaseIterable {
    case own
    case graphviz
  }

  @ArgumentParser.Argument(help: "The spec; - reads the standard input.", completion: Completions.spec)
  var spec: String

  @OptionGroup var options: NetworkOptions

  @Option(help: "A picture, a text for Graphviz or Mermaid, or a page; else by the ending of --output, or svg.")
  var format: Format?

  @Option(help: ArgumentHelp("How many levels of blocks to show, or all.", valueName: "n|all"))
  var depth = Depth.levels(1)

  @Option(help: "Which way the picture runs.")
  var direction = Direction.down

  @Option(help: "What places the boxes of an SVG; graphviz needs Graphviz's dot.")
  var layout = LayoutEngine.own

  @Flag(inversion: .prefixedNo, help: "Write the network's name and figures above it.")
  var title = true

  @Flag(inversion: .prefixedNo, help: "Explain the colours below it.")
  var legend = true

  @Flag(help: "Leave the background out.")
  var transparent = false

  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Write to a file.", valueName: "file"),
    completion: .file())
  var output = "-"

  func validate() throws {
    let format = try Format.chosen(format, output: output)
    if layout == .graphviz, format != .svg { throw ValidationError("--layout graphviz is for --format svg") }
    guard format == .html else { return }
    let ignored = [
      ("--direction right", direction == .right), ("--no-title", !title), ("--no-legend", !legend),
      ("--transparent", transparent),
    ]
    if let (option, _) = ignored.first(where: \.1) {
      throw ValidationError("\(option) is for pictures; a page runs down and has its title and legend")
    }
  }

  func run() throws {
    let compilation = Compilation(path: spec, options: options)
    compilation.printDiagnostics(color: ColorChoice.auto.isOn(for: 2))
    guard let graph = compilation.graph else {
      throw compilation.isUnusable ? ExitCode.unusable : ExitCode.findings
    }
    let picture = Picture(of: graph, depth: depth.limit)
    try refuseOverwriting([spec], with: output)
    try writeOutput(text(of: picture, as: Format.chosen(format, output: output)), to: output)
  }

  private func text(of picture: Picture, as format: Format) throws -> String {
    var options = PictureOptions()
    options.direction = direction
    options.hasTitle = title
    options.hasLegend = legend
    options.hasBackground = !transparent
    switch format {
    case .svg where layout == .graphviz:
      do {
        return try GraphvizLayout.svg(from: picture.dot(options))
      } catch {
        standardError("cnnc: \(error.reason)\n")
        throw ExitCode.unusable
      }
    case .svg: return picture.svg(options)
    case .dot: return picture.dot(options)
    case .mermaid: return picture.mermaid(options)
    case .html: return picture.html()
    }
  }
}

extension Direction: ExpressibleByArgument {}
