import Diagnostics
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

  @Test(
    "a check reads the files and points at the field that names one",
    arguments: [
      (nil, "m.yaml:6:43", "no such file"), ("1 2 3 4\n1 2 3\n1 2 3 4", "m.yaml:6:43", "codes.txt:2: a row has 4"),
      ("1 x 3 4", "m.yaml:6:43", "'x' is no number"), ("", "m.yaml:6:43", "3 rows"),
      ("1 2 3 4\n1 2 3 1e300\n1 2 3 4", "m.yaml:6:43", "'1e300' is no number"),
    ] as [(String?, String, String)])
  func findings(text: String?, place: String, message: String) throws {
    let files = MemoryFiles(texts: text.map { ["codes.txt": $0] } ?? [:])
    let found = try graph().valueFileFindings(from: files)
    let finding = try #require(found.first)
    let start = finding.span.start
    #expect(found.count == 1 && finding.id == (text == nil ? .unreadableFile : .wrongType))
    #expect("m.yaml:\(start.line):\(start.column)" == place && finding.message.contains(message), "\(finding)")
  }

  @Test("what stands for a layer that training changes, and arrays with numbers that are none, are found too")
  func initialFindings() throws {
    let layer = "{name: c, repeat: 2, conv: {out: 1, kernel: 1, bias: false, init: {file: k.npy}}}"
    let text = "cnnc: 1\nmodel: M\ninput: {channels: 1, size: 2}\nlayers:\n  - \(layer)\n"
    let graph = try #require(Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text])).graph)
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1), }"
    func array(_ value: Float) -> [UInt8] {
      let padded = header + String(repeating: " ", count: 128 - 10 - header.utf8.count - 1) + "\n"
      let bits = value.bitPattern.littleEndian
      return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(padded.utf8.count), 0] + Array(padded.utf8)
        + (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }
    #expect(graph.valueFileFindings(from: MemoryFiles(["k.npy": array(0.5)])).isEmpty)
    for value in [Float.nan, .infinity] {
      let found = graph.valueFileFindings(from: MemoryFiles(["k.npy": array(value)]))
      #expect(found.map(\.message) == ["k.npy: the array holds numbers that are not finite as float32"])
      #expect(found.first?.span.start.line == 5)
    }
  }

  /// A network of layers on four channels, with what it takes from files.
  private func fixed(_ layers: String, files: MemoryFiles = MemoryFiles([:])) throws -> [Graph.FixedTensor] {
    let text = "cnnc: 1\nmodel: M\ninput: {channels: 4, size: 8}\nlayers:\n  - \(layers)\n"
    let graph = try #require(Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text])).graph)
    #expect(
      graph.expectedTensors.filter { $0.need == .optional }.map(\.name)
        == (try graph.fixedTensors(from: files)).map(\.name))
    return try graph.fixedTensors(from: files)
  }

  @Test(
    arguments: [
      ("conv: {out: 1, kernel: 1, bias: false, trainable: false, init: [1, 2, 3, 2 * 2]}", [1, 2, 3, 4]),
      ("conv: {out: 2, kernel: 1, bias: false, trainable: false, init: {range: [3, 7]}}", [3, 4, 5, 6, 3, 4, 5, 6]),
      ("conv: {out: 1, kernel: 1, bias: false, trainable: false, init: ones}", [1, 1, 1, 1]),
      ("scale: {init: {constant: {value: 0.5}}, per: tensor}", [0.5]),
      ("scale: {init: {file: a.txt}}", [1, 2, 3, 4]), ("scale: {init: {file: b.txt}}", [5, 5, 5, 5]),
      (
        "depthwise_conv: {kernel: 2, bias: false, trainable: false, init: {outer: [[1, 3], [1, 1]], sum: 1}}",
        [
          0.125, 0.125, 0.375, 0.375, 0.125, 0.125, 0.375, 0.375, 0.125, 0.125, 0.375, 0.375, 0.125, 0.125, 0.375,
          0.375,
        ]
      ),
      ("linear: {out: 2}", []), ("conv: {out: 1, kernel: 1, trainable: false, init: he_normal}", []),
    ] as [(String, [Float])])
  func valuesOfTheSpec(layer: String, values: [Float]) throws {
    let files = MemoryFiles(texts: ["a.txt": "1 2 3 4", "b.txt": "5"])
    let found = try fixed(layer.hasPrefix("linear") ? "flatten\n  - \(layer)" : layer, files: files)
    #expect(found.flatMap(\.values) == values)
  }

  /// The published filter of antialiased-cnns, one number of 64: 1, 3, 3 or 9.
  @Test func aBlurHasNoTrainableParameters() throws {
    let text = """
      cnnc: 1
      model: BlurPool
      import: [blur_pool.yaml]
      input: {channels: 64, size: 112}
      layers:
        - max_pool: {kernel: 2, stride: 1}
        - BlurPool

      """
    let block = try DiskFiles().read(root + "specs/blocks/blur_pool.yaml", limit: 10_000)
    let files = MemoryFiles(["m.yaml": Array(text.utf8), "blur_pool.yaml": block])
    let graph = try #require(Compilation("m.yaml", files: files).graph)
    let totals = Totals(graph.mainNodes)
    #expect(totals.trainable == 0 && totals.fixed == 64 * 4 * 4)
    let tensor = try #require(graph.fixedTensors(from: MemoryFiles([:])).first)
    #expect(tensor.shape == [64, 1, 4, 4] && tensor.values.count == 1024)
    #expect(tensor.values.suffix(16).map { $0 * 64 } == [1, 3, 3, 1, 3, 9, 9, 3, 3, 9, 9, 3, 1, 3, 3, 1])
    #expect(graph.outputs.map { graph.shape(of: $0.value).values } == [[64, 56, 56]])
  }

  /// An array of numpy, in the tensor's shape but for sizes of one; another shape is refused.
  @Test func arraysOfNumpy() throws {
    func npy(_ shape: String, _ numbers: [Float]) -> [UInt8] {
      var header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }"
      header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
      return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)
        + numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> ($0 * 8)) } }
    }
    let layer = "conv: {out: 2, kernel: 1, bias: false, trainable: false, init: {file: k.npy}}"
    let numbers: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]
    let found = try fixed(layer, files: MemoryFiles(["k.npy": npy("(2, 4)", numbers)]))
    #expect(found.map(\.values) == [numbers])
    let error = #expect(throws: FixedTensorError.self) {
      try fixed(layer, files: MemoryFiles(["k.npy": npy("(4, 2)", numbers)]))
    }
    #expect(error?.description == "k.npy: the array is 4×2, but the tensor of 'conv1' 2×4×1×1")
    let cut = #expect(throws: FixedTensorError.self) {
      try fixed(layer, files: MemoryFiles(["k.npy": npy("(2, 4)", [1])]))
    }
    #expect(cut?.place == "k.npy")
  }

  /// Values for a tensor that is trained are where it begins.
  @Test func trainedTensorsBeginWithGivenValues() throws {
    let text =
      "cnnc: 1\nmodel: M\ninput: {channels: 4, size: 8}\nlayers: [scale: {trainable: true, init: [1, 2, 3, 4]}]\n"
    let graph = try #require(Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text])).graph)
    let tensor = try #require(graph.initialTensors(from: MemoryFiles([:])).first)
    #expect(tensor.initialization.values(count: 4, name: tensor.name, seed: 1) == [1, 2, 3, 4])
    #expect(try graph.fixedTensors(from: MemoryFiles([:])).isEmpty)
  }

  /// ReZero: two linear layers of two features with one learned factor each.
  @Test func oneFactorForAll() throws {
    let text = """
      cnnc: 1
      input: {features: 2}
      layers:
        - residual: [linear: {out: 2}, scale: {by: 0, trainable: true, per: tensor}]
        - residual: [linear: {out: 2}, scale: {by: 0, trainable: true, per: tensor}]
      expect: {params: 14}

      """
    let compilation = Compilation("rezero.yaml", files: MemoryFiles(texts: ["rezero.yaml": text]))
    #expect(compilation.graph != nil && !compilation.hasErrors)
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
