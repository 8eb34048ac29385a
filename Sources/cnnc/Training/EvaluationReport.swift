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
  }

  private let set: Dataset
  private let measures: TrainingMeasures
  private let tally: Tally
  private let confusion: ConfusionTable?
  private let worst: [TestRun.Outcome]

  init(_ set: Dataset, classes: Int, _ measures: TrainingMeasures, _ outcomes: [TestRun.Outcome], worst: Int) {
    self.set = set
    self.measures = measures
    var tally = Tally(classes: classes)
    var confusion = ConfusionTable(set.classes, classes: classes)
    for outcome in outcomes {
      tally.count(outcome.label, as: outcome.predicted)
      confusion?.count(outcome.label, as: outcome.predicted)
    }
    (self.tally, self.confusion) = (tally, confusion)
    let wrong = outcomes.filter { $0.label != $0.predicted }
    self.worst = Array(wrong.sorted { ($1.loss, $0.place) < ($0.loss, $1.place) }.prefix(worst))
  }

  /// A class's name; a number for one that the set does not have.
  private func name(_ label: Int) -> String { label < set.classes.count ? set.classes[label] : String(label) }

  func text(_ format: Format) -> String {
    switch format {
    case .text: text
    case .json: json.text + "\n"
    }
  }

  private var text: String {
    func percent(_ share: Double?) -> String { share.map { TrainingLog.rounded(100 * $0, places: 2) + " %" } ?? "–" }
    var lines = [
      "\(measures.images) images: loss \(TrainingLog.rounded(measures.meanLoss, places: 4)), "
        + "top-1 \(percent(measures.top1)), top-5 \(percent(measures.top5))", "",
    ]
    var rows = [["class", "images", "precision", "recall"]]
    for (label, count) in set.classCounts.enumerated() where count > 0 {
      rows.append([
        name(label), String(count), percent(tally.precision(of: label)), percent(tally.recall(of: label)),
      ])
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
        "  \(set.name(of: outcome.place)): \(name(outcome.label)), taken for \(name(outcome.predicted)), loss "
          + TrainingLog.rounded(outcome.loss, places: 2))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The pairs of classes that were mistaken most often.
  private var confusions: [(label: Int, predicted: Int, count: Int)] {
    let pairs = tally.mistakes.map { (label: $0.key.label, predicted: $0.key.predicted, count: $0.value) }
    return Array(pairs.sorted { ($1.count, $0.label, $0.predicted) < ($0.count, $1.label, $1.predicted) }.prefix(10))
  }

  private var json: JSONValue {
    let classes = set.classCounts.enumerated().map { label, count -> JSONValue in
      .object(
        ("name", .string(name(label))), ("images", .int(count)),
        ("precision", tally.precision(of: label).map { .double($0) }),
        ("recall", tally.recall(of: label).map { .double($0) }))
    }
    let wrong = worst.map { outcome -> JSONValue in
      .object(
        ("image", .string(set.name(of: outcome.place))), ("class", .string(name(outcome.label))),
        ("predicted", .string(name(outcome.predicted))), ("loss", .double(outcome.loss)))
    }
    return .block([
      ("images", .int(measures.images)), ("loss", .double(measures.meanLoss)), ("top1", .double(measures.top1)),
      ("top5", .double(measures.top5)), ("classes", .lines(classes)), ("worst", .lines(wrong)),
    ])
  }

  /// Writes how often each class was taken for each, in the format that the file's ending stands for.
  ///
  /// - Throws: `TrainingRunError` if there are too many classes, `ExitCode` if the file cannot be written.
  func writeConfusion(to path: String) throws {
    let format = try ConfusionFormat.chosen(nil, output: path)
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

  mutating func count(_ label: Int, as predicted: Int) {
    own[label] += 1
    taken[predicted] += 1
    if label == predicted {
      right[label] += 1
    } else {
      mistakes[Mistake(label: label, predicted: predicted), default: 0] += 1
    }
  }

  /// The share of the images taken for a class that are of it; nil if there are none.
  func precision(of label: Int) -> Double? { taken[label] == 0 ? nil : Double(right[label]) / Double(taken[label]) }

  /// The share of a class's images that were taken for it; nil if there are none.
  func recall(of label: Int) -> Double? { own[label] == 0 ? nil : Double(right[label]) / Double(own[label]) }
}
