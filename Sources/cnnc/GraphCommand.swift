import ArgumentParser
import Diagnostics
import Frontend
import GraphIR
import Pictures

/// `cnnc graph SPEC`.
struct GraphCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Draw a network: blocks as boxes that fold, or what layers make to scale.",
    discussion: discussion(
      """
      At depth 1 every block of the network is one box; at depth 2 their layers are seen, blocks that repeat once. \
      `all` shows every layer and copy. The page of `--format html` folds by click.

      `--style blocks` draws what layers make as volumes to scale: height and width as the face, channels as the depth, \
      vectors as bars. Networks that go down and up again are drawn as a U.

      `--page` wraps a picture into columns (with `--direction right`, rows) so that its text stays as large as it can, \
      and makes it smaller where that is not enough.

      PDF and PNG are made of the SVG by librsvg's rsvg-convert, or by cairosvg, where one of them is installed. TikZ \
      needs nothing: `-o x.tex` is a LaTeX document, of which the picture can be copied into another.
      """))

  static let examples = [
    Example("cnnc graph specs/resnet50.yaml -o resnet50.svg", "A picture with a box for each block"),
    Example("cnnc graph specs/googlenet.yaml --depth 2 -o googlenet.svg", "The layers of the blocks too"),
    Example("cnnc graph specs/vgg16.yaml --style blocks -o vgg16.pdf", "Volumes to scale, for a paper"),
    Example("cnnc graph specs/efficientnet.yaml --depth 2 --page a4 -o e.svg", "Columns that fit a page"),
    Example(
      "cnnc graph specs/resnet50.yaml -o resnet50.html",
      "A page that folds, searches and has the report beside it"),
  ]

  enum Format: String, OutputFormat {
    case svg
    case dot
    case mermaid
    case html
    case pdf
    case png
    case tikz

    static let standard = svg
    static let endings: [String: Format] = ["gv": .dot, "htm": .html, "mmd": .mermaid, "tex": .tikz]

    var otherEndings: Set<String> { self == .svg ? ["xml"] : [] }
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

  @Option(help: "Boxes with text, or what layers make as blocks to scale.")
  var style = PictureOptions.Style.boxes

  @Option(help: ArgumentHelp("How many levels of blocks to show, or all.", valueName: "n|all"))
  var depth = Depth.levels(1)

  @Option(help: "Which way a picture of boxes runs; else down.")
  var direction: Direction?

  @Option(
    help: ArgumentHelp(
      """
      Wrap the picture, and make it smaller, to fit a page within its margins, a slide, or width and height in \
      millimetres, \(PageSize.limits).
      """, valueName: "a4|slide|WxH"), transform: PageSize.parse)
  var page: PageSize?

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
    if layout == .graphviz {
      if format != .svg { throw ValidationError("--layout graphviz is for --format svg") }
      if style == .blocks { throw ValidationError("--layout graphviz places boxes; --style blocks has its own layout") }
      if page != nil { throw ValidationError("--layout graphviz wraps nothing; --page is for the own layout") }
      if !legend { throw ValidationError("--layout graphviz has no legend; --no-legend is for the own layout") }
    }
    if style == .blocks, let direction {
      throw ValidationError("--direction \(direction) is for boxes; --style blocks runs to the right")
    }
    if let (option, _, formats) = uses.first(where: { $0.isGiven && !$0.formats.contains(format) }) {
      let names = formats.map(\.rawValue)
      let list = "\(names.dropLast().joined(separator: ", ")) and \(names[names.count - 1])"
      throw ValidationError("\(option) is for \(list), not \(format.rawValue)")
    }
  }

  /// The options that do nothing in some formats, whether they are given, and what they are for.
  private var uses: [(option: String, isGiven: Bool, formats: [Format])] {
    [
      ("--style blocks", style == .blocks, [.svg, .pdf, .png, .tikz]),
      ("--page", page != nil, [.svg, .pdf, .png, .tikz]),
      ("--direction \(direction ?? .down)", direction != nil, [.svg, .pdf, .png, .tikz, .dot, .mermaid]),
      ("--no-title", !title, [.svg, .pdf, .png, .tikz, .dot]),
      ("--no-legend", !legend, [.svg, .pdf, .png, .tikz]),
      // A picture in TikZ has no background of its own.
      ("--transparent", transparent, [.svg, .pdf, .png, .dot]),
    ]
  }

  func run() throws {
    let compilation = Compilation(path: spec, options: options)
    compilation.printDiagnostics(color: ColorChoice.auto.isOn(for: 2))
    guard let graph = compilation.graph else {
      throw compilation.isUnusable ? ExitCode.unusable : ExitCode.findings
    }
    let picture = Picture(of: graph, depth: depth.limit)
    try refuseOverwriting([spec], with: output)
    let format = try Format.chosen(format, output: output)
    switch format {
    case .pdf: try convert(picture, to: .pdf)
    case .png: try convert(picture, to: .png)
    default: try writeOutput(text(of: picture, as: format), to: output)
    }
  }

  private func convert(_ picture: Picture, to format: PictureConversion.Format) throws {
    let svg = picture.sizedSVG(pictureOptions, inWholePixels: format == .png)
    let bytes: [UInt8]
    do {
      bytes = try PictureConversion.convert(svg, to: format)
    } catch {
      standardError("cnnc: \(error.reason)\n")
      throw ExitCode.unusable
    }
    try writeOutput(bytes, to: output)
    for note in [PictureConversion.sizeNote(on: svg, as: format), FontNote.text()].compactMap(\.self) {
      standardError("note: \(note)\n")
    }
  }

  private var pictureOptions: PictureOptions {
    var options = PictureOptions()
    options.style = style
    if let direction { options.direction = direction }
    options.page = page
    options.hasTitle = title
    options.hasLegend = legend
    options.hasBackground = !transparent
    return options
  }

  private func text(of picture: Picture, as format: Format) throws -> String {
    let options = pictureOptions
    switch format {
    case .svg where layout == .graphviz:
      do {
        return try GraphvizLayout.svg(from: picture.dot(options))
      } catch {
        standardError("cnnc: \(error.reason)\n")
        throw ExitCode.unusable
      }
    case .svg, .pdf, .png: return picture.svg(options)
    case .tikz: return picture.tikz(options)
    case .dot: return picture.dot(options)
    case .mermaid: return picture.mermaid(options)
    case .html: return picture.html()
    }
  }
}

extension Direction: ExpressibleByArgument {}

extension PictureOptions.Style: ExpressibleByArgument {}

extension PageSize {
  /// The bounds of its sides, as help and errors say them.
  fileprivate static let limits = "\(Int(allowed.lowerBound)) to \(Int(allowed.upperBound)) each"

  /// As `init(_:)`, with what is wrong.
  ///
  /// - Throws: `ValidationError` for what is no size of a page.
  fileprivate static func parse(_ argument: String) throws -> PageSize {
    if let page = PageSize(argument) { return page }
    throw ValidationError(
      "'\(argument.shown)' is no page: a4, slide, or width and height in millimetres, \(limits), such as 85x200")
  }
}
