import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct IDXTests {
  /// Labels 1, 0, 2, as gzip writes them.
  private let compressedLabels: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x63, 0x60, 0xE0, 0x60, 0x64, 0x60, 0x60, 0x60, 0x66,
    0x64, 0x60, 0x02, 0x00, 0x9F, 0xB7, 0x8C, 0xE1, 0x0B, 0x00, 0x00, 0x00,
  ]

  private func folder(_ images: [UInt8], _ labels: [UInt8], imageName: String = "train-images-idx3-ubyte") throws
    -> TemporaryFolder
  {
    let folder = try TemporaryFolder()
    try folder.write(imageName, images)
    try folder.write("train-labels-idx1-ubyte", labels)
    return folder
  }

  @Test func imagesAndLabels() throws {
    let folder = try folder(idx([3, 2, 2], Array(0..<12)), idx([3], [1, 0, 2]))
    let set = try Dataset.idx(folder.path, part: .training)
    let (images, labels) = try LabelledImages(idxFiles: folder.path, .training).batch([2, 0])
    #expect(images == Tensor([8, 9, 10, 11, 0, 1, 2, 3].map { Float($0) / 255 }, shape: [2, 1, 2, 2]))
    #expect(labels == Tensor([2, 1]))
    #expect(set.labels == [1, 0, 2] && set.classes == ["0", "1", "2"] && set.classCounts == [1, 1, 1])
    #expect(try set.image(at: 1).samples == [4, 5, 6, 7])
    #expect(set.name(of: 2).hasSuffix("train-images-idx3-ubyte, image 2"))
  }

  @Test func compressed() throws {
    let folder = try TemporaryFolder()
    try folder.write("t10k-images.idx3-ubyte", idx([3, 1, 1], [7, 8, 9]))
    try folder.write("t10k-labels-idx1-ubyte.gz", compressedLabels)
    #expect(try Dataset.idx(folder.path, part: .test).labels == [1, 0, 2])
    // Two members behind each other are one file.
    try folder.write("t10k-labels-idx1-ubyte.gz", compressedLabels + compressedLabels)
    #expect(throws: DatasetError.self) { try Dataset.idx(folder.path, part: .test) }
    try folder.write("t10k-labels-idx1-ubyte.gz", compressedLabels.dropLast(9))
    #expect { try Dataset.idx(folder.path, part: .test) } throws: { ($0 as? DatasetError)?.reason == .truncated }
    #expect {
      var limits = DatasetLimits()
      limits.bytes = 10
      try folder.write("t10k-labels-idx1-ubyte.gz", compressedLabels)
      return try IDXFile(folder.path + "/t10k-labels-idx1-ubyte.gz", limits: limits)
    } throws: {
      ($0 as? DatasetError)?.reason == .limit
    }
  }

  /// What is damaged or means harm is an error with the file.
  @Test(
    arguments: [
      (idx([3, 2, 2], Array(0..<11)), DatasetError.Reason.truncated),
      (idx([3, 2, 2], Array(0..<13)), .malformed),
      (idx([1 << 20, 1 << 20, 1 << 20], [1]), .truncated),
      (idx([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], []), .truncated),
      (idx([2, 2, 2], Array(0..<8)), .malformed), (idx([3, 4], Array(0..<12)), .malformed),
      (idx([3, 0, 2], []), .malformed), (idx([3, 2, 1, 1], Array(0..<6)), .malformed),
      (idx([3, 2, 2], Array(0..<12), type: 13), .malformed), ([0, 0, 8, 9, 1], .malformed),
      ([0, 0, 8, 3, 0], .truncated),
      ([1, 2, 3, 4, 5], .malformed), ([], .truncated),
    ])
  func damaged(images: [UInt8], reason: DatasetError.Reason) throws {
    let folder = try folder(images, idx([3], [0, 1, 0]))
    #expect { try Dataset.idx(folder.path, part: .training) } throws: { error in
      guard let error = error as? DatasetError else { return false }
      return error.reason == reason && error.file.hasPrefix(folder.path)
    }
  }

  @Test func missing() throws {
    let folder = try folder(idx([1, 1, 1], [1]), idx([1], [0]), imageName: "other")
    #expect { try Dataset.idx(folder.path, part: .training) } throws: { ($0 as? DatasetError)?.reason == .missing }
  }

  /// The published sets, where they are beside the repository.
  @Test(arguments: ["mnist", "fashion-mnist"])
  func published(name: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    let folder = root.appendingPathComponent("shared/data/\(name)").path
    guard FolderListing.isFolder(folder) else {
      print("skipped: \(folder) is not there")
      return
    }
    let set = try Dataset.idx(folder, part: .test)
    #expect(set.count == 10_000 && set.classes.count == 10)
    #expect(try set.image(at: 9_999).width == 28)
  }
}
