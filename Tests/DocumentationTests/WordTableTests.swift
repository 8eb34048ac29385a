import Diagnostics
import Frontend
import Recipes
import SpecLanguage
import Testing

/// The tables of docs/coming-from-pytorch-and-keras.md: what they say to write here is right.
@Suite("Words of others") struct WordTableTests {
  private static let path = "docs/coming-from-pytorch-and-keras.md"

  /// The code in the cells of the tables' columns with one of some headings.
  private static func cells(_ headings: Set<String>) throws -> [(line: Int, code: String)] {
    let page = try Page(path)
    var result: [(Int, String)] = []
    var column: Int?
    for (number, line) in page.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard line.hasPrefix("| ") || line.hasPrefix("|-") else {
        column = nil
        continue
      }
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
        .map { $0.split(separator: " ").joined(separator: " ") }
      guard let place = column else {
        column = cells.firstIndex { headings.contains($0) } ?? -1
        continue
      }
      guard cells.indices.contains(place) else { continue }
      for match in cells[place].matches(of: /`([^`]+)`/) { result.append((number + 1, String(match.1))) }
    }
    return result
  }

  @Test("every item builds: of maps, of a vector, beside two other layers")
  func items() throws {
    let cells = try Self.cells(["here", "to have Keras's"])
    #expect(cells.count > 80)
    for (line, item) in cells {
      let problems = ["{channels: 64, size: 56}", "{features: 64}"].map { input in
        let text = """
          cnnc: 1
          input: \(input)
          layers:
            - {name: a, \(input.contains("size") ? "conv: {out: 64, kernel: 1}" : "linear: {out: 64}")}
            - {name: b, relu}
            - \(item)
          """
        let compilation = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text + "\n"]))
        return compilation.diagnostics.filter { $0.severity == .error }.map(\.message)
      }
      let builds = problems.contains { $0.isEmpty }
      #expect(builds, "\(Self.path):\(line): \(item): \(problems)")
    }
  }

  @Test("every line of a spec is one")
  func specs() throws {
    let cells = try Self.cells(["in a spec"])
    #expect(cells.count > 5)
    for (line, code) in cells {
      let input = code.hasPrefix("input") ? "" : "input: {channels: 3, size: 32}\n"
      let text = "cnnc: 1\n\(input)\(code)\nlayers: [relu]\n"
      let compilation = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text]))
      let problems = compilation.diagnostics.map(\.message)
      #expect(problems.isEmpty, "\(Self.path):\(line): \(code): \(problems)")
    }
  }

  @Test("every line of a recipe is one")
  func recipes() throws {
    let cells = try Self.cells(["in a recipe"])
    #expect(cells.count > 25)
    for (line, code) in cells {
      var reader = RecipeReader()
      _ = reader.settings(inText: code)
      let problems = reader.diagnostics.sorted.map(\.message)
      #expect(problems.isEmpty, "\(Self.path):\(line): \(code): \(problems)")
    }
  }
}
