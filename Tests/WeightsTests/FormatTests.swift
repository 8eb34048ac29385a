import Testing

@testable import Weights

/// What PyTorch, numpy and safetensors have written is read.
@Suite struct FormatTests {
  private static let shapes: [String: [Int]] = [
    "conv.weight": [2, 3, 2, 2], "conv.bias": [2], "bn.running_var": [2], "fc.weight": [3, 4], "scale": [],
  ]

  @Test(
    arguments: [
      ("archive.pth", WeightFile.Format.pytorch), ("legacy.pth", .pytorchLegacy), ("protocol4.pth", .pytorch),
      ("plain.safetensors", .safetensors), ("plain.npz", .npz), ("compressed.npz", .npz),
    ])
  func stateDict(name: String, format: WeightFile.Format) throws {
    let file = try WeightFile.open(fixturePath(name))
    #expect(file.format == format)
    for (name, shape) in Self.shapes {
      #expect(file.info(named: name) == TensorInfo(name: name, shape: shape, type: .float32))
      #expect(try file.float32(named: name) == ramp(shape.reduce(1, *)))
    }
    if format != .npz {
      #expect(file.info(named: "bn.num_batches_tracked")?.type == .int64)
      #expect(throws: WeightError.self) { try file.float32(named: "bn.num_batches_tracked") }
    }
    if name == "compressed.npz" { #expect(try file.float32(named: "zeros") == [Float](repeating: 0, count: 2000)) }
    if name == "plain.safetensors" { #expect(file.metadata == ["format": "pt"]) }
  }

  /// The state_dict of a checkpoint, wrapped twice, its names as DataParallel writes them.
  @Test func wrappedStateDict() throws {
    let file = try WeightFile.open(fixturePath("checkpoint.pth"))
    #expect(file.keys.first == "model.state_dict")
    #expect(file.info(named: "module.fc.weight")?.shape == [3, 4])
    #expect(Set(file.unwrappedNames) == Set(Self.shapes.keys).union(["bn.num_batches_tracked"]))
  }

  @Test(arguments: ["types.pth", "types.safetensors", "types.npz"])
  func types(name: String) throws {
    let file = try WeightFile.open(fixturePath(name))
    for tensor in file.tensors where tensor.type.isFloatingPoint {
      #expect(try file.float32(named: tensor.name) == ramp(12), "\(tensor)")
    }
    #expect(Set(file.tensors.map(\.type)).isSuperset(of: [.float16, .float64]))
  }

  @Test(arguments: ["strided.pth", "strided_legacy.pth"])
  func stridesAndSharedStorages(name: String) throws {
    let file = try WeightFile.open(fixturePath(name))
    let whole = ramp(30)
    var columns: [Float] = []
    for row in 0..<5 { columns.append(contentsOf: whole[(row * 6 + 1)...(row * 6 + 2)]) }
    let everySecond: [Float] = stride(from: 0, to: 30, by: 2).map { whole[$0] }
    #expect(try file.float32(named: "transposed") == ramp(12))
    #expect(try file.float32(named: "columns") == columns)
    #expect(try file.float32(named: "rows") == Array(whole[12..<24]))
    #expect(try file.float32(named: "every_second") == everySecond)
    #expect(try file.float32(named: "parameter") == ramp(4))
    #expect(try file.float32(named: "empty").isEmpty)
  }

  @Test(arguments: [
    ("fortran.npy", "fortran", [2, 3, 4]), ("version2.npy", "version2", [3, 4]), ("version3.npy", "version3", [3, 4]),
  ])
  func arrays(file name: String, tensor: String, shape: [Int]) throws {
    let file = try WeightFile.open(fixturePath(name))
    #expect(file.tensors == [TensorInfo(name: tensor, shape: shape, type: .float32)])
    #expect(try file.float32(named: tensor) == ramp(shape.reduce(1, *)))
  }

  @Test func foreignFormatsAreNamed() {
    expectError(Array("something else".utf8), .unknownFormat, "formats known")
    expectError([0x89] + Array("HDF\r\n\u{1A}\n".utf8), .unknownFormat, "HDF5")
    expectError(Array("version https://git-lfs.github.com/spec/v1\n".utf8), .unknownFormat, "Git LFS")
    expectError(Array("<!DOCTYPE html>".utf8), .unknownFormat, "web page")
    expectError([0x80, 2, 0x7D, 0x2E], .unknownFormat, "pickle")
  }

  @Test func whatIsNoFileIsNotRead() {
    #expect(throws: WeightError(.unreadable, file: "/nonexistent", "cannot be opened: no such file or directory")) {
      try WeightFile.open("/nonexistent")
    }
    #expect(throws: WeightError(.unreadable, file: "/", "is a folder")) { try WeightFile.open("/") }
    #expect(throws: WeightError(.unreadable, file: "/dev/zero", "is no regular file")) {
      try WeightFile.open("/dev/zero")
    }
  }

  @Test func halvesConvertBothWays() {
    for bits in UInt16.min...UInt16.max {
      let value = FloatConversion.float(half: bits)
      if value.isNaN {
        #expect(FloatConversion.float(half: FloatConversion.half(value)).isNaN)
      } else if FloatConversion.half(value) != bits {
        Issue.record("0x\(String(bits, radix: 16)) becomes \(value)")
      }
    }
    // Ties go to the even neighbour: 1 + 2⁻¹¹ is between 1 and 1 + 2⁻¹⁰.
    #expect(FloatConversion.half(1 + 0x1p-11) == 0x3C00)
    #expect(FloatConversion.half(1 + 3 * 0x1p-11) == 0x3C02)
    #expect(FloatConversion.half(65519.99) == 0x7BFF)
    #expect(FloatConversion.half(65520) == 0x7C00)
    #expect(FloatConversion.half(-0x1p-25) == 0x8000)
    #expect(FloatConversion.half(-0x1.8p-25) == 0x8001)
    #expect(FloatConversion.half(0x1.FFFp-15) == 0x0400)
  }

  /// Numbers of float64 that float32 does not reach are no infinities of the file's, and are not made some.
  @Test func numbersBeyondFloat32AreRefused() throws {
    let header = #"{"w":{"dtype":"F64","shape":[3],"data_offsets":[0,24]}}"#
    let bytes =
      header.utf8.count.littleEndianBytes + Array(header.utf8)
      + [1, 1e300, Double.infinity].flatMap(\.bitPattern.littleEndianBytes)
    let file = try WeightFile(bytes: bytes, name: "x")
    let statistics = try file.statistics(named: "w")
    #expect(statistics.flag == "1 infinite, 1 beyond float32" && !statistics.isFinite && statistics.max == 1)
    let error = #expect(throws: WeightError.self) { try file.float32(named: "w") }
    #expect(error?.message == "has 1 of 3 numbers beyond the range of float32")
    #expect(throws: WeightError.self) { try file.tensor(named: "w") }
  }
}
