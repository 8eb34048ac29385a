import Testing

@testable import Datasets

@Suite struct CIFARTests {
  private func record(_ labels: [UInt8], _ value: UInt8) -> [UInt8] {
    labels + (0..<3).flatMap { plane in Array(repeating: value + UInt8(plane), count: 1024) }
  }

  @Test func ten() throws {
    let folder = try TemporaryFolder()
    for batch in 1...5 {
      try folder.write("data_batch_\(batch).bin", record([UInt8(batch)], 10 * UInt8(batch)) + record([0], 5))
    }
    let set = try Dataset.cifar(folder.path, part: .training)
    #expect(set.count == 10 && set.classes.count == 10 && set.labels == [1, 0, 2, 0, 3, 0, 4, 0, 5, 0])
    // Planes become pixels.
    #expect(try set.image(at: 8).samples.prefix(4) == [50, 51, 52, 50])
    #expect(set.name(of: 9).hasSuffix("data_batch_5.bin, image 1"))
    #expect { try Dataset.cifar(folder.path, part: .test) } throws: { ($0 as? DatasetError)?.reason == .missing }
    try folder.write("test_batch.bin", record([10], 1))
    #expect { try Dataset.cifar(folder.path, part: .test) } throws: { ($0 as? DatasetError)?.reason == .malformed }
    try folder.write("test_batch.bin", record([1], 1).dropLast())
    #expect { try Dataset.cifar(folder.path, part: .test) } throws: { ($0 as? DatasetError)?.reason == .truncated }
    try folder.write("test_batch.bin", record([1], 1))
    try folder.write("batches.meta.txt", "plane\ncar\n")
    #expect { try Dataset.cifar(folder.path, part: .test) } throws: { ($0 as? DatasetError)?.reason == .malformed }
    try folder.write("batches.meta.txt", (0..<10).map { "class \($0)\n" }.joined() + "\n")
    #expect(try Dataset.cifar(folder.path, part: .test).classes[9] == "class 9")
  }

  @Test func hundred() throws {
    let folder = try TemporaryFolder()
    try folder.write("train.bin", record([19, 99], 1))
    let set = try Dataset.cifar(folder.path, part: .training)
    #expect(set.labels == [99] && set.classes.count == 100)
    #expect(try set.image(at: 0).samples.prefix(3) == [1, 2, 3])
  }
}

@Suite struct SplittingTests {
  private func set(_ counts: [Int]) throws -> Dataset {
    let folder = try TemporaryFolder()
    let labels = counts.enumerated().flatMap { Array(repeating: UInt8($0.offset), count: $0.element) }
    try folder.write("train-images-idx3-ubyte", idx([labels.count, 1, 1], labels.indices.map { UInt8($0 % 256) }))
    try folder.write("train-labels-idx1-ubyte", idx([labels.count], labels))
    return try Dataset.idx(folder.path, part: .training)
  }

  /// Each class gives its share, the same for the same seed, and nothing is lost.
  @Test func sharesAreStratified() throws {
    let whole = try set([50, 10, 3, 1])
    let (rest, part) = whole.split(share: 0.2, seed: 4)
    #expect(part.classCounts == [10, 2, 1, 0] && rest.classCounts == [40, 8, 2, 1])
    #expect(Set((0..<rest.count).map(rest.name) + (0..<part.count).map(part.name)).count == whole.count)
    let again = whole.split(share: 0.2, seed: 4)
    #expect((0..<part.count).map(part.name) == (0..<part.count).map(again.part.name))
    #expect((0..<part.count).map(part.name) != (0..<part.count).map(whole.split(share: 0.2, seed: 5).part.name))
    #expect(whole.split(share: 0, seed: 1).part.count == 0)
    #expect(whole.split(share: 1, seed: 1).rest.classCounts == [1, 1, 1, 1])
  }

  @Test func epochsAreShuffledApart() throws {
    let whole = try set([20])
    #expect(whole.order(epoch: 0, seed: 1).sorted() == Array(0..<20))
    #expect(whole.order(epoch: 0, seed: 1) == whole.order(epoch: 0, seed: 1))
    #expect(whole.order(epoch: 0, seed: 1) != whole.order(epoch: 1, seed: 1))
    #expect(whole.order(epoch: 0, seed: 1) != whole.order(epoch: 0, seed: 2))
  }
}
