import ONNX
import ProtocolBuffers
import Random
import Tensors
import Testing

/// Files that were damaged at random, by the thousand: there is a model or there is an error.
@Suite("Hostile files of ONNX") struct HostileFileTests {
  static let parts = 4
  private static let count: UInt64 = 4000

  @Test(arguments: 0..<parts) func areReadOrRefused(_ part: Int) {
    let whole = ModelProto.full.encoded
    var refused = 0
    for seed in stride(from: UInt64(part), to: Self.count, by: Self.parts) {
      var random = Draws(CounterGenerator(seed: seed, name: "damage"))
      var bytes = whole
      for _ in 0...Int.random(in: 0...3, using: &random) { Self.damage(&bytes, &random) }
      do throws(ONNXError) {
        let model = try ModelProto(bytes: bytes)
        #expect(model.problem == nil)
        #expect(throws: Never.self, "seed \(seed)") { try ModelProto(bytes: model.encoded) }
      } catch {
        refused += 1
        #expect(!error.description.isEmpty)
      }
    }
    // Most damage is seen, and some is none.
    #expect(refused * 4 > Int(Self.count) / Self.parts && refused < Int(Self.count) / Self.parts)
  }

  /// Cuts, changes, repeats and inserts bytes: lengths that lie, numbers that do not end, messages within messages.
  private static func damage(_ bytes: inout [UInt8], _ random: inout Draws) {
    guard bytes.count > 8 else { return }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 3: bytes.insert(contentsOf: [UInt8](repeating: 0xFF, count: Int.random(in: 1...12, using: &random)), at: place)
    case 4: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...16, using: &random)))
    case 5:
      let end = min(bytes.count, place + Int.random(in: 1...64, using: &random))
      bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
    default: bytes.insert(contentsOf: nested(Int.random(in: 1...200, using: &random)), at: place)
    }
  }

  /// Graphs in attributes of nodes of graphs, so many deep.
  private static func nested(_ depth: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<depth {
      for field in [6, 5, 1] {
        var sink = ArraySink()
        sink.start(field, length: bytes.count)
        bytes = sink.bytes + bytes
      }
    }
    return bytes
  }

  @Test func deepNestingIsRefused() {
    var sink = ArraySink()
    let graph = Self.nested(1000)
    sink.start(7, length: graph.count)
    sink.append(graph)
    #expect(throws: ONNXError.encoding(WireError(.tooDeep(limit: 64), at: 0)).withoutOffset) {
      do throws(ONNXError) { _ = try ModelProto(bytes: sink.bytes) } catch { throw error.withoutOffset }
    }
  }

  /// A file of nothing but empty nodes, which take two bytes each.
  @Test func manyFieldsAreRefused() {
    let nodes = [UInt8](repeating: 0, count: 2000).enumerated().map { $0.offset.isMultiple(of: 2) ? UInt8(0x0A) : 0 }
    var sink = ArraySink()
    sink.start(7, length: nodes.count)
    sink.append(nodes)
    var limits = WireLimits()
    limits.fields = 500
    #expect(throws: ONNXError.self) { _ = try ModelProto(bytes: sink.bytes, limits: limits) }
  }
}

/// Random numbers one after the other.
private struct Draws: RandomNumberGenerator {
  private let generator: CounterGenerator
  private var count = 0

  init(_ generator: CounterGenerator) { self.generator = generator }

  mutating func next() -> UInt64 {
    count += 1
    return generator.bits(at: count)
  }
}

extension ONNXError {
  /// The error without where in the file it is.
  fileprivate var withoutOffset: ONNXError {
    if case .encoding(let error) = self { .encoding(WireError(error.reason, at: 0)) } else { self }
  }
}
