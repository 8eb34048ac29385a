import Hashing
import Kernels
import Tensors
import Testing

@testable import Runtime

@Suite("The cache of measurements")
struct TuningCacheTests {
  private func shape(_ channels: Int) -> ConvolutionShape {
    let axis = SlidingWindow.Axis(kernel: 3, before: 1, after: 1, outputs: 9)
    let maps = BlockedMaps(images: 2, channels: channels, height: 9, width: 9)
    return ConvolutionShape(
      Convolution(
        input: maps, output: maps, window: SlidingWindow(vertical: axis, horizontal: axis)))
  }

  private func key(_ graph: UInt64) -> TuningKey {
    TuningKey(processor: "A CPU (TM) 9", instructionSet: .avx2, threads: 2, graph: graph)
  }

  private var cache: TuningCache {
    var cache = TuningCache()
    cache[key(1)] = TuningTable([shape(16): .winograd(.square(4)), shape(20): .direct])
    cache[key(.max)] = TuningTable([shape(5): .winograd(WinogradTile(rows: 1, columns: 6))])
    cache[key(3)] = TuningTable()
    return cache
  }

  @Test func roundTrips() throws {
    let read = try TuningCache(parsing: Array(cache.text.utf8))
    #expect(read == cache)
    #expect(read.text == cache.text)
    #expect(read[key(1)]?.choices[shape(16)] == .winograd(.square(4)))
    #expect(read[key(2)] == nil)
    #expect(try TuningCache(parsing: Array(TuningCache().text.utf8)) == TuningCache())
    let all: [ConvolutionAlgorithm] = [
      .direct, .strassen, .grouped, .depthwise, .planar, .linear, .winograd(.square(6)),
    ]
    for algorithm in all {
      #expect(ConvolutionAlgorithm(algorithm.description) == algorithm)
    }
  }

  @Test func oldestTablesGo() throws {
    var cache = TuningCache()
    for graph in 0..<100 { cache[key(UInt64(graph))] = TuningTable([shape(3): .direct]) }
    #expect(cache[key(35)] == nil)
    #expect(cache[key(36)] != nil)
    #expect(try TuningCache(parsing: Array(cache.text.utf8)) == cache)
  }

  @Test func everyOtherTextIsForeign() {
    for text in ["", "x", "cnnc tuning 1", "cnnc tuning 2\nsum 0\n", "\u{FEFF}cnnc tuning 1\n", "PK\u{3}\u{4}"] {
      #expect(throws: TuningCache.Failure.foreign) { try TuningCache(parsing: Array(text.utf8)) }
    }
  }

  /// Texts with a checksum that is right, but with something else that is not.
  @Test(arguments: [
    "table 0000000000000001 2 avx2 1 A", "table 0000000000000001 2 avx2 0", "table 1 2 avx2 0 A",
    "table 0000000000000001 0 avx2 0 A", "table 0000000000000001 257 avx2 0 A", "table 0000000000000001 2 sse 0 A",
    "table 0000000000000001 2 avx2 -1 A", "table 0000000000000001 2 avx2 99999999999999999999 A",
    "table 0000000000000001 2 avx2 9223372036854775807 A", "table 0000000000000001 2 avx2 0  A",
    "table 0000000000000001 2 avx2 0 A\ntable 0000000000000001 2 avx2 0 A", "1 2 3 direct", "",
    "table 0000000000000001 2 avx2 1 A\n2 16 9 9 16 1 3 1 1 1 1 9 3 1 1 1 1 direct",
    "table 0000000000000001 2 avx2 1 A\n2 16 9 9 16 1 3 1 1 1 1 9 3 1 1 1 1 9 winograd:3x3",
    "table 0000000000000001 2 avx2 1 A\n2 16 9 9 16 1 3 1 1 1 1 9 3 1 1 1 1 99999999999 direct",
    "table 0000000000000001 2 avx2 1 A\n2 16 9 9 16 1 3 1 1 1 1 9 3 1 1 1 1 +9 direct",
    "table 0000000000000001 2 avx2 2 A\n2 16 9 9 16 1 3 1 1 1 1 9 3 1 1 1 1 9 direct\n"
      + "2 16 9 9 16 1 3 1 1 1 1 9 3 1 1 1 1 9 direct",
  ])
  func damageIsFound(lines: String) {
    let body = "cnnc tuning 1\n\(lines)\n"
    let text = body + "sum \(FowlerNollVo.hexadecimal(FowlerNollVo(body).value))\n"
    #expect(throws: TuningCache.Failure.self) { try TuningCache(parsing: Array(text.utf8)) }
  }

  /// Cut off anywhere, or with any byte changed, it is no cache, and reading it never traps.
  @Test func everyChangeIsFound() {
    let bytes = Array(cache.text.utf8)
    for count in bytes.indices {
      #expect(throws: TuningCache.Failure.self) { try TuningCache(parsing: Array(bytes[..<count])) }
    }
    for index in bytes.indices {
      for change: UInt8 in [1, 0x20, 0x80] {
        var changed = bytes
        changed[index] ^= change
        #expect(throws: TuningCache.Failure.self) { try TuningCache(parsing: changed) }
      }
    }
    #expect(throws: TuningCache.Failure.self) { try TuningCache(parsing: bytes + [0x0A]) }
    #expect(throws: TuningCache.Failure.self) {
      try TuningCache(parsing: bytes + Array(repeating: 0x0A, count: TuningCache.largestFile))
    }
  }
}
