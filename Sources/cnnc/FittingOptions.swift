import ArgumentParser
import NetworkWeights
import Weights

/// The options that say which tensors of a file are meant, and how strictly they must fit a network.
struct FittingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Tensors, layers or blocks of the network that the file may lack, * for any letters; a run has first values for them; \
      repeatable.
      """,
      valueName: "pattern"))
  var allowMissing: [String] = []

  @Option(
    help: ArgumentHelp(
      "Tensors, layers or blocks of the file that may be left over, * for any letters; repeatable.",
      valueName: "pattern"))
  var allowUnexpected: [String] = []

  @Option(
    help: ArgumentHelp("Where the tensors are in a checkpoint, in place of what fits best.", valueName: "name"))
  var key: String?

  /// - Throws: `ValidationError` if the options are given for weights that are drawn, not read.
  func checkUse(with weights: WeightSource) throws {
    guard weights.file == nil, key != nil || !allowMissing.isEmpty || !allowUnexpected.isEmpty else { return }
    throw ValidationError("--key, --allow-missing and --allow-unexpected go with a file of weights")
  }

  /// Opens a file; with `--key`, the tensors under that.
  ///
  /// - Throws: `WeightError` if it cannot be read, or has no such key.
  func open(_ path: String) throws(WeightError) -> WeightFile {
    let file = try WeightFile.open(path)
    guard let key else { return file }
    return try file.selecting(key: key)
  }

  /// Finds the tensors of a file that fit a network, its heads for training too if they are trained; says if there was a
  /// choice.
  func fit(
    _ file: WeightFile, to network: Network, trainsHeads: Bool = false
  ) -> (file: WeightFile, binding: WeightBinding) {
    let expected = network.graph.expectedTensors(trainsHeads: trainsHeads)
    let fitted = file.fitted(
      to: expected, maps: network.maps, allowMissing: allowMissing, allowUnexpected: allowUnexpected)
    Self.sayChoice(of: fitted.file)
    for pattern in Self.unused(allowMissing, among: expected.map(\.name)) {
      standardError("cnnc: --allow-missing: no tensor of the network fits '\(pattern.printable)'\n")
    }
    for pattern in Self.unused(allowUnexpected, among: fitted.file.tensors.map(\.name)) {
      standardError("cnnc: --allow-unexpected: no tensor of \(file.path) fits '\(pattern.printable)'\n")
    }
    return fitted
  }

  /// The patterns that no tensor of a list fits.
  static func unused(_ patterns: [String], among names: [String]) -> [String] {
    patterns.filter { pattern in !names.contains { WeightBinding.fits(pattern, $0) } }
  }

  /// Says if the tensors are a moving average and others are there, or the other way round.
  static func sayChoice(of file: WeightFile) {
    guard let note = file.choiceNote else { return }
    standardError("cnnc: \(file.path): \(note) (--key)\n")
  }
}
