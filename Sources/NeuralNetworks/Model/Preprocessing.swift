/// How an image becomes a network's input: resized, cropped around its centre, then numbers.
///
/// The library ImageInput reads JPEG and PNG files by it.
public struct Preprocessing: Hashable, Sendable {
  /// The size before cropping.
  public enum Resizing: Hashable, Sendable {
    /// The shorter side, the other in proportion.
    case shorterSide(Int)
    /// Both sides.
    case exact(height: Int, width: Int)
  }

  /// How pixels between pixels are made.
  public enum Interpolation: String, Hashable, Sendable {
    /// The nearest pixel's value.
    case nearest
    /// The mean of the area.
    case box
    /// Weighted by the distance.
    case bilinear
    /// Cubic polynomials.
    case bicubic
    /// The windowed sinc function with three lobes.
    case lanczos
  }

  /// The size before cropping; nil to leave it.
  public var resize: Resizing?
  /// The part around the centre that is kept; nil for all.
  public var crop: Size?
  /// How the image is resized.
  public var interpolation: Interpolation
  /// What a sample of 0 to 255 is multiplied by; nil divides it by 255.
  public var scale: Double?
  /// Subtracted from each channel's scaled samples: one number, or one for each channel.
  public var mean: [Double]
  /// What the difference is divided by.
  public var deviation: [Double]
  /// Whether the channels are blue, green and red, not red, green and blue.
  public var isBGR: Bool
  /// Whether photographs are set upright, as their EXIF says, before anything else is done; else they stay as they are stored.
  public var orientsByEXIF: Bool

  /// A preprocessing; without anything given samples are divided by 255.
  public init(
    resize: Resizing? = nil, crop: Size? = nil, interpolation: Interpolation = .bilinear, scale: Double? = nil,
    mean: [Double] = [], deviation: [Double] = [], isBGR: Bool = false,
    orientsByEXIF: Bool = false
  ) {
    self.resize = resize
    self.crop = crop
    self.interpolation = interpolation
    self.scale = scale
    self.mean = mean
    self.deviation = deviation
    self.isBGR = isBGR
    self.orientsByEXIF = orientsByEXIF
  }
}
