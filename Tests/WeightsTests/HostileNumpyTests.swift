import Testing

@testable import Weights

@Suite struct HostileNumpyTests {
  private func npy(_ dictionary: String, version: UInt8 = 1, length: Int? = nil, data: Int = 24) -> [UInt8] {
    let text = Array(dictionary.utf8)
    let count = length ?? text.count
    let size = version == 1 ? UInt16(truncatingIfNeeded: count).littleEndianBytes : UInt32(count).littleEndianBytes
    return NpyHeader.magic + [version, 0] + size + text + [UInt8](repeating: 0, count: data)
  }

  @Test(
    arguments: [
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), }", "but has 24 bytes"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }", "a size is expected"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "too large"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", "too large to count"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (6), }", "',' is expected"),
      ("{'descr': '<f4', 'fortran_order': 0, 'shape': (6,), }", "True or False"),
      ("{'descr': '<f4', 'fortran_order': False, }", "missing"),
      ("{'descr': '<f4', 'descr': '<f4', }", "there twice"),
      ("{'descr': '<f4', 'x': '<f4', }", "'x' is unknown"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), } + 1", "more follows"),
      ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }", "a text in quotes"),
      ("__import__('os').system('x')", "'{' is expected"),
      ("{'descr': '<f4", "does not end"),
      ("", "'{' is expected"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (\(String(repeating: "1,", count: 40))), }", "32 dimensions"),
    ])
  func header(_ dictionary: String, says text: String) { expectError(npy(dictionary), .malformed, text) }

  @Test(arguments: [">f4", "|O", "<c8", "<U3", "f4"])
  func typesAreRefusedByName(type: String) {
    expectError(npy("{'descr': '\(type)', 'fortran_order': False, 'shape': (6,), }"), .refused, "'\(type)'")
  }

  @Test func depth() {
    let tuples = String(repeating: "(", count: 10000)
    expectError(npy("{'descr': '<f4', 'fortran_order': False, 'shape': \(tuples)"), .malformed, "a size is expected")
  }

  @Test func lengths() {
    expectError(npy("{}", length: 60000), .malformed, "announces a header of 60000 bytes")
    expectError(npy("{}", version: 2, length: 0xFFFF_FFFF), .limit, "announces a header of 4294967295 bytes")
    expectError(npy("{}", version: 9), .refused, "version 9.0")
    expectError(NpyHeader.magic, .malformed, "no .npy array")
  }
}
