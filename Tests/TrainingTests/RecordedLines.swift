import Foundation

/// The lines of a fixture: names, then numbers.
enum RecordedLines {
  /// The numbers of each line under what stands before them: `sgd 0`.
  static func read(_ file: String, names: Int) throws -> [String: [Double]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    var result: [String: [Double]] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      result[words.prefix(names).joined(separator: " ")] = words.dropFirst(names).compactMap(Double.init)
    }
    return result
  }
}
