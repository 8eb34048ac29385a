import Foundation
import Testing

/// A published architecture with the outputs of its PyTorch implementation for synthetic weights and input.
struct Reference: Decodable {
  var input: [Int]
  var deviation: Double
  var output: [Double]
  var state: [Entry]

  /// A tensor of the state_dict: `["conv1.weight", [64, 3, 7, 7]]`.
  struct Entry: Decodable, Hashable {
    var name: String
    var shape: [Int]

    init(name: String, shape: [Int]) {
      self.name = name
      self.shape = shape
    }

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      name = try container.decode(String.self)
      shape = try container.decode([Int].self)
    }
  }

  /// Where the files are: `CNNC_SHARED`, or `../shared` beside the repository; nil if there are none.
  static let folder: URL? = {
    let shared =
      ProcessInfo.processInfo.environment["CNNC_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? repository.appendingPathComponent("../shared").standardized
    let folder = shared.appendingPathComponent("reference")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  static func read(_ name: String) throws -> Reference {
    let folder = try #require(folder)
    let data = try Data(contentsOf: folder.appendingPathComponent("\(name).json"))
    return try JSONDecoder().decode(Reference.self, from: data)
  }

  /// How far an output may be from the recorded one, relative to the largest.
  var tolerance: Double { max(1e-4, 10 * deviation) }
}

/// A reference with the spec that describes the same network.
struct Architecture: Sendable, CustomStringConvertible {
  var name: String
  var spec: String
  var variant: String?

  init(_ name: String, _ spec: String? = nil, variant: String? = nil) {
    self.name = name
    self.spec = spec ?? name
    self.variant = variant
  }

  var description: String { name }

  static let all =
    [
      "alexnet", "vgg16", "googlenet", "inception_v3", "inception_v4", "inception_resnet_v2", "resnet18", "resnet50",
      "densenet121", "mobilenet_v1", "xception", "seresnet50", "cspresnet50",
    ].map { Architecture($0) }
    + ["vgg11", "vgg13", "vgg19", "vgg16_bn"].map { Architecture($0, "vgg16", variant: $0) }
    + ["resnet101", "resnet152", "resnext50_32x4d"].map { Architecture($0, "resnet50", variant: $0) }
    + [Architecture("resnet34", "resnet18", variant: "resnet34")]
    + [Architecture("densenet169", "densenet121", variant: "densenet169")]
    + [Architecture("efficientnet_lite0", "efficientnet_lite0", variant: "efficientnet_lite0_timm")]
    + ["b0", "b1", "b4", "b7"].map { (size: String) in
      Architecture("efficientnet_\(size)", "efficientnet", variant: size)
    }
}
