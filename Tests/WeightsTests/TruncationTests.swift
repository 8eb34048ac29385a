import AtomicFiles
import Testing

@testable import Weights

/// Every fixture cut off at every byte, and with every byte changed.
@Suite struct TruncationTests {
  @Test(arguments: fixtures)
  func cutOffAtEveryByte(name: String) throws {
    let bytes = try fixture(name)
    for count in bytes.indices {
      if (try? WeightFile(bytes: bytes[..<count], name: name)) != nil {
        Issue.record("the first \(count) bytes of \(name) are read")
      }
    }
  }

  /// Some changes leave a valid file; none may trap, nor take memory that the file does not have.
  @Test(arguments: fixtures)
  func changedAtEveryByte(name: String) throws {
    let bytes = try fixture(name)
    for index in bytes.indices {
      var changed = bytes
      // One of four changes a byte: more of them find the same, and tests are to be quick.
      changed[index] = [0, 0xFF, bytes[index] ^ 0x80, bytes[index] &+ 1][index % 4]
      guard let file = try? WeightFile(bytes: changed, name: name) else { continue }
      for tensor in file.tensors {
        if tensor.count > 1 << 16 { Issue.record("byte \(index) of \(name) makes \(tensor)") }
        _ = try? file.float32(named: tensor.name)
      }
    }
  }

  @Test func emptyFile() throws {
    expectError([], .unknownFormat, "formats known")
    let path = temporaryPath("empty")
    defer { remove(path) }
    let writer = try AtomicFileWriter(path)
    try writer.finish()
    #expect(throws: WeightError(.malformed, file: path, "is empty")) { try WeightFile.open(path) }
  }
}
