import ArgumentParser
import Datasets
import JSON
import Training
import TrainingRuns

/// What a test gave, as text or JSON.
struct EvaluationReport {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
  }

  /// How the classes set against each other are written.
  enum ConfusionFormat: String, OutputFormat {
    case csv
    case svg

    static let standard = csv
    static let endings: [String: ConfusionFormat] = ["txt": .csv]
  }

  private let set: Dataset
  let measures: TrainingMeasures
  /// Which loss is measured, as recipes call it.
  let loss: String
  private let tally: Tally
  private let confusion: ConfusionTable?
  private let worst: [TestRun.Outcome]

  init(
    _ set: Dataset, classes: Int, _ measures: TrainingMeasures, _ outcomes: [TestRun.Outcome], loss: String, worst: Int
  ) {
    (self.set, self.measures, self.loss) = (set, measures, loss)
    var tally = Tally(classes: classes)
    var confusion = ConfusionTable(set.classes, classes: classes)
    for outcome in outcomes {
      tally.count(outcome.labels, as: outcome.predicted)
      if !set.hasSeveralLabels { confusion?.count(outcome.labels[0], as: outcome.predicted[0]) }
    }
    (self.tally, self.confusion) = (tally, confusion)
    let wrong = outcomes.filter { $0.labels != $0.predicted }
    self.worst = Array(wrong.sorted { ($1.loss, $0.place) < ($0.loss, $1.place) }.prefix(worst))
  }

  /// A class's name; a number for one that the set does not have.
  private func name(_ label: Int) -> String { label < set.classes.count ? set.classes[label] : String(label) }

  /// The names of classes; `nothing` for none.
  private func names(_ labels: [Int]) -> String {
    labels.isEmpty ? "nothing" : labels.map(name).joined(separator: ", ")
  }

  private var averagePrecisions: [Double?] { measures.several?.averagePrecisions ?? [] }

  func text(_ format: Format) -> String {
    switch format {
    case .text: text
    case .json: json.text + "\n"
    }
  }

  private var text: String {
    func percent(_ share: Double?) -> String { share.map { TrainingLog.rounded(100 * $0, places: 2) + " %" } ?? "–" }
    let scores =
      measures.several.map {
        "mAP \(percent($0.meanAveragePrecision)), F1 \(percent($0.microF1)), exact \(percent(measures.exactMatch))"
      } ?? "top-1 \(percent(measures.top1)), top-5 \(percent(measures.top5))"
    var lines = [
      "\(measures.images) images: loss \(TrainingLog.rounded(measures.meanLoss, places: 4)) (\(loss)), \(scores)", "",
    ]
    var rows = [["class", "images", "precision", "recall"] + (measures.several == nil ? [] : ["AP"])]
    for (label, count) in set.classCounts.enumerated() where count > 0 {
      rows.append(
        [name(label), String(count), percent(tally.precision(of: label)), percent(tally.recall(of: label))]
          + (measures.several == nil ? [] : [percent(averagePrecisions[label])]))
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + space : space + cell
      }
      lines.append("  " + cells.joined(separator: "  "))
    }
    if !confusions.isEmpty { lines += ["", "most often taken for another:"] }
    for (label, predicted, count) in confusions { lines.append("  \(count) × \(name(label)) for \(name(predicted))") }
    if !worst.isEmpty { lines += ["", "most wrong:"] }
    for outcome in worst {
      lines.append(
        "  \(set.name(of: outcome.place)): \(names(outcome.labels)), taken for \(names(outcome.predicted)), loss "
          + TrainingLog.rounded(outcome.loss, places: 2))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The pairs of classes that were mistaken most often; none of images with several labels.
  private var confusions: [(label: Int, predicted: Int, count: Int)] {
    guard measures.several == nil else { return [] }
    let pairs = tally.mistakes.map { (label: $0.key.label, predicted: $0.key.predicted, count: $0.value) }
    return Array(pairs.sorted { ($1.count, $0.label, $0.predicted) < ($0.count, $1.label, $1.predicted) }.prefix(10))
  }

  private var json: JSONValue {
    let classes = set.classCounts.enumerated().map { label, count -> JSONValue in
      .object(
        ("name", .string(name(label))), ("images", .int(count)),
        ("precision", tally.precision(of: label).map { .double($0) }),
        ("recall", tally.recall(of: label).map { .double($0) }),
        ("average_precision", averagePrecisions.isEmpty ? nil : averagePrecisions[label].map { .double($0) }))
    }
    let wrong = worst.map { outcome -> JSONValue in
      let image: (String, JSONValue?) = ("image", .string(set.name(of: outcome.place)))
      guard measures.several != nil else {
        return .object(
          image, ("class", .string(name(outcome.labels[0]))), ("predicted", .string(name(outcome.predicted[0]))),
          ("loss", .double(outcome.loss)))
      }
      func list(_ labels: [Int]) -> JSONValue { .array(labels.map { .string(name($0)) }) }
      return .object(
        image, ("classes", list(outcome.labels)), ("predicted", list(outcome.predicted)),
        ("loss", .double(outcome.loss)))
    }
    let scores: [(String, JSONValue)] =
      measures.several.map {
        [
          ("map", $0.meanAveragePrecision.map { .double($0) } ?? .null), ("f1", .double($0.microF1)),
          ("exact", .double(measures.exactMatch ?? 0)),
        ]
      } ?? [("top1", .double(measures.top1)), ("top5", .double(measures.top5))]
    var members: [(String, JSONValue)] = [
      ("images", .int(measures.images)), ("loss", .double(measures.meanLoss)), ("loss_function", .string(loss)),
    ]
    members += scores
    members += [("classes", .lines(classes)), ("worst", .lines(wrong))]
    return .block(members)
  }

  /// Writes how often each class was taken for each, in the format that the file's ending stands for.
  ///
  /// - Throws: `TrainingRunError` if there are too many classes, `ExitCode` if the file cannot be written.
  func writeConfusion(to path: String) throws {
    let format = try ConfusionFormat.chosen(nil, output: path, asking: nil)
    guard let text = format == .svg ? confusion?.svg : confusion?.csv else {
      throw TrainingRunError("\(path): \(tally.classes) classes are too many to be set against each other")
    }
    try writeOutput(text, to: path)
  }
}

/// Sums over a test's images that stay small with many classes.
private struct Tally {
  /// A class and what it was taken for.
  struct Mistake: Hashable {
    var label: Int
    var predicted: Int
  }

  /// Images of each class, images taken for each, and those of both.
  private var own: [Int]
  private var taken: [Int]
  private var right: [Int]
  private(set) var mistakes: [Mistake: Int] = [:]

  var classes: Int { own.count }

  init(classes: Int) {
    own = Array(repeating: 0, count: classes)
    (taken, right) = (own, own)
  }

  /// Counts an image; of one class, that it was taken for another too.
  mutating func count(_ labels: [Int], as predicted: [Int]) {
    for label in labels {
      own[label] += 1
      if predicted.contains(label) { right[label] += 1 }
    }
    for label in predicted { taken[label] += 1 }
    if labels.count == 1, predicted.count == 1, labels != predicted {
      mistakes[Mistake(label: labels[0], predicted: predicted[0]), default: 0] += 1
    }
  }

  /// The share of the images taken for a class that are of it; nil if there are none.
  func precision(of label: Int) -> Double? { taken[label] == 0 ? nil : Double(right[label]) / Double(taken[label]) }

  /// The share of a class's images that were taken for it; nil if there are none.
  func recall(of label: Int) -> Double? { own[label] == 0 ? nil : Double(right[label]) / Double(own[label]) }
}
