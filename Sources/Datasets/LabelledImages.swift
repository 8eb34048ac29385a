import Images
import Tensors

/// Small images with a class each, to train a network of the library on.
public struct LabelledImages: Sendable {
  /// The two parts that published sets come in.
  public enum Part: Sendable {
    /// What a network learns from.
    case training
    /// What it is measured on.
    case test
  }

  private let dataset: Dataset

  /// A part of a set of IDX files in a folder, named as MNIST's and Fashion-MNIST's are: `train-images-idx3-ubyte` and
  /// `train-labels-idx1-ubyte`, `t10k-…` for the test part, with `.gz` or without.
  ///
  /// - Throws: `DatasetError` if a file is missing, damaged, or does not fit the other.
  public init(idxFiles folder: String, _ part: Part) throws(DatasetError) {
    dataset = try .idx(folder, part: part == .training ? .training : .test)
  }

  /// The number of images.
  public var count: Int { dataset.count }

  /// The places of all images in an order of their own for each epoch, the same for the same seed everywhere.
  public func order(epoch: Int, seed: UInt64 = 0) -> [Int] { dataset.order(epoch: epoch, seed: seed) }

  /// The images at some places as `[N, channels, height, width]`, samples from 0 to 1, and their classes, `[N]`.
  ///
  /// - Throws: `DatasetError` if an image cannot be read.
  public func batch(_ places: some Collection<Int>) throws(DatasetError) -> (images: Tensor, labels: Tensor) {
    var elements: [Float] = []
    var shape = [places.count, 0, 0, 0]
    for place in places {
      guard case .image(let image) = try dataset.sample(at: place) else { continue }
      shape = [places.count, image.channels, image.height, image.width]
      for channel in 0..<image.channels {
        for pixel in 0..<image.width * image.height {
          elements.append(Float(image.samples[pixel * image.channels + channel]) / 255)
        }
      }
    }
    return (Tensor(elements, shape: shape), Tensor(places.map { Float(dataset.labels[$0]) }))
  }
}
