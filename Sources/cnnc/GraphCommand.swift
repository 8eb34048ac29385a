import ArgumentParser
import Diagnostics
import GraphIR
import Pictures

/// `cnnc graph SPEC`.
struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Draw a network: blocks as boxes that fold, shapes on edges.")

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case svg
    case dot
    case mermaid
    case html
  }

  @ArgumentParser.Argument(help: "The spec; - reads the standard input.")
  var spec: String

  @OptionGroup var options: SpecOptions

  @Option(help: "The format of the picture.")
  var format = Format.svg

  @Option(help: ArgumentHelp("How many levels of blocks to show, or all.", valueName: "n|all"))
  var depth = Depth.levels(1)

  @Option(help: "Which way the picture runs.")
  var direction = Direction.down

  @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Write to a file.", valueName: "file"))
  var output = "-"

  func run() throws {
    let compilation = Compilation(path: spec, options: options)
    compilation.printDiagnostics(color: ColorChoice.auto.isOn(for: 2))
    guard let graph = compilation.graph else {
      throw compilation.isUnreadable ? ExitCode.unusable : ExitCode.findings
    }
    let picture = Picture(of: graph, depth: depth.limit)
    var options = PictureOptions()
    options.direction = direction
    let text =
      switch format {
      case .svg: picture.svg(options)
      case .dot: picture.dot(options)
      case .mermaid: picture.mermaid(options)
      case .html: picture.html()
      }
    try writeOutput(text, to: output)
  }
}

extension Direction: ExpressibleByArgument {}
