import Shapes

@testable import Layers

/// A spec with every kind of layer: the small rows of the table of cases, side by side.
///
/// Each takes its inputs out of one vector, and its output is the network's under a name. The spec is among those that
/// are generated, compiled and run beside the interpreter, so a new kind is by itself.
struct KindsSpec {
  /// The most elements that a row's inputs and output may have together, and the most multiply-accumulates: the code runs
  /// in debug builds too.
  private static let largest = (elements: 20_000, macs: 300_000)

  let text: String
  /// The text files that layers have their tensors from, by name.
  let files: [String: String]

  init() throws {
    var layers: [String] = []
    var outputs: [String] = []
    var files: [String: String] = [:]
    var starts = 0
    let rows = LayerCase.all.filter(Self.isSmall)
    let length = rows.flatMap { parseShapes($0.inputs) }.compactMap(\.elements.value).reduce(0, max) + Self.spread
    for (index, row) in rows.enumerated() {
      let name = "case\(index + 1)"
      var names: [String] = []
      for (number, shape) in parseShapes(row.inputs).enumerated() {
        guard let sizes = shape.values, let count = shape.elements.value else { continue }
        names.append(number == 0 ? "\(name)_in" : "\(name)_in\(number + 1)")
        starts = (starts + 37) % Self.spread
        let slice = "channel_slice: {start: \(starts), channels: \(count)}"
        layers.append(
          sizes.count == 1
            ? "{name: \(names[number]), from: all, \(slice)}"
            : "{name: \(names[number]), from: all, seq: [\(slice), reshape: {shape: \(sizes)}]}")
      }
      var layer = try Self.yaml(row)
      if let file = layer.file { files["\(name).txt"] = Self.numbers(file, row) }
      layer.text = layer.text.replacingFile(with: "\(name).txt")
      let from = names.count == 1 ? names[0] : "[\(names.joined(separator: ", "))]"
      layers.append("{name: \(name), from: \(from), \(layer.text)}")
      outputs.append("\(name): \(name)")
    }
    self.files = files
    text = """
      # Every kind of layer: the small rows of Tests/LayersTests/Support/LayerCases.swift. Do not edit: RECORD_GOLDEN=1 makes
      # the tests write this file anew.
      cnnc: 1
      model: Kinds
      input: {features: \(length)}
      layers:
        - {name: all, identity}
      \(layers.map { "  - \($0)\n" }.joined())
      outputs:
      \(outputs.map { "  \($0)\n" }.joined())
      """
  }

  /// How far apart the beginnings of inputs in the vector are, at most.
  private static let spread = 997

  static func isSmall(_ row: LayerCase) -> Bool {
    let shapes = parseShapes(row.inputs) + [parseShape(row.output)]
    return row.macs <= largest.macs && shapes.compactMap(\.elements.value).reduce(0, +) <= largest.elements
  }

  /// A row's layer as an item of a spec has it, and the name of the file that it reads.
  private static func yaml(_ row: LayerCase) throws -> (text: String, file: String?) {
    guard let declaration = LayerRegistry.declaration(row.keyword) else {
      throw TextError(description: "no kind of layer in '\(row.layer)'")
    }
    var fields: [String] = []
    var file: String?
    for word in row.layer.split(separator: " ").dropFirst() {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let field = declaration.field(named: parts[0]) else {
        throw TextError(description: "'\(word)' is no field of \(row.keyword)")
      }
      let value = try parseValue(parts[1], as: field.type)
      if case .text(let name) = value { file = name }
      if case .text = value { fields.append("\(field.name): FILE") } else { fields.append("\(field.name): \(value)") }
    }
    let list = fields.joined(separator: ", ")
    return (fields.isEmpty ? row.keyword : "\(row.keyword): {\(list)}", file)
  }

  /// Numbers for the tensor of a row that comes from a file: a row of text for each of the tensor's.
  private static func numbers(_ file: String, _ row: LayerCase) -> String {
    let shape = (try? parseLayer(row.layer))?.tensors(for: parseShapes(row.inputs)).first { $0.role == .fixed }?
      .shape
    guard let shape, shape.count == 2 else { return "" }
    return (0..<shape[0]).map { line in
      (0..<shape[1]).map { ($0 * 7 + line * 3) % 5 < 2 ? "1" : "-1" }.joined(separator: " ") + "\n"
    }.joined()
  }
}

extension String {
  /// The text with the place of a file's name filled.
  fileprivate func replacingFile(with name: String) -> String {
    split(separator: "FILE", omittingEmptySubsequences: false).joined(separator: name)
  }
}
