import Frontend
import GraphIR
import NetworkWeights
import SpecLanguage
import Testing

/// Tensors whose values a spec has in a text file.
@Suite struct FixedTensorTests {
  /// A network whose last layer has three centers of four features.
  private func graph(centers: String = "codes.txt", spec: String = "m.yaml") throws -> Graph {
    let text = """
      cnnc: 1
      model: M
      input: {channels: 1, size: 2}
      layers:
        - flatten
        - {name: output, rbf: {out: 3, centers: \(centers)}}

      """
    return try #require(Compilation(spec, files: MemoryFiles(texts: [spec: text])).graph)
  }

  @Test func valuesAreThoseOfTheFile() throws {
    let files = MemoryFiles(texts: ["specs/data/codes.txt": "+1 -1 0.5 2\n\n\t1e3 2  3 4\r\n-0.25 0 0 1"])
    let tensors = try graph(centers: "data/codes.txt", spec: "specs/m.yaml").fixedTensors(from: files)
    #expect(tensors.map(\.name) == ["output.centers"])
    #expect(tensors.map(\.shape) == [[3, 4]])
    #expect(tensors.map(\.values) == [[1, -1, 0.5, 2, 1000, 2, 3, 4, -0.25, 0, 0, 1]])
  }

  @Test func givenValuesAreNotReadAgain() throws {
    #expect(try graph().fixedTensors(besides: ["output.centers"], from: MemoryFiles([:])).isEmpty)
  }

  @Test(arguments: [
    ("1 2 3 4\n1 2 3 4\n", "codes.txt", "there are to be 3 rows of numbers, not 2"),
    ("1 2 3 4\n1 2 3 4\n1 2 3 4\n1 2 3 4\n", "codes.txt", "there are to be 3 rows of numbers, not 4"),
    ("", "codes.txt", "there are to be 3 rows of numbers, not 0"),
    ("1 2 3 4\n1 2 3\n1 2 3 4\n", "codes.txt:2", "a row has 4 numbers, not 3"),
    ("1 2 3 x\n", "codes.txt:1", "'x' is no number"), ("1 2 nan 4\n", "codes.txt:1", "'nan' is no number"),
    ("\n1 2 3 1e99\n", "codes.txt:2", "'1e99' is no number"), ("\u{0}\u{FF}\n", "codes.txt:1", "is no number"),
  ])
  func whatDoesNotFit(text: String, place: String, message: String) throws {
    let graph = try graph()
    let error = #expect(throws: FixedTensorError.self) {
      try graph.fixedTensors(from: MemoryFiles(texts: ["codes.txt": text]))
    }
    #expect(error?.place == place)
    #expect(error?.message.hasSuffix(message) == true, "\(error?.message ?? "")")
  }

  @Test(arguments: ["../codes.txt", "/etc/passwd", "a/../../codes.txt"])
  func filesElsewhereAreNotRead(centers: String) throws {
    let files = MemoryFiles(texts: ["codes.txt": "1", "../codes.txt": "1", "/etc/passwd": "1"])
    for spec in ["m.yaml", "specs/m.yaml"] {
      let graph = try graph(centers: centers, spec: spec)
      let error = #expect(throws: FixedTensorError.self) { try graph.fixedTensors(from: files) }
      #expect(error?.message == "'output' reads a file in the spec's folder or below it only")
    }
  }

  @Test func aFileThatIsNotThereIsNamed() throws {
    let graph = try graph()
    let error = #expect(throws: FixedTensorError.self) { try graph.fixedTensors(from: MemoryFiles([:])) }
    #expect(error?.description == "codes.txt: no such file or directory; 'output' has its values from it")
  }
}
