import Analysis
import ArgumentParser
import Diagnostics
import GraphIR
import Shapes
import SpecLanguage

/// The options that say which network of a spec is meant.
struct SpecOptions: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Give a parameter of the model a value; repeatable.", valueName: "name=value"),
    completion: Completions.assignments)
  var assignments: [String] = []

  @Option(help: "Build a variant of the spec.", completion: Completions.variants)
  var variant: String?

  @Option(
    help: ArgumentHelp(
      "The input in place of the spec's; letters are open sizes. Of several inputs one by its name; repeatable.",
      valueName: "[name=]3x224x224|3xHxW|3x32Hx32W"), transform: InputSize.parse)
  var input: [InputSize] = []

  @Option(help: "The images of a batch.")
  var batch: Int?

  func validate() throws {
    if let batch, batch < 1 { throw ValidationError("--batch must be at least 1") }
    try input.checkNames()
    for assignment in assignments where !assignment.contains("=") {
      throw ValidationError("--set takes name=value, not '\(assignment)'")
    }
  }
}

/// Which network of a spec is meant.
struct NetworkChoice {
  /// As `--set` has them.
  var assignments: [String] = []
  var variant: String?
  var inputs: [InputSize] = []
  var batch: Int?

  /// The size of the one input that a spec without names has.
  var input: Shape? { inputs.first { $0.name == nil }?.size.shape }

  /// The sizes of inputs with names.
  var namedInputs: [String: Shape] {
    inputs.reduce(into: [:]) { if let name = $1.name { $0[name] = $1.size.shape } }
  }
}

extension SpecOptions {
  var choice: NetworkChoice {
    NetworkChoice(assignments: assignments, variant: variant, inputs: input, batch: batch)
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
    if let input = InputSize(argument: argument) { return input }
    let sizes = argument.split(whereSeparator: { $0 == "x" || $0 == "×" || $0 == "," })
    let batch = sizes.count == 4 ? "; a batch is given with --batch" : ""
    throw ValidationError(
      "'\(argument.shown)' is no input: channels, height and width, such as 3x224x224, or a number of features\(batch)")
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

/// An input as the command line writes it: `3x224x224`, `3xHxW`, `3x32Hx32W`, `784`.
struct InputShape: ExpressibleByArgument {
  var shape: Shape

  init?(argument: String) {
    let parts = argument.split(whereSeparator: { $0 == "x" || $0 == "×" || $0 == "," })
    guard parts.count == 1 || parts.count == 3 else { return nil }
    var extents: [Extent] = []
    for (index, part) in parts.enumerated() {
      if let number = Int(part), (1...(1 << 31)).contains(number) {
        extents.append(.known(number))
      } else if index > 0, let extent = Self.open(part) {
        extents.append(extent)
      } else {
        return nil
      }
    }
    shape = Shape(extents)
  }

  /// An open size: `H`, or `32H` for the multiples of 32.
  private static func open(_ text: Substring) -> Extent? {
    let digits = text.prefix { ("0"..."9").contains($0) }
    let name = text.dropFirst(digits.count)
    guard !name.isEmpty, name.allSatisfy({ $0.isASCII && $0.isLetter }) else { return nil }
    guard !digits.isEmpty else { return .symbol(String(name)) }
    guard let factor = Int(digits), (1...(1 << 20)).contains(factor) else { return nil }
    return .symbol(String(name)) * factor
  }
}

/// A spec that was read and, if it fits together, its graph.
struct Compilation {
  let path: String
  var reader: SpecReader
  var spec: Spec?
  var graph: Graph?
  var diagnostics: [Diagnostic]

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  var hasWarnings: Bool { diagnostics.contains { $0.severity == .warning } }

  /// Whether the file itself could not be read.
  var isUnreadable: Bool { diagnostics.contains { $0.id == .unreadableFile } }

  /// Reads and builds a spec; with `lints`, also looks for what is hardly meant.
  init(path: String, options: SpecOptions, variant: String? = nil, lints: LintOptions? = nil) {
    self.init(path: path, choice: options.choice, variant: variant, lints: lints)
  }

  /// As above, with the choice of a command that has options of its own.
  init(path: String, choice options: NetworkChoice, variant: String? = nil, lints: LintOptions? = nil) {
    self.path = path
    var reader = SpecReader()
    spec = reader.read(path)
    var found = reader.diagnostics
    if let spec {
      var build = BuildOptions()
      build.variant = variant ?? options.variant
      build.input = options.input
      build.namedInputs = options.namedInputs
      build.batch = options.batch.map(Extent.known) ?? .symbol("N")
      for text in options.assignments {
        if let assignment = reader.assignment(text, in: spec) { build.assignments.append(assignment) }
      }
      found = reader.diagnostics
      if !found.hasErrors {
        let attempt = GraphBuilder.attempt(spec, options: build, sources: reader.sources)
        graph = attempt.graph
        let more = FixSearch.addingFixes(
          to: attempt.diagnostics.sorted, spec: spec, options: build, attempt: attempt, sources: reader.sources)
        for diagnostic in more { found.report(diagnostic) }
        if let lints, let graph {
          let advice = Linter.lint(
            graph, spec: spec, options: build, sources: reader.sources, ignoring: lints.ignored,
            isThorough: lints.strict)
          for diagnostic in advice { found.report(diagnostic) }
        }
      }
    }
    diagnostics = found.sorted
    self.reader = reader
  }

  /// Prints the findings to the standard error.
  func printDiagnostics(style: DiagnosticRenderer.Style = .text, color: Bool) {
    let renderer = DiagnosticRenderer(sources: reader.sources, style: style, color: color)
    for diagnostic in diagnostics { standardError(renderer.render(diagnostic)) }
  }
}
