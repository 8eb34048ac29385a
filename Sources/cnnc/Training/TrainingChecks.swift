import ArgumentParser
import Recipes
import TrainingRuns

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What `cnnc train` proves in place of training.
enum TrainingChecks {
  /// What rounding in single precision explains, relative; a gradient that is wrong is off by more.
  private static let largestDeviation = 1e-2

  /// Says which gradients are farthest from their definition.
  static func tell(_ check: TrainingRun.GradientCheck) -> ExitCode? {
    let gradients = check.gradients
    let images = "\(check.images) image\(check.images == 1 ? "" : "s")"
    var text: String
    if let layers = check.layers {
      text =
        "a sample of \(gradients.count) of \(layers) layers, drawn by the seed, forward and backward, each by its definition "
        + "from what the step gives it: \(images), of which the whole would take \(short(Double(check.macs))) multiplications "
        + "in double precision\n"
    } else {
      text = "loss of \(images): off by \(short(check.loss ?? 0))\n"
    }
    for gradient in gradients.prefix(5) {
      let place = gradient.label?.location.map { " (\($0))" } ?? ""
      text += "\(gradient.path)\(place): norm \(short(gradient.norm)), off by \(short(gradient.error))\n"
    }
    if gradients.count > 5 { text += "\(gradients.count - 5) more are closer\n" }
    standardOutput(text)
    guard let worst = gradients.first, max(worst.error, check.loss ?? 0) > largestDeviation else { return nil }
    let what = check.layers == nil ? "the gradient by \(worst.path)" : worst.path
    standardError("cnnc: \(what) is not what its definition gives: a fault of cnnc's\n")
    return .findings
  }

  private static func short(_ number: Double) -> String {
    guard number.isFinite, number != 0 else { return "\(number)" }
    let magnitude = RunClock.magnitude(number)
    let scale = pow(10, Double(magnitude - 1))
    return "\((number / scale).rounded() / 10)e\(magnitude)"
  }

  /// Runs twice, once with a stop, in a folder that is removed behind.
  static func resume(_ make: (RunFolder?, RunFolder.Checkpoint?) throws -> TrainingRun) throws -> ResumeCheck {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let folder = RunFolder("\(parent)/cnnc-resume-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
    try folder.create()
    defer { folder.removeAll() }
    return try ResumeCheck(steps: 6, in: folder, make: make)
  }

  /// Says whether both runs came to the same bits.
  static func tell(_ check: ResumeCheck, recipe: Recipe) -> ExitCode? {
    let steps = "\(check.steps) steps, stopped behind \(check.stop)"
    guard let first = check.differences.first else {
      standardOutput("\(steps): the same bits of weights, optimizer, measures and log as without a stop\n")
      return nil
    }
    let more = check.differences.count > 1 ? " and \(check.differences.count - 1) more differ" : " differs"
    standardError("cnnc: \(steps): \(first)\(more) from a run without a stop: a fault of cnnc's\n")
    return .findings
  }
}

extension RecipeSettings {
  /// The settings without what changes images, in each stage.
  var withoutChanges: RecipeSettings {
    var result = self
    for key in ["augment", "mix"] { result[key] = nil }
    if case .mappings(let stages)? = self["stages"] { result["stages"] = .mappings(stages.map(\.withoutChanges)) }
    return result
  }
}
