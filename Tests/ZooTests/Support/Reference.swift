import Foundation

/// What PyTorch says of an architecture; `scripts/record_reference.py` writes the files and says what is in them.
struct Reference: Sendable {
  struct Module: Sendable {
    var name: String
    var kind: String
    var output: [Int]
    var parameters: Int
    var macs: Int
    var tensors: [String: [Int]]
  }

  var input: [Int] = []
  var figures: [String: Int] = [:]
  var modules: [Module] = []

  /// Every tensor's shape by its name.
  var tensors: [String: [Int]] {
    var result: [String: [Int]] = [:]
    for module in modules {
      for (name, shape) in module.tensors { result["\(module.name).\(name)"] = shape }
    }
    return result
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures")

  /// The architectures that there are figures of.
  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(".txt".count)) }.sorted()
  }()

  init(_ name: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: "\(name).txt"), encoding: .utf8)
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words[0] == "input" {
        input = Self.shape(words[1])
      } else if words.count == 2 {
        figures[words[0]] = Int(words[1])
      } else {
        let tensors = words[5...].map { $0.split(separator: "=").map(String.init) }
        modules.append(
          Module(
            name: words[0], kind: words[1], output: Self.shape(words[2]), parameters: Int(words[3]) ?? -1,
            macs: Int(words[4]) ?? -1,
            tensors: Dictionary(uniqueKeysWithValues: tensors.map { ($0[0], Self.shape($0[1])) })))
      }
    }
  }

  private static func shape(_ text: String) -> [Int] { text.split(separator: "x").compactMap { Int($0) } }
}
