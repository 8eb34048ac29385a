import Images

/// What is made of every image of a set before anything random is: what a cache of decoded images holds.
package struct ImageForm: Equatable, Sendable {
  private let preprocessing: ImagePreprocessing
  private let channels: Int
  private let height: Int
  private let width: Int
  /// Whether images have the network's size; else their own, for a random part of any size is taken of them.
  package let isFitted: Bool

  /// - Parameters:
  ///   - height: Of the network's input, in pixels, as is `width`.
  ///   - isFitted: Whether images are resized and cropped; if not, they only have the network's colours.
  package init(_ preprocessing: ImagePreprocessing, channels: Int, height: Int, width: Int, isFitted: Bool) {
    self.preprocessing = preprocessing
    (self.channels, self.height, self.width, self.isFitted) = (channels, height, width, isFitted)
  }

  /// An image in this form; `name` stands for it in messages.
  ///
  /// - Throws: `ImageError` if it does not become what the network takes.
  package func apply(to image: Image, name: String) throws(ImageError) -> Image {
    isFitted
      ? try preprocessing.fitted(image, name: name, channels: channels, height: height, width: width)
      : try preprocessing.coloured(image, name: name, channels: channels)
  }

  /// The bytes of an image; nil where each has its own size.
  var bytesEach: Int? { isFitted ? channels * height * width : nil }

  /// What of the form an image's bytes depend on. How they become numbers is not part of it.
  var identity: String {
    let orientation = preprocessing.orients ? " upright" : ""
    guard isFitted else { return "\(channels) channels\(orientation)" }
    let size = preprocessing.resize.map { "\($0)" } ?? "as it is"
    let crop = preprocessing.crop.map { "\($0.height)×\($0.width)" } ?? "whole"
    return "\(channels)×\(height)×\(width) \(size) \(crop) \(preprocessing.interpolation.rawValue)\(orientation)"
  }
}
