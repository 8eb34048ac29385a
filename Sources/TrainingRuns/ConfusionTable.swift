import Training

/// How often each class was taken for each other, with the classes' names, as a table and as a picture.
package struct ConfusionTable: Sendable {
  /// The most classes that a table is made of: its size is their square.
  package static let largest = 4096
  /// The most classes that can be told apart in a picture.
  private static let largestPicture = 256

  private let names: [String]
  private var matrix: ConfusionMatrix

  /// A table of zeros; nil for more classes than one can be of.
  ///
  /// - Parameters:
  ///   - names: Of the classes; those beyond have numbers.
  ///   - classes: How many there are.
  package init?(_ names: [String], classes: Int) {
    guard classes <= Self.largest else { return nil }
    self.names = (0..<classes).map { $0 < names.count ? names[$0] : String($0) }
    matrix = ConfusionMatrix(classes: classes)
  }

  /// Counts an image of a class that was taken for another, or itself.
  package mutating func count(_ label: Int, as predicted: Int) { matrix.count(label, as: predicted) }

  /// Comma-separated values: a row for each class that images are of, a column for each that they were taken for.
  package var csv: String {
    func quoted(_ text: String) -> String {
      // Looked for as scalars, for a carriage return before a line feed is one character with it.
      guard text.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else { return text }
      return "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
    }
    let labels = names.indices
    var text = "class," + names.map(quoted).joined(separator: ",") + "\n"
    for label in labels {
      text += quoted(names[label]) + "," + labels.map { String(matrix[label, $0]) }.joined(separator: ",") + "\n"
    }
    return text
  }

  /// The same as a picture, SVG: the darker a field, the larger the part of its row; nil for too many classes.
  ///
  /// It stands on the page's own ground, light or dark.
  package var svg: String? {
    let count = names.count
    guard 1...Self.largestPicture ~= count else { return nil }
    let side = count <= 12 ? 40 : count <= 40 ? 22 : 8
    let labels = names.map { Self.shortened($0) }
    let hasLabels = side >= 12
    let margin = hasLabels ? 30 + 7 * (labels.map(\.count).max() ?? 0) : 30
    let size = margin + count * side + 20
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size) \(size)" font-family="sans-serif" \
      font-size="\(side >= 40 ? 12 : 10)" fill="#808080">
      <rect x="\(margin)" y="\(margin)" width="\(count * side)" height="\(count * side)" fill="none" stroke="#808080" \
      stroke-opacity="0.5"/>
      <text x="\(margin)" y="16">taken for</text>
      <text x="16" y="\(margin)" transform="rotate(-90 16 \(margin))" text-anchor="end">class</text>

      """
    for label in names.indices {
      let total = names.indices.reduce(0) { $0 + matrix[label, $1] }
      for predicted in names.indices where matrix[label, predicted] > 0 {
        let number = matrix[label, predicted]
        let (x, y) = (margin + predicted * side, margin + label * side)
        let color = label == predicted ? "#2b7fd9" : "#d9822b"
        let share = TrainingLog.rounded(0.1 + 0.9 * Double(number) / Double(total), places: 3)
        let title = Self.escaped("\(names[label]) taken for \(names[predicted]): \(number) of \(total)")
        text +=
          "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(side)\" height=\"\(side)\" fill=\"\(color)\" fill-opacity=\"\(share)\">"
          + "<title>\(title)</title></rect>\n"
        guard side >= 22, number < (side >= 40 ? 100_000 : 1000) else { continue }
        text +=
          "<text x=\"\(x + side / 2)\" y=\"\(y + side / 2 + 4)\" text-anchor=\"middle\" fill=\"currentColor\">\(number)</text>\n"
      }
      guard hasLabels else { continue }
      let middle = margin + label * side + side / 2 + 4
      let name = Self.escaped(labels[label])
      text += "<text x=\"\(margin - 6)\" y=\"\(middle)\" text-anchor=\"end\">\(name)</text>\n"
      text +=
        "<text x=\"\(middle)\" y=\"\(margin - 6)\" transform=\"rotate(-90 \(middle) \(margin - 6))\">\(name)</text>\n"
    }
    return text + "</svg>\n"
  }

  private static func shortened(_ name: String) -> String { name.count > 24 ? name.prefix(23) + "…" : name }

  /// A text as XML takes it; what XML does not allow is left out.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default:
        let isAllowed = scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.value & 0xFFFE != 0xFFFE
        if isAllowed { result.unicodeScalars.append(scalar) }
      }
    }
  }
}
