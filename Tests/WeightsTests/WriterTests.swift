import Testing

@testable import Weights

@Suite struct WriterTests {
  private func tensors() -> [WeightWriter.Tensor] {
    [
      .init(name: "z \"\\\n.weight", shape: [2, 3]) { () throws(WeightError) in ramp(6) },
      .init(name: "a.bias", shape: [2]) { () throws(WeightError) in ramp(2) },
      .init(name: "scalar", shape: []) { () throws(WeightError) in [1] },
      .init(name: "empty", shape: [0, 4]) { () throws(WeightError) in [] },
    ]
  }

  @Test(arguments: [WeightWriter.Format.safetensors, .npz], [false, true])
  func roundTrip(format: WeightWriter.Format, half: Bool) throws {
    let path = temporaryPath("round-trip-\(half).\(format.rawValue)")
    defer { remove(path) }
    try WeightWriter.write(tensors(), to: path, format: format, half: half)
    let file = try WeightFile.open(path)
    #expect(file.tensors.map(\.name) == tensors().map(\.name))
    for tensor in tensors() {
      #expect(file.info(named: tensor.name)?.shape == tensor.shape)
      #expect(file.info(named: tensor.name)?.type == (half ? .float16 : .float32))
      #expect(try file.float32(named: tensor.name) == tensor.values())
    }
    let first = try bytes(path)
    try WeightWriter.write(tensors(), to: path, format: format, half: half)
    #expect(try bytes(path) == first)
  }

  @Test("a tensor of several pieces is written as one", arguments: [WeightWriter.Format.safetensors, .npz, .npy])
  func largeTensors(format: WeightWriter.Format) throws {
    let count = (1 << 19) + 3
    let values = (0..<count).map { Float($0 % 2039) }
    let tensor = WeightWriter.Tensor(name: "w", shape: [count]) { () throws(WeightError) in values }
    for half in [false, true] {
      let path = temporaryPath("large-\(half).\(format.rawValue)")
      defer { remove(path) }
      try WeightWriter.write([tensor], to: path, format: format, half: half)
      let file = try WeightFile.open(path)
      #expect(try file.float32(named: file.tensors[0].name) == values)
      let sizes = EncodedElements(values, half: half).pieces.map(\.count)
      #expect(sizes.count == 3 && sizes.allSatisfy { $0 <= 1 << 20 } && sizes.reduce(0, +) == count * (half ? 2 : 4))
    }
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    let file = try FileBytes(mapping: path)
    return try #require(file.copy(0..<file.count))
  }

  @Test func whatWasThereStaysWhenWritingFails() throws {
    let path = temporaryPath("kept.safetensors")
    defer { remove(path) }
    try WeightWriter.write(tensors(), to: path, format: .safetensors)
    let before = try bytes(path)
    let wrong = WeightWriter.Tensor(name: "w", shape: [3]) { () throws(WeightError) in [1, 2] }
    #expect(throws: WeightError.self) { try WeightWriter.write(tensors() + [wrong], to: path, format: .safetensors) }
    #expect(try bytes(path) == before)
    // The file beside is gone, or this would fail.
    try WeightWriter.write(tensors(), to: path, format: .safetensors)
  }

  @Test func whatCannotBeWritten() {
    #expect(throws: WeightError.self) { try WeightWriter.write(tensors(), to: "/nonexistent/x.npz", format: .npz) }
    let path = temporaryPath("never.npz")
    #expect(throws: WeightError.self) { try WeightWriter.write(tensors() + tensors(), to: path, format: .npz) }
    #expect(throws: WeightError.self) { try WeightFile.open(path) }
    #expect(WeightWriter.Format(path: "a.pth") == nil && WeightWriter.Format(path: "a.NPZ") == .npz)
  }
}
