import Foundation
import Testing

@testable import TrainingRuns

/// Events as TensorBoard reads them.
@Suite("TensorBoard's events") struct EventFileTests {
  /// Figures of RFC 3720, appendix B.4.
  @Test func sumsAreThoseOfTheStandard() {
    #expect(CastagnoliSum.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CastagnoliSum.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CastagnoliSum.of(Array(0..<32)) == 0x46DD_794E)
    #expect(CastagnoliSum.of(Array("123456789".utf8)) == 0xE306_9283)
  }

  /// The bytes that tensorboard 2.21 writes: `RecordWriter` with `Event(wall_time=1.5, step=300, …)`.
  @Test func recordsAreTensorBoards() {
    #expect(
      EventRecord.bytes(.version, step: 0, seconds: 1.5)
        == [
          24, 0, 0, 0, 0, 0, 0, 0, 163, 127, 75, 34, 9, 0, 0, 0, 0, 0, 0, 248, 63, 26, 13, 98, 114, 97, 105, 110, 46,
          69, 118, 101, 110, 116, 58, 50, 42, 40, 100, 108,
        ])
    #expect(
      EventRecord.bytes(.start, step: 300, seconds: 1.5)
        == [
          16, 0, 0, 0, 0, 0, 0, 0, 149, 251, 254, 24, 9, 0, 0, 0, 0, 0, 0, 248, 63, 16, 172, 2, 58, 2, 8, 1, 113, 59,
          120, 138,
        ])
    #expect(
      EventRecord.bytes(.scalars([("a", 0.5), ("loss/x", -3)]), step: 300, seconds: 1.5)
        == [
          39, 0, 0, 0, 0, 0, 0, 0, 187, 225, 177, 70, 9, 0, 0, 0, 0, 0, 0, 248, 63, 16, 172, 2, 42, 25, 10, 8, 10, 1,
          97, 21, 0, 0, 0, 63, 10, 13, 10, 6, 108, 111, 115, 115, 47, 120, 21, 0, 0, 64, 192, 84, 99, 3, 215,
        ])
  }

  /// The events of a run that was stopped and went on: each epoch once in each file, what is written anew said before.
  @Test func runsWriteTheirCurves() throws {
    let example = try ExampleRun()
    let recipe = example.recipe("epochs: 3\nbatch: 9\nvalidation: test")
    var files: [String] = []
    func go(_ resuming: RunFolder.Checkpoint?, until stop: Int) throws {
      let run = try example.run(recipe, output: "a", resuming: resuming)
      let events = try EventFile(in: example.folder("a"), at: run.position)
      files.append(events.path)
      _ = try run.run(isInterrupted: { run.position.step >= stop }) { event in
        #expect(throws: Never.self) { try events.add(event, at: run.position) }
      }
    }
    try go(nil, until: 7)
    try go(try example.folder("a").checkpoint("last"), until: 99)
    #expect(files[0] != files[1])
    let first = try tags(inFile: files[0])
    #expect(first.count { $0 == "loss/training" } == 1 && first.count { $0 == "step/loss" } == 7)
    let second = try tags(inFile: files[1])
    #expect(second.count { $0 == "top5/tested" } == 2 && second.count { $0 == "step/lr" } == 8)
  }

  /// Every record is whole and has its checksums; the names of its scalars.
  private func tags(inFile path: String) throws -> [String] {
    var rest = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))[...]
    func number(_ bytes: some Sequence<UInt8>) -> UInt64 { Array(bytes).reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    let names = [
      "loss/training", "top1/training", "lr", "images_per_s", "loss/tested", "top1/tested", "top5/tested", "step/loss",
      "step/lr",
    ]
    var found: [String] = []
    while rest.count >= 16 {
      let length = Int(number(rest.prefix(8)))
      #expect(number(rest.dropFirst(8).prefix(4)) == UInt64(CastagnoliSum.masked(Array(rest.prefix(8)))))
      let event = Array(rest.dropFirst(12).prefix(length))
      #expect(number(rest.dropFirst(12 + length).prefix(4)) == UInt64(CastagnoliSum.masked(event)))
      let text = String(decoding: event, as: UTF8.self)
      // A tag with its field and its length before it.
      found += names.filter { text.contains("\n\(String(decoding: [UInt8($0.utf8.count)], as: UTF8.self))\($0)") }
      rest = rest.dropFirst(16 + length)
    }
    #expect(rest.isEmpty)
    return found
  }
}
