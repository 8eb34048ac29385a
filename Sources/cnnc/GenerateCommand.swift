import ArgumentParser
import Blueprints
import Diagnostics
import Frontend
import GraphIR
import NetworkWeights
import SpecLanguage
import SwiftEmission
import SwiftSource
import TorchEmission
import TorchTraining

extension AccessModifier: ExpressibleByArgument {}
extension TorchTraining.Strategy: ExpressibleByArgument {}
extension DiagnosticRenderer.Style: ExpressibleByArgument {}

/// `cnnc generate SPEC`.
struct GenerateCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Generate Swift or PyTorch source for a network.",
    discussion: discussion(
      """
      One type for the network and one for each block of the spec, in the words of the library NeuralNetworks, or of \
      torch.nn. The file says in its header from which spec it comes; --check tells whether it is still what the spec says.
      """))

  static let examples = [
    Example("cnnc generate specs/resnet50.yaml -o ResNet50.swift", "A Swift file, a type for each block"),
    Example(
      "cnnc generate specs/resnet50.yaml --check -o ResNet50.swift",
      "Whether that file is still what the spec says"),
    Example("cnnc generate specs/resnet50.yaml --target pytorch -o resnet50.py", "The same for PyTorch"),
  ]

  /// What source is written in.
  enum Target: String, OutputFormat {
    case swift
    case pytorch

    static let standard = swift
    static let endings: [String: Target] = ["py": .pytorch]
  }

  @ArgumentParser.Argument(help: "The spec; - reads the standard input.", completion: Completions.spec)
  var spec: String

  @OptionGroup var options: NetworkOptions

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Write to a file, or in a folder that is there to TYPE.swift, in Python to type.py.", valueName: "file|folder"))
  var output = "-"

  @Option(
    name: .customLong("target"),
    help: """
      What the source is for: Swift with the library NeuralNetworks, or Python with PyTorch; else by the ending of --output, \
      or swift.
      """)
  var requestedTarget: Target?

  @Option(help: "Who may use the generated types; internal unless given. Swift only.")
  var accessModifier: AccessModifier?

  @Option(help: ArgumentHelp("The name of the network's type; else the model's, or the variant's.", valueName: "name"))
  var typeName: String?

  @Flag(help: "Let traps and debuggers show the lines of the spec; in Python comments name them.")
  var sourceLocations = false

  @Flag(help: "Write nothing; fail if the file is not what would be written.")
  var check = false

  @Flag(help: "Write a package that builds and runs, into the folder that --output names.")
  var package = false

  @Option(
    help: ArgumentHelp(
      "Where the package finds the library: a folder with cnnc's sources, or a repository with a version.",
      valueName: "folder|url@version"))
  var library: String?

  @Option(
    help: """
      Also write train.py, which trains the network in PyTorch by the recipe: with DistributedDataParallel, with FSDP2's \
      fully_shard, or with Lightning.
      """)
  var withTraining: TorchTraining.Strategy?

  @Option(
    help: ArgumentHelp(
      "With --with-training: what to learn from, as for cnnc train; in place of the recipe's.", valueName: "path"),
    completion: .directory)
  var data: String?

  @OptionGroup(title: "Recipe Options, with --with-training") var recipe: RecipeOptions

  @Option(help: "How findings are written; compiler is for Xcode and VS Code, which then point at the spec's line.")
  var diagnosticStyle = DiagnosticRenderer.Style.text

  /// What the options say, or the ending of the output.
  private var target: Target {
    get throws {
      if package || GeneratedFile.isFolder(output) { return requestedTarget ?? .standard }
      return try Target.chosen(requestedTarget, output: output, asking: "--target")
    }
  }

  func validate() throws {
    let target = try target
    if target == .pytorch, package || library != nil || accessModifier != nil {
      let option = package ? "--package" : library != nil ? "--library" : "--access-modifier"
      throw ValidationError("\(option) is for Swift, not for --target pytorch")
    }
    if target == .swift, withTraining != nil { throw ValidationError("--with-training is for --target pytorch") }
    if withTraining != nil, output == "-" {
      throw ValidationError(
        "--with-training needs --output, the network's file or a folder, for train.py is written beside")
    }
    if withTraining == nil, try data != nil || !recipe.isEmpty {
      throw ValidationError("the recipe and its data go with --with-training ddp, fsdp or lightning")
    }
    if package, output == "-" { throw ValidationError("--package needs --output, a folder") }
    if package, library == nil {
      throw ValidationError("--package needs --library, a folder with cnnc's sources or a repository: URL@VERSION")
    }
    if !package, library != nil { throw ValidationError("--library goes with --package") }
    if check, output == "-" { throw ValidationError("--check needs --output, the file to look at") }
    guard let typeName else { return }
    let isFree = target == .swift ? SwiftGenerator.isTypeName(typeName) : TorchGenerator.isTypeName(typeName)
    if !isFree {
      throw ValidationError(
        "--type-name takes a name such as ResNet50 that \(target == .swift ? "Swift" : "Python") has no other meaning for, "
          + "not '\(typeName)'")
    }
  }

  func run() throws {
    let compilation = Compilation(path: spec, options: options)
    compilation.printDiagnostics(style: diagnosticStyle, color: ColorChoice.auto.isOn(for: 2))
    guard let graph = compilation.graph, let parsed = compilation.spec else {
      throw compilation.isUnusable ? ExitCode.unusable : ExitCode.findings
    }
    if try target == .pytorch { return try write(pytorch(graph, parsed, compilation)) }
    let result: SwiftGenerator.Result
    do {
      result = try SwiftGenerator.generate(
        graph, spec: parsed, sources: compilation.sources,
        options: SwiftOptions(
          access: accessModifier ?? .internal, typeName: typeName, locatesSources: sourceLocations,
          fixedTensors: try graph.fixedTensors(from: DiskFiles()), labels: try labels(of: parsed, graph)))
    } catch {
      standardError(finding(error))
      // Sizes are open where the command line leaves them so.
      if graph.inputs.contains(where: { !$0.shape.isKnown }) { throw ExitCode.unusable }
      throw (error as? FixedTensorError)?.status ?? .findings
    }
    if package {
      let files = GeneratedPackage(result, library: try packageLibrary()).files
      try write(files.map { GeneratedFile(path: "\(output)/\($0.path)", text: $0.text) })
    } else {
      try write([GeneratedFile(path: GeneratedFile.path(output, name: "\(result.typeName).swift"), text: result.source)]
      )
    }
  }

  /// The file of a network in Python, and of the scripts that train it.
  ///
  /// - Throws: `ExitCode`, the reason printed, if the network cannot be generated.
  private func pytorch(_ graph: Graph, _ spec: Spec, _ compilation: Compilation) throws -> [GeneratedFile] {
    do {
      let result = try TorchGenerator.generate(
        graph, spec: spec, sources: compilation.sources,
        fixedTensors: try graph.fixedTensors(from: DiskFiles()) + graph.filedTensors(from: DiskFiles()),
        options: TorchOptions(typeName: typeName, locatesSources: sourceLocations))
      for values in result.missingValues {
        standardError("cnnc: \(values) are not in the source; `cnnc weights init` writes a file that has them\n")
      }
      let file = GeneratedFile(path: GeneratedFile.path(output, name: result.fileName), text: result.source)
      guard let withTraining, let network = Network(compilation) else { return [file] }
      let training = try GeneratedTraining(network, result, beside: file.path, withTraining, data: data, recipe)
      return [file] + training.files
    } catch let error as ExitCode {
      throw error
    } catch let error as ValidationError {
      throw error
    } catch {
      let known = reportedOfTraining(error, spec: self.spec)
      if known is ExitCode { throw known }
      standardError(finding(error))
      throw (error as? FixedTensorError)?.status ?? .findings
    }
  }

  /// What keeps a network that is sound from being generated, in the style that was asked for.
  private func finding(_ error: any Error) -> String {
    let tensor = error as? FixedTensorError
    let message = tensor?.message ?? (error as? RunError)?.message ?? "\(error)"
    if let place = (error as? GenerationError)?.place { return "\(place): error: \(message)\n" }
    switch diagnosticStyle {
    case .text: return "cnnc: \(tensor?.place ?? spec): \(message)\n"
    case .compiler: return "\(tensor?.place ?? "\(spec):1:1"): error: \(message)\n"
    }
  }

  /// The classes' names, where the spec has them in a file.
  private func labels(of spec: Spec, _ graph: Graph) throws -> [String] {
    if case .file? = spec.labels { try ClassNames(spec, of: graph).names } else { [] }
  }

  private func packageLibrary() throws -> GeneratedPackage.Library {
    let text = library ?? ""
    guard text.contains("://") else {
      let folder = try GeneratedFile.absolutePath(text)
      let manifest = GeneratedFile(path: "\(folder)/Package.swift", text: "").contents
      guard manifest?.contains("name: \"cnnc\"") == true else {
        standardError(
          "cnnc: \(text) does not have cnnc's sources: no Package.swift of a package called cnnc is there\n")
        throw ExitCode.unusable
      }
      return .path(folder)
    }
    guard let at = text.lastIndex(of: "@"), text[at...].count > 1, !text[at...].contains("/") else {
      throw ValidationError("--library with a repository is URL@VERSION, such as https://host/cnnc@0.1.0")
    }
    let version = String(text[text.index(after: at)...])
    guard Self.isVersion(version) else {
      throw ValidationError("--library takes a version such as 0.1.0, not '\(version)'")
    }
    return .repository(String(text[..<at]), from: version)
  }

  /// Whether a text is a version as packages have it: three numbers, and what may follow these.
  private static func isVersion(_ text: String) -> Bool {
    let core = text.prefix { $0 != "-" && $0 != "+" }
    let numbers = core.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 3 && numbers.allSatisfy { UInt32($0) != nil && !$0.hasPrefix("+") }
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-+".contains($0)) }
  }

  /// - Throws: `ExitCode.unusable`, the reason printed, if the folder has a package that somebody else wrote.
  private func refuseForeignPackage() throws {
    let manifest = "\(output)/Package.swift"
    guard let text = GeneratedFile(path: manifest, text: "").contents else { return }
    if text.contains(GeneratedPackage.mark) { return }
    standardError("cnnc: \(manifest) is there and was not written by cnnc; choose another folder for --output\n")
    throw ExitCode.unusable
  }

  /// Writes files, or with `--check` compares them with what is there.
  private func write(_ files: [GeneratedFile]) throws {
    guard check else {
      if package { try refuseForeignPackage() }
      for file in files {
        try refuseOverwriting([spec], with: file.path)
        if package { try file.makeFolder() }
        try writeOutput(file.text, to: file.path)
      }
      return
    }
    for file in files where file.contents == nil {
      standardError("cnnc: \(file.path) cannot be read, so there is nothing to compare with \(spec)\n")
      throw ExitCode.unusable
    }
    var isStale = false
    for file in files where !file.isCurrent {
      standardError("cnnc: \(file.path) is not what \(spec) says; run cnnc generate again\n")
      isStale = true
    }
    if isStale { throw ExitCode.findings }
  }
}
