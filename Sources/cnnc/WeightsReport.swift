import GraphIR
import Weights

/// What `cnnc weights inspect` prints.
struct WeightsReport {
  struct Row {
    var info: TensorInfo
    /// Nil for integers.
    var statistics: TensorStatistics?
  }

  let file: WeightFile
  let binding: WeightBinding?
  private(set) var rows: [Row] = []

  init(file: WeightFile, binding: WeightBinding?) {
    self.file = file
    self.binding = binding
  }

  /// Reads every tensor.
  ///
  /// - Throws: `WeightError` if one is damaged.
  mutating func readStatistics() throws(WeightError) {
    for info in file.tensors {
      let statistics = info.type.isFloatingPoint ? try file.statistics(named: info.name) : nil
      rows.append(Row(info: info, statistics: statistics))
    }
  }

  /// Whether something does not fit the network, or a tensor has values that are no numbers.
  var hasFindings: Bool { binding?.isComplete == false || rows.contains { $0.statistics?.isFinite == false } }

  var elements: Int { rows.reduce(0) { $0 + $1.info.count } }
  var bytes: Int { rows.reduce(0) { $0 + $1.info.byteCount } }

  /// The table, the totals and what does not fit.
  ///
  /// - Parameter width: what the table keeps to where it can, by leaving out columns of statistics; nil for all of them.
  func text(width: Int? = nil) -> String {
    var lines = [["tensor", "shape", "type", "bytes", "min", "mean", "max", "std", ""]]
    for row in rows {
      let shape = row.info.shape.map(String.init).joined(separator: "×")
      var line = [shortened(row.info.name), shape.isEmpty ? "scalar" : shape, row.info.type.rawValue]
      line.append(String(row.info.byteCount))
      if let statistics = row.statistics {
        line += [statistics.min, statistics.mean, statistics.max, statistics.standardDeviation].map(short)
        line.append(statistics.flag)
      } else {
        line += ["", "", "", "", ""]
      }
      lines.append(line)
    }
    var text = table(
      lines, isNumeric: [false, false, false, true, true, true, true, true, false], width: width ?? .max)
    let flagged = rows.count { $0.statistics?.isFinite == false }
    let key = file.keys.first.map { $0.isEmpty ? "" : ", under '\(shortened($0))'" } ?? ""
    text += "\n\(file.path): \(file.format.rawValue)\(key), \(counted(rows.count, "tensor")), "
    text += "\(counted(elements, "element")), \(counted(bytes, "byte"))\n"
    if flagged > 0 { text += "\(counted(flagged, "tensor")) with NaN, infinity or numbers beyond float32\n" }
    return text + bindingText
  }

  private var bindingText: String {
    guard let binding else { return "" }
    var names = binding.map.map { "by the map '\($0)'" } ?? "by the network's own names"
    if let wrapping = binding.wrapping { names += ", '\(shortened(wrapping))' taken off the file's" }
    var text = "\(counted(binding.bound.count, "tensor")) bound \(names)"
    if !binding.ignored.isEmpty { text += ", \(binding.ignored.count) passed over" }
    if !binding.allowed.isEmpty { text += ", \(binding.allowed.count) missing as allowed" }
    return text + "\n" + binding.problems().map { $0 + "\n" }.joined()
  }

  /// Four digits are enough to tell a distribution.
  private func short(_ value: Float) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    var exponent = 0
    var scaled = Double(value.magnitude)
    while scaled >= 10 { (scaled, exponent) = (scaled / 10, exponent + 1) }
    while scaled < 1 { (scaled, exponent) = (scaled * 10, exponent - 1) }
    var digits = Int((scaled * 1000).rounded())
    if digits == 10000 { (digits, exponent) = (1000, exponent + 1) }
    let sign = value < 0 ? "-" : ""
    var text = String(digits)
    switch exponent {
    case 0...2:
      text.insert(".", at: text.index(text.startIndex, offsetBy: exponent + 1))
      return sign + text
    case -4...(-1): return sign + "0." + String(repeating: "0", count: -exponent - 1) + text
    default:
      text.insert(".", at: text.index(after: text.startIndex))
      return "\(sign)\(text)e\(exponent)"
    }
  }

  private func table(_ lines: [[String]], isNumeric: [Bool], width: Int) -> String {
    let widths = isNumeric.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    var columns = isNumeric.indices.filter { widths[$0] > 0 }
    // Standard deviation, mean, smallest and largest, bytes: what else is there says which tensor it is.
    for column in [7, 5, 4, 6, 3] where columns.reduce(-2, { $0 + widths[$1] + 2 }) > width {
      columns.removeAll { $0 == column }
    }
    return lines.map { line in
      var text = ""
      for column in columns {
        let cell = line[column]
        let space = String(repeating: " ", count: widths[column] - cell.count)
        text += (column == 0 ? "" : "  ") + (isNumeric[column] ? space + cell : cell + space)
      }
      while text.last == " " { text.removeLast() }
      return text + "\n"
    }.joined()
  }
}

/// `1 tensor`, `2,048 tensors`.
func counted(_ count: Int, _ what: String) -> String {
  "\(Totals.grouped(count)) \(what)\(count == 1 ? "" : "s")"
}
