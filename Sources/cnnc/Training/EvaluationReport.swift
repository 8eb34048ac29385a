import ArgumentParser
import AtomicFiles
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

  private let set: Dataset
  private let measures: TrainingMeasures
  private let matrix: ConfusionMatrix
  private let worst: [TestRun.Outcome]

  init(_ set: Dataset, classes: Int, _ measures: TrainingMeasures, _ outcomes: [TestRun.Outcome], worst: Int) {
    self.set = set
    self.measures = measures
    var matrix = ConfusionMatrix(classes: classes)
    for outcome in outcomes { matrix.count(outcome.label, as: outcome.predicted) }
    self.matrix = matrix
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
        name(label), String(count), percent(matrix.precision(of: label)), percent(matrix.recall(of: label)),
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
    var pairs: [(label: Int, predicted: Int, count: Int)] = []
    for label in 0..<matrix.classes {
      for predicted in 0..<matrix.classes where predicted != label && matrix[label, predicted] > 0 {
        pairs.append((label, predicted, matrix[label, predicted]))
      }
    }
    return Array(pairs.sorted { ($1.count, $0.label, $0.predicted) < ($0.count, $1.label, $1.predicted) }.prefix(10))
  }

  private var json: JSONValue {
    let classes = set.classCounts.enumerated().map { label, count -> JSONValue in
      .object(
        ("name", .string(name(label))), ("images", .int(count)),
        ("precision", matrix.precision(of: label).map { .double($0) }),
        ("recall", matrix.recall(of: label).map { .double($0) }))
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

  /// Writes the matrix: a row for each class that images are of, a column for each that they were given.
  ///
  /// - Throws: `ExitCode` if the file cannot be written.
  func writeConfusion(to path: String) throws {
    func quoted(_ text: String) -> String {
      text.contains { ",\"\n\r".contains($0) }
        ? "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\"" : text
    }
    let labels = 0..<matrix.classes
    var text = "class," + labels.map { quoted(name($0)) }.joined(separator: ",") + "\n"
    for label in labels {
      text += quoted(name(label)) + "," + labels.map { String(matrix[label, $0]) }.joined(separator: ",") + "\n"
    }
    do throws(FileWriteError) {
      var file = try AtomicFileWriter(path)
      try file.write(Array(text.utf8))
      try file.finish()
    } catch {
      standardError("cnnc: \(error.path): \(error.reason)\n")
      throw ExitCode.unusable
    }
  }
}
