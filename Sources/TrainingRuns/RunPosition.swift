import JSON

/// Where a run is, with all sums that go on from there: what a checkpoint knows beside tensors.
package struct RunPosition: Hashable, Sendable {
  /// Steps made over all epochs.
  package var step = 0
  /// Images seen over all epochs.
  package var images = 0
  /// The sums of the epoch that is under way.
  package var measures = TrainingMeasures()
  /// What was measured after each epoch that is over: losses on what the schedule looks at; nil after one without a test
  /// where there are others.
  package var epochLosses: [Double?] = []
  /// The best result so far: how good, and after how many epochs.
  package var best: Best?
  /// The stage that the run is in.
  package var stage = Stage()
  /// Seconds of training before.
  package var seconds = 0.0
  /// What the run is of: fingerprints of the network, the recipe and the data.
  package var fingerprints: [String: String] = [:]

  /// The best result so far.
  package struct Best: Hashable, Sendable {
    /// Top-1 accuracy, or of several labels an image the mean average precision; the loss with a minus where nothing is
    /// tested.
    package var score: Double
    /// The number of the epoch, from 1.
    package var epoch: Int
  }

  /// A stage of a run.
  package struct Stage: Hashable, Sendable {
    /// Its place among the recipe's stages.
    package var index = 0
    /// Steps and epochs that were made before it.
    package var step = 0
    package var epoch = 0

    package init() {}
  }

  package init() {}
}

extension RunPosition {
  var json: JSONValue {
    var sums: [(String, JSONValue)] = [
      ("loss", Self.exact(measures.loss)), ("images", .int(measures.images)), ("top1", .int(measures.first)),
      ("top5", .int(measures.firstFive)),
    ]
    if let several = measures.several { sums.append(("labels", Self.json(several))) }
    return .block([
      ("step", .int(step)), ("images", .int(images)),
      ("epoch", .object(sums)),
      ("epoch_losses", .array(epochLosses.map { $0.map(Self.exact) ?? .null })),
      (
        "best",
        best.map { .object([("score", Self.exact($0.score)), ("epoch", .int($0.epoch))]) } ?? .null
      ),
      (
        "stage",
        .object([("index", .int(stage.index)), ("step", .int(stage.step)), ("epoch", .int(stage.epoch))])
      ), ("seconds", .double(seconds)),
      ("fingerprints", .object(fingerprints.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
    ])
  }

  private static func json(_ several: SeveralLabelMeasures) -> JSONValue {
    .object([
      ("true_positives", .int(several.truePositives)), ("false_positives", .int(several.falsePositives)),
      ("false_negatives", .int(several.falseNegatives)), ("exact", .int(several.exact)),
    ])
  }

  private static func several(_ cursor: JSONCursor) throws(JSONError) -> SeveralLabelMeasures {
    let fields = try cursor.object(required: ["true_positives", "false_positives", "false_negatives", "exact"])
    var result = SeveralLabelMeasures()
    result.truePositives = try fields("true_positives").int(in: 0...Int.max / 4)
    result.falsePositives = try fields("false_positives").int(in: 0...Int.max / 4)
    result.falseNegatives = try fields("false_negatives").int(in: 0...Int.max / 4)
    result.exact = try fields("exact").int(in: 0...Int.max / 4)
    return result
  }

  /// Bits, for a number must come back as it was, also one that is none.
  private static func exact(_ number: Double) -> JSONValue { .string(String(number.bitPattern, radix: 16)) }

  private static func exact(_ cursor: JSONCursor) throws(JSONError) -> Double {
    guard let bits = UInt64(try cursor.string(), radix: 16) else { throw cursor.failure("is no number's bits") }
    return Double(bitPattern: bits)
  }

  init(_ json: JSONValue) throws(JSONError) {
    let root = try JSONCursor(value: json, path: "").object(
      required: ["step", "images", "epoch", "epoch_losses", "best", "seconds", "fingerprints"], optional: ["stage"])
    step = try root("step").int(in: 0...Int.max)
    images = try root("images").int(in: 0...Int.max)
    let epoch = try root("epoch").object(required: ["loss", "images", "top1", "top5"], optional: ["labels"])
    measures.loss = try Self.exact(epoch("loss"))
    measures.images = try epoch("images").int(in: 0...Int.max)
    measures.first = try epoch("top1").int(in: 0...Int.max)
    measures.firstFive = try epoch("top5").int(in: 0...Int.max)
    if let labels = epoch.optional("labels") { measures.several = try Self.several(labels) }
    epochLosses = try root("epoch_losses").list { (cursor) throws(JSONError) -> Double? in
      if case .null = cursor.value { return nil }
      return try Self.exact(cursor)
    }
    let written = try root("best")
    if case .null = written.value {
      best = nil
    } else {
      let fields = try written.object(required: ["score", "epoch"])
      best = Best(score: try Self.exact(fields("score")), epoch: try fields("epoch").int(in: 0...Int.max))
    }
    if let fields = try root.optional("stage")?.object(required: ["index", "step", "epoch"]) {
      stage.index = try fields("index").int(in: 0...Int.max)
      stage.step = try fields("step").int(in: 0...step)
      stage.epoch = try fields("epoch").int(in: 0...epochLosses.count)
    }
    seconds = try root("seconds").double()
    for (key, value) in try root("fingerprints").members() { fingerprints[key] = try value.string() }
  }
}
