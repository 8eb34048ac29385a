import Foundation
import Tensors
import Testing
import Weights

@testable import cnnc

/// A published network with its weights on photographs, against what PyTorch, torchvision's transforms and Pillow give.
@Suite("cnnc run on photographs") struct RunPhotographTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  private static var data: String? {
    let folder = (ProcessInfo.processInfo.environment["CNNC_SHARED"] ?? "\(root)/../shared") + "/data"
    return FileManager.default.fileExists(atPath: folder + weights) ? folder : nil
  }

  private static let weights = "/weights/efficientnet-lite0-57934424.pth"

  @Test(.enabled(if: Self.data != nil, "no weights: set CNNC_SHARED to the folder that has data/weights"))
  func efficientNetLite0() throws {
    let data = try #require(Self.data)
    let folder = try TemporaryFolder()
    let output = folder.path("out.npy")
    let arguments = [
      "run", "\(Self.root)/specs/efficientnet_lite0.yaml", "--weights", data + Self.weights, "--labels",
      "\(data)/imagenet-labels.txt", "-o", output, "\(data)/images/china.jpg", "\(data)/images/flower.jpg",
    ]
    #expect(try status(of: arguments) == .success)
    let file = try WeightFile.open(output)
    let info = try #require(file.tensors.first)
    #expect(info.shape == [2, 1000])
    let shares = Plain.softmax(Tensor(try file.float32(named: info.name), shape: info.shape))
    // Palace, bell cote, monastery; daisy, bee, mushroom.
    let expected: [(image: Int, index: Int, share: Float)] = [
      (0, 698, 0.2976), (0, 442, 0.1714), (0, 663, 0.0662), (1, 985, 0.3151), (1, 309, 0.0591), (1, 947, 0.045),
    ]
    for (image, index, share) in expected { #expect(abs(shares[image, index] - share) < 0.001) }
  }
}
