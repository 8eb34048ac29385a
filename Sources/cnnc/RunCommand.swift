import ArgumentParser
import Diagnostics
import GraphIR
import Images
import Interpreter
import NetworkImages
import NetworkWeights
import Tensors
import Weights

/// `cnnc run SPEC --weights FILE IMAGE...`.
struct RunCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a network on images or tensors.",
    discussion: discussion(
      """
      Images are JPEG or PNG files, or folders of them. They become the network's input as the spec's `preprocess` says, \
      and the likeliest classes of each are printed. An image that cannot be used is reported and skipped; the exit \
      status is then 1, or 2 if none could be read.

      A tensor in place of images, --input x.npy, is C×H×W or N×C×H×W, already scaled as the network wants it.
      """))

  static let examples = [
    Example("cnnc run specs/resnet50.yaml --weights resnet50.pth photos/", "What is in the images of a folder"),
    Example(
      "cnnc run specs/lenet5.yaml --weights random:1 --input x.npy -o y.npy",
      "A tensor through a network with first weights"),
    Example("cnnc run specs/resnet50.yaml --weights random:1 --profile table", "Where the time goes"),
  ]

  @ArgumentParser.Argument(help: "The spec; - reads the standard input.", completion: Completions.spec)
  var spec: String

  @ArgumentParser.Argument(
    help: "JPEG and PNG files, and folders of them.", completion: .file(extensions: ["jpg", "jpeg", "png"]))
  var images: [String] = []

  @OptionGroup var model: ModelOptions

  @Option(
    help: ArgumentHelp(
      """
      A size in place of the spec's input, or a tensor in place of images: .npy, .npz or .safetensors. Of several inputs \
      one by its name, left=x.npy; repeatable.
      """, valueName: "[name=]3x224x224|file"))
  var input: [RunInput] = []

  @Option(
    help: ArgumentHelp("A file of weights, or first weights drawn from a seed.", valueName: "file|random:seed"),
    completion: Completions.weights)
  var weights: WeightSource

  @OptionGroup var fitting: FittingOptions

  @Option(help: ArgumentHelp("How many images run at once, 8 without it.", valueName: "n"))
  var batch: Int?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Also write the outputs, .npy, .npz or .safetensors; or the plan or profile, as text.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Write the value of a layer or block beside the outputs; repeatable.", valueName: "node"))
  var tap: [String] = []

  @Option(help: "How many classes to print.")
  var top = 5

  @Option(
    help: ArgumentHelp("The classes' names, one a line, in place of the spec's.", valueName: "file"),
    completion: .file())
  var labels: String?

  @Option(help: "How to print the classes.")
  var format = ClassificationReport.Format.text

  @OptionGroup var planning: PlanningOptions

  @OptionGroup var inspection: InspectionOptions

  @Flag(help: "Run layer by layer by the definitions, without a plan and on one thread; slow.")
  var plain = false

  func validate() throws {
    if let output, !inspection.isActive { _ = try weightFormat(of: output) }
    if !tap.isEmpty, output == nil { throw ValidationError("--tap needs --output") }
    if top < 1 { throw ValidationError("--top must be at least 1") }
    try BatchOption.check(batch)
    try fitting.checkUse(with: weights)
    try input.compactMap(\.size).checkNames()
    for input in input.compactMap(\.size) { try input.size.checkOrder() }
    let files = input.compactMap(\.file).map(\.name)
    if Set(files).count < files.count { throw ValidationError("--input gives one input two tensors") }
    if files.count > 1, files.contains(nil) {
      throw ValidationError("--input gives a tensor without a name beside others; write name=file")
    }
    if plain, inspection.isActive || planning.verifyPlan || planning.noFuse || planning.tune {
      throw ValidationError("--plain makes no plan, so there is none to fuse, tune, verify, print or profile")
    }
    if !inspection.isActive || !images.isEmpty, images.isEmpty == input.compactMap(\.file).isEmpty {
      throw ValidationError(
        images.isEmpty ? "there are no images and no --input FILE" : "there are images and --input FILE")
    }
  }

  func run() throws {
    let network = try Network(
      spec,
      NetworkChoice(
        assignments: model.assignments, variant: model.variant, inputs: input.compactMap(\.size)))
    do {
      try network.graph.requireSizes()
      let labels = try ClassNames(network.spec, of: network.graph, file: labels)
      var report = ClassificationReport(format, network: network, labels: labels, top: top)
      // Images are looked for before weights are read, which takes longer.
      let files = try ImageListing.files(at: images)
      guard !files.isEmpty || images.isEmpty else {
        standardError("cnnc: no JPEG or PNG files in \(images.joined(separator: ", "))\n")
        throw ExitCode.unusable
      }
      var outputs = OutputCollector(network, isKeeping: output != nil)
      if let output, !inspection.isActive { try outputs.requireDestination(output, taps: tap) }
      let tensors = try InputTensors(input.compactMap(\.file), for: network.graph)?.tensors
      let images = tensors?[0].shape.first ?? (files.isEmpty ? batch ?? 1 : min(batch ?? 8, files.count))
      let runner = try NetworkRunner(
        network, weights: weights, fitting: fitting, taps: tap, batch: max(1, images),
        planning: plain ? nil : planning, runsOnce: !inspection.isActive && files.count <= images,
        keepsPasses: inspection.dumpPasses)
      if inspection.isActive, let plan = runner.plan {
        if let tensors { try plan.check(tensors) }
        return try inspection.report(plan, of: network, on: tensors, to: output ?? "-")
      }
      if let tensors, let path = input.lazy.compactMap(\.file?.path).first {
        let results = try runner.results(for: tensors)
        try outputs.add(results)
        let names = (0..<images).map { images == 1 ? path : "\(path)[\($0)]" }
        try report.add(results.outputs[0], of: names, isRequired: output == nil)
      } else {
        try ImageRun(network, batch: images).run(files, runner, &outputs, &report)
      }
      report.finish()
      if let output { try outputs.write(to: output) }
      if !report.skipped.isEmpty || report.hasInvalid {
        let isNoneRead = report.skipped.count == files.count && report.skipped.allSatisfy { $0.reason != .unsuitable }
        throw isNoneRead && !report.hasInvalid ? ExitCode.unusable : ExitCode.findings
      }
    } catch {
      throw reportedOfNetwork(error, spec: spec)
    }
  }
}
