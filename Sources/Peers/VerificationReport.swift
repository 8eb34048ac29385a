import JSON

/// What a comparison with peers came to, for a person and as a certificate.
package struct VerificationReport: Sendable {
  /// What came of one peer.
  package enum Result: Sendable {
    case compared(PeerReport)
    /// The peer refused the network or failed.
    case failed(PeerEngine, String)
    /// The peer is not there, and nobody asked for it by name.
    case skipped(PeerEngine, String)

    /// Whether the peer computes the same; nil if it was not asked.
    package var verdict: PeerReport.Verdict? {
      switch self {
      case .compared(let report): report.verdict
      case .failed: .different
      case .skipped: nil
      }
    }
  }

  /// A file that was compared, with its SHA-256.
  package struct Artefact: Sendable {
    package var name: String
    package var digest: String

    package init(name: String, digest: String) { (self.name, self.digest) = (name, digest) }
  }

  /// The network's name and its spec's path.
  package var model: String
  package var file: String
  /// Where the weights are from.
  package var weights: String
  /// How many images each engine ran.
  package var samples: Int
  /// The version of cnnc.
  package var version: String
  /// The spec, the weights, and what the peers were given.
  package var artefacts: [Artefact] = []
  package var results: [Result] = []

  package init(model: String, file: String, weights: String, samples: Int, version: String) {
    (self.model, self.file, self.weights) = (model, file, weights)
    (self.samples, self.version) = (samples, version)
  }

  // MARK: For a person

  package var text: String {
    var text = "\(model) · \(weights) · \(samples) \(samples == 1 ? "sample" : "samples")\n\n"
    text += Self.line("engine", "compared", "difference", "limit", "")
    for result in results {
      switch result {
      case .compared(let report): text += Self.lines(report)
      case .failed(let engine, let reason):
        text += Self.line(engine.title, "", "", "", "failed")
        for line in reason.split(separator: "\n") { text += "    \(line)\n" }
      case .skipped(let engine, let reason): text += Self.line(engine.title, "", "", "", "skipped: \(reason)")
      }
    }
    return text
  }

  private static func lines(_ report: PeerReport) -> String {
    let title = "\(report.engine.title) \(report.version)"
    var parts = report.outputs.map { ($0.name, [$0]) }
    if !report.layers.isEmpty {
      parts.append((count(report.layers.count, "layer"), report.layers.map(\.difference)))
    }
    if let training = report.training {
      parts.append((count(training.losses.count, "loss", "losses"), training.losses))
      parts.append((count(training.gradients.count, "gradient"), training.gradients))
      parts.append((count(training.tensors.count, "trained tensor"), training.tensors))
    }
    var text = ""
    for (index, part) in parts.filter({ !$0.1.isEmpty }).enumerated() {
      guard let worst = part.1.worst else { continue }
      let verdict = !worst.isWithin ? "DIFFERENT" : part.1.nothing.map { "\($0.rawValue), nothing compared" } ?? "equal"
      text += line(
        index == 0 ? title : "", part.0, worst.shapes == nil ? scientific(worst.judged.error) : "shapes",
        scientific(worst.judged.limit), verdict)
      if !worst.isWithin { text += "    \(sentence(worst, of: part.1.count))\n" }
    }
    if let training = report.training, training.hasNoGradient, training.gradients.isEmpty {
      text += line("", "0 gradients", "", "", "nothing compared")
    }
    text += note(on: report.layers)
    if let training = report.training { text += note(on: training) }
    if let fault = report.firstFault {
      text += "    the first layer that differs: \(fault.difference.name), \(fault.keyword), at \(fault.place)\n"
      if !fault.unseen.isEmpty {
        text += "    or one before it whose value is not shown: \(fault.unseen.joined(separator: ", "))\n"
      }
    } else if !report.layers.isEmpty, report.outputs.contains(where: { !$0.isWithin }) {
      text += "    no layer that could be looked at differs, so the difference comes behind them or between\n"
    }
    return text
  }

  /// What layers are judged by where rounding before them comes to more than is allowed.
  private static func note(on layers: [LayerDifference]) -> String {
    let judged = layers.map(\.difference).filter { $0.step != nil && $0.isWithin }
    guard let worst = judged.max(by: { $0.error < $1.error }) else { return "" }
    let (verb, them, they) = judged.count == 1 ? ("differs", "it", "it makes") : ("differ", "them", "they make")
    return "    \(count(judged.count, "layer")) \(verb) by up to \(scientific(worst.error)) through rounding before "
      + "\(them); of the same values \(they) the same\n"
  }

  /// What training is judged by where rounding comes to more than is allowed.
  private static func note(on training: TrainingDifferences) -> String {
    func most(_ differences: [Difference]) -> (count: Int, error: String)? {
      let judged = differences.filter { $0.step != nil && $0.isWithin && $0.error > $0.limit }
      return judged.map(\.error).max().map { (judged.count, scientific($0)) }
    }
    var text = training.leftOut.map { "    a loss is left out, for it has other labels: \($0)\n" }.joined()
    let places: [(Difference.Step.Manner?, String)] = [
      (nil, "in double precision"), (.direct, "by definition"), (.beside, "of tensors beside"),
    ]
    for (manner, place) in places {
      guard let (count, error) = most(training.gradients.filter { $0.step?.manner == manner }) else { continue }
      let (verb, are) = count == 1 ? ("differs", "it is") : ("differ", "they are")
      text += "    \(Self.count(count, "gradient")) \(verb) by up to \(error) through rounding; "
      text += "\(place) \(are) the same\n"
    }
    let parts = [
      most(training.losses).map { (Self.count($0.count, "loss", "losses"), $0) },
      most(training.tensors).map { (Self.count($0.count, "trained tensor"), $0) },
    ].compactMap { $0 }
    guard !parts.isEmpty else { return text }
    let list = parts.map { "\($0.0) by up to \($0.1.error)" }.joined(separator: ", ")
    text += "    rounding grows from step to step: \(list);\n"
    text += "    each step by itself makes the same of the same tensors\n"
    let manners: [(Difference.Step.Manner, String)] = [
      (.direct, "by definition, for Winograd's method rounds more"),
      (.beside, "of tensors beside, for a number next to 0 turns by rounding"),
    ]
    for (manner, reason) in manners {
      let counts = [
        (training.losses, "loss", "losses"), (training.tensors, "trained tensor", "trained tensors"),
      ].map { differences, noun, plural in
        (differences.count { $0.step?.manner == manner && $0.isWithin }, noun, plural)
      }
      for (number, noun, plural) in counts where number > 0 {
        text += "    \(count(number, noun, plural)) \(reason)\n"
      }
    }
    return text
  }

  private static func sentence(_ worst: Difference, of count: Int) -> String {
    let name = count > 1 ? "\(worst.name): " : ""
    if let shapes = worst.shapes {
      let (ours, theirs) = (shapes[0].map(String.init), shapes[1].map(String.init))
      return "\(name)the shape is \(theirs.joined(separator: "×")), and cnnc's is \(ours.joined(separator: "×"))"
    }
    if worst.error == .infinity { return "\(name)it is missing, or a number on one side and none on the other" }
    return "\(name)the largest difference is \(scientific(worst.judged.error)) of the largest element"
  }

  private static func count(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? "\(noun)s")"
  }

  private static func line(_ columns: String...) -> String {
    let widths = [26, 22, 12, 10, 0]
    var text = ""
    for (column, width) in zip(columns, widths) {
      text += column + String(repeating: " ", count: max(width == 0 ? 0 : 1, width - column.count))
    }
    while text.last == " " { text.removeLast() }
    return text + "\n"
  }

  /// A small number with two digits, `3.1e-07`.
  static func scientific(_ value: Double) -> String {
    guard value.isFinite else { return "infinite" }
    guard value > 0 else { return "0" }
    var (mantissa, exponent) = (value, 0)
    while mantissa >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 0.995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    let tenths = Int((mantissa * 10).rounded())
    let digits = "\(abs(exponent))"
    return "\(tenths / 10).\(tenths % 10)e\(exponent < 0 ? "-" : "+")\(digits.count < 2 ? "0" : "")\(digits)"
  }

  // MARK: As a certificate

  package var json: JSONValue {
    .block([
      ("cnnc", .string(version)), ("model", .string(model)), ("spec", .string(file)), ("weights", .string(weights)),
      ("samples", .int(samples)),
      (
        "sha256",
        .block(artefacts.map { ($0.name, .string($0.digest)) })
      ),
      ("peers", .lines(results.map(Self.json))),
    ])
  }

  private static func json(_ result: Result) -> JSONValue {
    switch result {
    case .failed(let engine, let reason):
      .object(("engine", .string(engine.rawValue)), ("verdict", .string("failed")), ("reason", .string(reason)))
    case .skipped(let engine, let reason):
      .object(("engine", .string(engine.rawValue)), ("verdict", .string("skipped")), ("reason", .string(reason)))
    case .compared(let report):
      .block(
        [
          ("engine", .string(report.engine.rawValue)), ("version", .string(report.version)),
          ("verdict", .string(report.verdict.rawValue)),
          ("first_difference", report.firstFault.map(json)),
          ("outputs", .lines(report.outputs.map { json($0) })),
          ("layers", report.layers.isEmpty ? nil : .lines(report.layers.map(json))),
          ("losses", report.training.map { .lines($0.losses.map { json($0) }) }),
          ("gradients", report.training.map { .lines($0.gradients.map { json($0) }) }),
          ("trained_tensors", report.training.map { .lines($0.tensors.map { json($0) }) }),
          ("left_out", report.training.flatMap { $0.leftOut.isEmpty ? nil : .array($0.leftOut.map { .string($0) }) }),
        ].compactMap { key, value in value.map { (key, $0) } })
    }
  }

  private static func json(_ step: Difference.Step) -> JSONValue {
    let numbers: [(String, JSONValue)] = [("difference", .double(step.error)), ("limit", .double(step.limit))]
    return .object(numbers + (step.manner.map { [("manner", .string($0.rawValue))] } ?? []))
  }

  private static func json(_ layer: LayerDifference) -> JSONValue {
    var members: [(String, JSONValue)] = [("kind", .string(layer.keyword)), ("place", .string(layer.place))]
    if !layer.unseen.isEmpty { members.append(("unseen", .array(layer.unseen.map { .string($0) }))) }
    return json(layer.difference, members)
  }

  private static func json(_ difference: Difference, _ more: [(String, JSONValue)] = []) -> JSONValue {
    let numbers: [(String, JSONValue?)] = [
      ("difference", difference.shapes == nil ? .double(difference.error) : nil),
      ("limit", .double(difference.limit)), ("deviation", difference.deviation.map { .double($0) }),
      ("rounding", difference.rounding.map { .double($0) }), ("of_same_values", difference.step.map(json)),
      ("nothing_compared", difference.nothing.map { .string($0.rawValue) }),
      ("shapes", difference.shapes.map { .array($0.map { .ints($0) }) }),
    ]
    return .object(
      [("name", .string(difference.name))] + more + numbers.compactMap { key, value in value.map { (key, $0) } })
  }
}

extension [Difference] {
  /// Why nothing is said by all of them, or by one that is no more than rounding; nil if something is.
  fileprivate var nothing: Difference.Emptiness? {
    if contains(where: { $0.nothing == .rounding }) { return .rounding }
    return allSatisfy(\.isVoid) ? first?.nothing : nil
  }

  /// The one that is furthest beyond its limit, or nearest to it.
  fileprivate var worst: Difference? { self.max { $0.share < $1.share } }
}

extension Difference {
  fileprivate var share: Double { shapes == nil ? judged.error / judged.limit : .infinity }
}
