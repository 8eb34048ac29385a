import Foundation
import Tensors

/// A published architecture with the outputs of its PyTorch implementation for synthetic weights and input.
package struct ReferenceOutput: Decodable, Sendable {
  package var input: [Int]
  package var deviation: Double
  package var output: [Double]
  package var state: [Entry]

  /// A tensor of the state_dict: `["conv1.weight", [64, 3, 7, 7]]`.
  package struct Entry: Decodable, Hashable, Sendable {
    package var name: String
    package var shape: [Int]

    package init(name: String, shape: [Int]) {
      self.name = name
      self.shape = shape
    }

    package init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      name = try container.decode(String.self)
      shape = try container.decode([Int].self)
    }
  }

  /// Where the files are: `CNNC_SHARED`, or `../shared` beside the repository; nil if there are none.
  package static let folder: URL? = {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
    let shared =
      ProcessInfo.processInfo.environment["CNNC_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? repository.standardized.appendingPathComponent("../shared").standardized
    let folder = shared.appendingPathComponent("reference")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// The reference of a name in a folder of them.
  package static func read(_ name: String, in folder: URL) throws -> ReferenceOutput {
    let data = try Data(contentsOf: folder.appendingPathComponent("\(name).json"))
    return try JSONDecoder().decode(ReferenceOutput.self, from: data)
  }

  /// How far an output may be from the recorded one, relative to the largest.
  package var tolerance: Double { max(1e-4, 10 * deviation) }

  /// The largest difference of an output's beginning from the recorded one, relative to the largest number recorded;
  /// infinity for an output that is too short or not finite.
  package func error(of tensor: Tensor) -> Double {
    let values = tensor.elements.prefix(output.count).map(Double.init)
    guard values.count == output.count, values.allSatisfy(\.isFinite) else { return .infinity }
    let largest = output.map(abs).max() ?? 0
    return zip(values, output).map { abs($0 - $1) }.reduce(0, max) / largest
  }
}

/// A reference with the spec that describes the same network.
package struct Architecture: Hashable, Sendable, CustomStringConvertible {
  package var name: String
  package var spec: String
  package var variant: String?

  private init(_ name: String, _ spec: String? = nil, variant: String? = nil) {
    self.name = name
    self.spec = spec ?? name
    self.variant = variant
  }

  package var description: String { name }

  package static let all =
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
