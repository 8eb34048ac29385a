import ArgumentParser
import GraphIR
import Shapes

/// The options that say how the model of a spec is built.
struct ModelOptions: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Give a parameter of the model a value; repeatable.", valueName: "name=value"),
    completion: Completions.assignments)
  var assignments: [String] = []

  @Option(help: "Build a variant of the spec.", completion: Completions.variants)
  var variant: String?

  func validate() throws {
    for assignment in assignments where !assignment.contains("=") {
      throw ValidationError("--set takes name=value, not '\(assignment)'")
    }
  }
}

/// The options that say which network of a spec is meant.
struct NetworkOptions: ParsableArguments {
  @OptionGroup var model: ModelOptions

  @Option(
    help: ArgumentHelp(
      "The input in place of the spec's; letters are open sizes. Of several inputs one by its name; repeatable.",
      valueName: "[name=]3x224x224|3xHxW|3x32Hx32W"), transform: InputSize.parse)
  var input: [InputSize] = []

  var assignments: [String] { model.assignments }
  var variant: String? { model.variant }

  func validate() throws { try input.checkNames() }

  var choice: NetworkChoice { choice(batch: nil) }

  func choice(batch: Int?) -> NetworkChoice {
    NetworkChoice(assignments: assignments, variant: variant, inputs: input, batch: batch)
  }
}

/// Which network of a spec is meant.
struct NetworkChoice {
  /// As `--set` has them.
  var assignments: [String] = []
  var variant: String?
  var inputs: [InputSize] = []
  var batch: Int?
  /// What the option with the assignments is called.
  var setOption = "--set"

  /// The size of the one input that a spec without names has.
  var input: Shape? { inputs.first { $0.name == nil }?.size.shape }

  /// The sizes of inputs with names.
  var namedInputs: [String: Shape] {
    inputs.reduce(into: [:]) { if let name = $1.name { $0[name] = $1.size.shape } }
  }
}

extension NetworkChoice {
  /// What a graph is built with, but for the assignments, which are text until the spec is read.
  func buildOptions(variant other: String? = nil) -> BuildOptions {
    var options = BuildOptions()
    options.variant = other ?? variant
    options.input = input
    options.namedInputs = namedInputs
    options.batch = batch.map(Extent.known) ?? .symbol("N")
    return options
  }
}

/// The option that says how many images a network has at once, for the commands to which that matters.
struct BatchOption: ParsableArguments {
  /// Images of a batch, at most: what a network of any use takes of so many is a number still.
  static let most = 1 << 20

  @Option(help: ArgumentHelp("The images of a batch, 1 to \(BatchOption.most).", valueName: "n"))
  var batch: Int?

  func validate() throws { try Self.check(batch) }

  /// - Throws: `ValidationError` with the bounds for a number of images beyond them.
  static func check(_ batch: Int?) throws {
    if let batch, !(1...most ~= batch) { throw ValidationError("--batch must be 1 to \(most), not \(batch)") }
  }
}

/// What `--input` says of a size: `3x224x224`, or with several inputs `left=3x224x224`.
struct InputSize: ExpressibleByArgument {
  /// The input's name, where there are several.
  var name: String?
  var size: InputShape

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let size = InputShape(argument: String(parts[parts.count - 1])), parts[0] != "" else { return nil }
    self.init(name: parts.count == 2 ? String(parts[0]) : nil, size: size)
  }

  init(name: String?, size: InputShape) { (self.name, self.size) = (name, size) }

  /// As `init(argument:)`, with what is wrong.
  ///
  /// - Throws: `ValidationError` for what is no size of an input.
  static func parse(_ argument: String) throws -> InputSize {
    if let input = InputSize(argument: argument) {
      try input.size.checkOrder()
      return input
    }
    let sizes = argument.split(whereSeparator: { $0 == "x" || $0 == "×" || $0 == "," })
    let batch = sizes.count == 5 ? "; a batch is given with --batch" : ""
    throw ValidationError(
      "'\(argument.shown)' is no input: channels, height and width, such as 3x224x224, channels and length, such as 1x16000, a volume such as "
        + "3x16x112x112, or a number of features\(batch)")
  }
}

extension [InputSize] {
  /// - Throws: `ValidationError` if an input is given twice, or one without a name beside others.
  func checkNames() throws {
    let names = map(\.name)
    if Set(names).count < names.count { throw ValidationError("--input gives one input two sizes") }
    if names.count > 1, names.contains(nil) {
      throw ValidationError("--input gives a size without a name beside others; write name=size")
    }
  }
}

/// An input as the command line writes it: `3x224x224`, `3xHxW`, `3x32Hx32W`, `1x16000`, `1xL`, `3x16x112x112`, `784`.
struct InputShape: ExpressibleByArgument {
  var shape: Shape

  init(_ shape: Shape) { self.shape = shape }

  init?(argument: String) {
    guard let shape = Shape(sizes: argument) else { return nil }
    self.shape = shape
  }

  /// - Throws: `ValidationError` for an image whose channels stand behind its height and width.
  func checkOrder() throws {
    guard let sizes = shape.values, sizes.count == 3, [1, 3, 4].contains(sizes[2]), sizes[0] > 16, sizes[1] > 16 else {
      return
    }
    throw ValidationError("the channels of an input come first: \(sizes[2])x\(sizes[0])x\(sizes[1])")
  }

  var defaultValueDescription: String { shape.description.replacing("×", with: "x") }
}
