import Foundation
import Images
import NeuralNetworks
import Tensors

/// Why an image cannot be a network's input.
public struct ImageInputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path, or the name of bytes in memory.
  public var file: String
  /// What is wrong: `is neither JPEG nor PNG`.
  public var message: String

  /// `photo.jpg is neither JPEG nor PNG`.
  public var description: String { "\(file) \(message)" }

  init(_ error: ImageError) {
    file = error.file
    message = error.message
  }
}

extension Preprocessing {
  /// The most pixels of an image, unless another number is given: 268 million, 805 MB in colour.
  public static let maximumPixels = ImageLimits().pixels
  /// The most bytes that are set aside while an image is decoded or resized, unless another number is given: what the
  /// system has.
  public static let maximumMemory = ImageLimits().memory

  /// An image file, JPEG or PNG, as a batch of one for a network whose images are of a shape `[C, H, W]`.
  ///
  /// - Throws: `ImageInputError` if the file cannot be read or decoded, announces more pixels, or the image does not
  ///   become of that shape.
  public func tensor(
    imageAt url: URL, shape: [Int], maximumPixels: Int = maximumPixels, maximumMemory: Int = maximumMemory
  ) throws(ImageInputError) -> Tensor {
    do throws(ImageError) {
      let limits = Self.limits(maximumPixels, maximumMemory)
      return try tensor(Image(file: url.path, limits: limits), name: url.path, shape: shape, limits: limits)
    } catch {
      throw ImageInputError(error)
    }
  }

  /// The content of an image file, JPEG or PNG, as a batch of one; `name` stands for the file in messages.
  ///
  /// A server does well to allow fewer pixels than `maximumPixels` and to bound the memory: a small file can announce many
  /// pixels, and each takes from one to fifteen bytes while the image is decoded, by the kind of file.
  ///
  /// - Throws: `ImageInputError` if the bytes cannot be decoded, announce more pixels, or the image does not become of the
  ///   shape `[C, H, W]`.
  public func tensor(
    image bytes: [UInt8], name: String = "the image", shape: [Int], maximumPixels: Int = maximumPixels,
    maximumMemory: Int = maximumMemory
  ) throws(ImageInputError) -> Tensor {
    do throws(ImageError) {
      let limits = Self.limits(maximumPixels, maximumMemory)
      return try tensor(Image(bytes: bytes, name: name, limits: limits), name: name, shape: shape, limits: limits)
    } catch {
      throw ImageInputError(error)
    }
  }

  private static func limits(_ maximumPixels: Int, _ maximumMemory: Int) -> ImageLimits {
    var limits = ImageLimits()
    limits.pixels = maximumPixels
    limits.memory = maximumMemory
    return limits
  }

  private func tensor(
    _ image: Image, name: String, shape: [Int], limits: ImageLimits
  ) throws(ImageError) -> Tensor {
    guard shape.count == 3 else {
      throw ImageError(.unsuitable, file: name, "is an image, but the network takes \(shape)")
    }
    return try rules.tensor(
      of: image, name: name, channels: shape[0], height: shape[1], width: shape[2], limits: limits)
  }

  private var rules: ImagePreprocessing {
    var rules = ImagePreprocessing()
    rules.resize = resize.map { size in
      switch size {
      case .shorterSide(let side): .shorterSide(side)
      case .exact(let height, let width): .exact(height: height, width: width)
      }
    }
    rules.crop = crop.map { ImagePreprocessing.Crop(height: $0.height, width: $0.width) }
    rules.interpolation = Images.Interpolation(rawValue: interpolation.rawValue) ?? .bilinear
    rules.scale = scale
    rules.mean = mean
    rules.deviation = deviation
    rules.order = isBGR ? .bgr : .rgb
    rules.orients = orientsByEXIF
    return rules
  }
}
