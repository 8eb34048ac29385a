/// The log of a run, `log.csv`: a row for each epoch.
package struct TrainingLog: Sendable {
  /// An epoch's figures.
  package struct Row: Hashable, Sendable {
    package var epoch: Int
    package var step: Int
    package var images: Int
    package var seconds: Double
    package var rate: Double
    package var training: TrainingMeasures
    /// Nil where nothing is tested.
    package var validation: TrainingMeasures?
    package var imagesPerSecond: Double
  }

  private(set) var lines: [Line] = []
  /// Whether its rows are of images with several labels each.
  package let hasSeveralLabels: Bool

  struct Line: Hashable, Sendable {
    var step: Int
    var text: String
  }

  /// The names of the columns.
  var heading: String {
    let (training, validation) =
      hasSeveralLabels ? ("train_f1", "val_map,val_f1") : ("train_top1", "val_top1,val_top5")
    return "epoch,step,images,seconds,lr,train_loss,\(training),val_loss,\(validation),images_per_s"
  }

  /// An empty log.
  package init(hasSeveralLabels: Bool = false) { self.hasSeveralLabels = hasSeveralLabels }

  /// What a file holds up to a step; what it says of later ones is not so any more.
  init(_ text: String, upToStep step: Int, hasSeveralLabels: Bool = false) {
    self.hasSeveralLabels = hasSeveralLabels
    for line in text.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count > 1, let place = Int(fields[1]), place <= step else { continue }
      lines.append(Line(step: place, text: String(line)))
    }
  }

  mutating func add(_ row: Row) {
    var fields = [
      String(row.epoch), String(row.step), String(row.images), Self.rounded(row.seconds, places: 1),
      "\(row.rate)", Self.rounded(row.training.meanLoss, places: 6),
      Self.rounded(row.training.several?.microF1 ?? row.training.top1, places: 6),
    ]
    fields +=
      row.validation.map {
        [$0.meanLoss, $0.score, $0.several?.microF1 ?? $0.top5].map { Self.rounded($0, places: 6) }
      } ?? ["", "", ""]
    fields.append(Self.rounded(row.imagesPerSecond, places: 1))
    lines.append(Line(step: row.step, text: fields.joined(separator: ",")))
  }

  /// The top-5 accuracy that was measured after an epoch, from 1, or the F1 score of several labels; nil if none was.
  package func secondScore(afterEpoch epoch: Int) -> Double? {
    for line in lines.reversed() {
      let fields = line.text.split(separator: ",", omittingEmptySubsequences: false)
      if fields.count > 9, Int(fields[0]) == epoch { return Double(fields[9]) }
    }
    return nil
  }

  var text: String { ([heading] + lines.map(\.text)).joined(separator: "\n") + "\n" }

  /// The lines without what a clock says: seconds, and images a second.
  var timelessLines: [String] {
    text.split(separator: "\n").map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      return (fields.prefix(3) + fields.dropFirst(4).dropLast()).joined(separator: ",")
    }
  }

  /// A number with so many digits behind the point.
  package static func rounded(_ number: Double, places: Int) -> String {
    guard number.isFinite, abs(number) < 1e15 else { return "\(number)" }
    let scale = (0..<places).reduce(1.0) { product, _ in product * 10 }
    let whole = Int((abs(number) * scale).rounded())
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let sign = number < 0 && whole > 0 ? "-" : ""
    return places == 0 ? sign + padded : "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
  }
}
