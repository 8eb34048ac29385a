import Tensors
import Testing

@testable import Weights

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Tensors that are read and those that are mapped, in one file.
@Suite struct FileBytesTests {
  private static let bound = FileBytes.leastMapped / 4
  /// Around the bound, and over several pieces of a system's cache.
  private let counts = [1, bound - 1, bound, bound + 1, (3 << 20) / 4 + 5, 7, 1 << 20, 2]

  private func values(_ place: Int) -> [Float] { (0..<counts[place]).map { Float($0 % 2039 + place) } }

  private func withFile(_ name: String, _ body: (String) throws -> Void) throws {
    let path = temporaryPath(name)
    defer { remove(path) }
    let tensors = counts.indices.map { place in
      WeightWriter.Tensor(name: "t\(place)", shape: [counts[place]]) { () throws(WeightError) in values(place) }
    }
    try WeightWriter.write(tensors, to: path, format: path.hasSuffix("npz") ? .npz : .safetensors)
    try body(path)
  }

  @Test("what has been forgotten comes back, and its neighbours", arguments: ["safetensors", "npz"])
  func forgotten(ending: String) throws {
    try withFile("forgotten.\(ending)") { path in
      let file = try WeightFile.open(path)
      let tensors = try counts.indices.map { try file.tensor(named: "t\($0)") }
      for _ in 0..<2 {
        for (place, tensor) in tensors.enumerated() {
          #expect(tensor.elements == values(place), "t\(place)")
          tensor.forget()
        }
        for tensor in tensors.reversed() { tensor.forget() }
      }
    }
  }

  @Test func fewBytesAreNotMapped() throws {
    try withFile("few.safetensors") { path in
      let file = try FileBytes(mapping: path)
      #expect(file.floats(8..<8 + FileBytes.leastMapped - 4) == nil)
      #expect(file.floats(8..<8 + FileBytes.leastMapped)?.count == Self.bound)
      let last = file.count - 100..<file.count
      #expect(file.withBytes(last) { Array($0) } == file.copy(last))
      #expect(file.withBytes(last.lowerBound..<last.upperBound + 1) { _ in } == nil)
      #expect(file.withBytes(last.lowerBound..<last.lowerBound) { $0.count } == 0)
    }
  }

  @Test("what was read is not the file's memory, wherever it lies")
  func forgottenWhereRead() throws {
    try withFile("read.npz") { path in
      let file = try FileBytes(mapping: path)
      // As if a heap lay on either side of the mapping.
      for count in [100, FileBytes.leastMapped - 1, 8 << 20] {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { bytes.deallocate() }
        bytes.initializeMemory(as: UInt8.self, repeating: 7)
        file.forget(UnsafeRawBufferPointer(bytes))
        #expect(bytes.allSatisfy { $0 == 7 }, "\(count)")
      }
      // The first bytes with what stands before them.
      let part = 0..<FileBytes.leastMapped
      file.withBytes(part) { bytes in
        guard let start = bytes.baseAddress else { return }
        file.forget(UnsafeRawBufferPointer(start: start - 4096, count: part.count))
        #expect(bytes.first == UInt8(ascii: "P"))
      }
    }
  }

  @Test("a file that has become shorter is an error where it is read")
  func shortened() throws {
    try withFile("shortened.safetensors") { path in
      let file = try WeightFile.open(path)
      #expect(truncate(path, 4096) == 0)
      let last = "t\(counts.count - 1)"
      #expect(throws: WeightError(.malformed, file: path, "the file ends before the tensor does", tensor: last)) {
        try file.float32(named: last)
      }
      #expect(throws: WeightError.self) { try file.tensor(named: last) }
    }
  }
}
