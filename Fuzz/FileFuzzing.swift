import Images
import ONNX
import ProtocolBuffers
import Weights

/// Files of weights in every format, images, and models of ONNX.
enum FileFuzzing {
  /// Opens a file of weights, reads every tensor of every dictionary in it, and matches them with a network.
  @Sendable static func readWeights(_ bytes: [UInt8]) {
    guard let file = try? WeightFile(bytes: bytes, name: "weights") else { return }
    for key in file.keys {
      guard let selected = try? file.selecting(key: key) else { continue }
      for tensor in selected.tensors where tensor.count <= 1 << 16 {
        guard let values = try? selected.float32(named: tensor.name) else { continue }
        precondition(values.count == tensor.count, "as many elements as the shape has")
        _ = TensorStatistics(values)
      }
      _ = selected.unwrappedNames
    }
    let expected = file.tensors.prefix(3).map { ExpectedTensor(name: "model." + $0.name, shape: $0.shape + [1]) }
    let rules = file.tensors.prefix(3).map { NameMap.Rule(pattern: $0.name, replacement: "a.*") }
    _ = file.fitted(to: expected, maps: [NameMap(name: "map", rules: rules)], allowUnexpected: ["*a"])
      .binding.problems()
  }

  /// Decodes an image and makes it a network's input.
  @Sendable static func readImage(_ bytes: [UInt8]) {
    var limits = ImageLimits()
    limits.pixels = 1 << 16
    guard let image = try? Image(bytes: bytes, name: "image", limits: limits) else { return }
    precondition(image.samples.count == image.width * image.height * image.channels, "a sample for each")
    var preprocessing = ImagePreprocessing()
    preprocessing.resize = .shorterSide(9)
    preprocessing.crop = ImagePreprocessing.Crop(height: 7, width: 5)
    _ = try? preprocessing.tensor(of: image, name: "image", channels: 3, height: 7, width: 5)
  }

  /// Decodes a model, which is then one that is written and read as it is.
  @Sendable static func readModel(_ bytes: [UInt8]) {
    var limits = WireLimits()
    limits.fields = 1 << 16
    guard let model = try? ModelProto(bytes: bytes, limits: limits) else { return }
    precondition(model.problem == nil, "what is read is sound")
    let written = model.encoded
    precondition(written.count == model.encodedSize, "as many bytes as were counted")
    guard let again = try? ModelProto(bytes: written) else { preconditionFailure("what is written is read") }
    precondition(again.encoded == written, "and is the same")
  }
}
