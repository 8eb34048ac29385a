/// The curves of a run as a picture: losses on the left, top-1 accuracies or F1 scores on the right, over the
/// epochs.
struct TrainingCurves {
  /// A line of points that are there.
  private struct Series {
    var name: String
    var color: String
    var points: [(epoch: Double, value: Double)]
  }

  private static let (width, height, gap, margin) = (360.0, 220.0, 70.0, 56.0)
  private let training: [(epoch: Double, loss: Double?, top1: Double?)]
  private let testing: [(epoch: Double, loss: Double?, top1: Double?)]
  /// What stands over the right panel.
  private let title: String

  init(_ log: TrainingLog) {
    let lines: [[Double?]] = log.lines.map { line in
      line.text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    }
    let rows = lines.filter { $0.count > 9 && $0[0] != nil }
    training = rows.map { ($0[0] ?? 0, $0[5], $0[6]) }
    // Of several labels an image, what training has too.
    let column = log.hasSeveralLabels ? 9 : 8
    testing = rows.map { ($0[0] ?? 0, $0[7], $0[column]) }
    title = log.hasSeveralLabels ? "F1" : "top-1"
  }

  /// The picture, as SVG; it stands on the page's own ground, light or dark.
  var svg: String {
    let (width, height) = (2 * Self.width + Self.gap + 2 * Self.margin, Self.height + 2 * Self.margin)
    let losses = [
      Series(
        name: "training", color: "#d9822b", points: training.compactMap { row in row.loss.map { (row.epoch, $0) } }),
      Series(name: "tested", color: "#2b7fd9", points: testing.compactMap { row in row.loss.map { (row.epoch, $0) } }),
    ]
    let accuracies = [
      Series(
        name: "training", color: "#d9822b",
        points: training.compactMap { row in row.top1.map { (row.epoch, 100 * $0) } }),
      Series(
        name: "tested", color: "#2b7fd9", points: testing.compactMap { row in row.top1.map { (row.epoch, 100 * $0) } }),
    ]
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.text(width)) \(Self.text(height))" \
      font-family="sans-serif" font-size="12" fill="#808080">
      \(panel("loss", losses, left: Self.margin, unit: ""))\
      \(panel(title, accuracies, left: Self.margin + Self.width + Self.gap, unit: " %"))</svg>

      """
  }

  private func panel(_ title: String, _ series: [Series], left: Double, unit: String) -> String {
    let values = series.flatMap { $0.points.map(\.value) }.filter(\.isFinite)
    let last = max(2, (training.last?.epoch ?? 1))
    let ticks = Self.ticks(values.min() ?? 0, values.max() ?? 1)
    let (low, high) = (ticks.first ?? 0, ticks.last ?? 1)
    func x(_ epoch: Double) -> Double { left + (epoch - 1) / (last - 1) * Self.width }
    func y(_ value: Double) -> Double { Self.margin + (high - value) / (high - low) * Self.height }
    var body =
      "<text x=\"\(Self.text(left))\" y=\"\(Self.text(Self.margin - 24))\" font-weight=\"bold\">\(title)</text>\n"
    for tick in ticks {
      body +=
        "<path d=\"M\(Self.text(left)) \(Self.text(y(tick)))h\(Self.text(Self.width))\" stroke=\"#808080\" "
        + "stroke-opacity=\"0.3\"/>\n<text x=\"\(Self.text(left - 6))\" y=\"\(Self.text(y(tick) + 4))\" "
        + "text-anchor=\"end\">\(Self.text(tick))\(unit)</text>\n"
    }
    for (epoch, anchor) in [(1.0, "start"), (last, "end")] {
      body +=
        "<text x=\"\(Self.text(x(epoch)))\" y=\"\(Self.text(Self.margin + Self.height + 20))\" "
        + "text-anchor=\"\(anchor)\">epoch \(Self.text(epoch))</text>\n"
    }
    for (index, line) in series.enumerated() where !line.points.isEmpty {
      let points = line.points.filter(\.value.isFinite).map { "\(Self.text(x($0.epoch))),\(Self.text(y($0.value)))" }
      body +=
        "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"\(line.color)\" stroke-width=\"2\"/>\n"
      body += points.map { point in
        let place = point.split(separator: ",")
        return "<circle cx=\"\(place[0])\" cy=\"\(place[1])\" r=\"2.5\" fill=\"\(line.color)\"/>\n"
      }.joined()
      body +=
        "<text x=\"\(Self.text(left + 80 + 90 * Double(index)))\" y=\"\(Self.text(Self.margin - 24))\" "
        + "fill=\"\(line.color)\">\(line.name)</text>\n"
    }
    return body
  }

  /// Round numbers, at most seven, that a range lies between.
  static func ticks(_ low: Double, _ high: Double) -> [Double] {
    let range = max(high - low, 1e-6 * max(1, abs(high)))
    var step = 1e-9
    let factors = [2.0, 2.5, 2]
    var index = 0
    while range / step > 5 {
      step *= factors[index % 3]
      index += 1
    }
    let (first, last) = ((low / step).rounded(.down), (high / step).rounded(.up))
    return (0...max(1, Int(min(10, last - first)))).map { (first + Double($0)) * step }
  }

  /// A number with as many digits as a picture needs.
  private static func text(_ number: Double) -> String {
    var digits = TrainingLog.rounded(number, places: 3)
    while digits.contains("."), digits.hasSuffix("0") || digits.hasSuffix(".") {
      if digits.removeLast() == "." { break }
    }
    return digits
  }
}
