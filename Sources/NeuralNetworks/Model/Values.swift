import Layers
import Shapes

/// Numbers along the axes of an input, such as a kernel's: `3` is three in all directions, `Size(1, 7)` one high and seven
/// wide.
public struct Size: Hashable, Sendable, ExpressibleByIntegerLiteral {
  let sizes: AxisSizes

  /// The rows.
  public var height: Int { sizes.numbers.count == 3 ? sizes[1] : sizes[0] }
  /// The columns.
  public var width: Int { sizes[2] }

  /// A depth, a height and a width.
  public init(_ depth: Int, _ height: Int, _ width: Int) { sizes = AxisSizes(axes: [depth, height, width]) }

  /// A height and a width.
  public init(_ height: Int, _ width: Int) { sizes = AxisSizes(height, width) }

  /// The same in all directions.
  public init(_ all: Int) { sizes = AxisSizes(all) }

  /// The same in all directions.
  public init(integerLiteral value: Int) { self.init(value) }

  var field: FieldValue { .size(sizes) }
}

/// How a window is padded: by a rule that looks at the kernel and the input, or with fixed numbers of pixels.
public enum Padding: Hashable, Sendable, ExpressibleByIntegerLiteral {
  /// No padding.
  case valid
  /// Half of the pixels that the kernel spans, dilation included, on each side: it keeps the size at stride 1 for odd
  /// kernels.
  case half
  /// TensorFlow's: `⌈size / stride⌉` outputs; the odd row or column lies at the bottom or right.
  case same
  /// So many rows and columns on each side.
  case explicit(top: Int, bottom: Int, left: Int, right: Int)

  /// One number for all sides, one an axis, or two an axis: before and after.
  case numbers([Int])

  /// The same on all sides.
  public init(_ all: Int) { self = .numbers([all]) }

  /// Slices, rows and columns on both sides.
  public init(_ depth: Int, _ height: Int, _ width: Int) { self = .numbers([depth, height, width]) }

  /// Rows at the top and bottom, columns left and right; of a signal the samples before and after.
  public init(_ first: Int, _ second: Int) { self = .numbers([first, second]) }

  /// The same on all sides.
  public init(integerLiteral value: Int) { self.init(value) }

  var field: FieldValue {
    switch self {
    case .valid: .padding(.valid)
    case .half: .padding(.half)
    case .same: .padding(.same)
    case .explicit(let top, let bottom, let left, let right):
      .padding(.explicit(top: top, bottom: bottom, left: left, right: right))
    case .numbers(let numbers):
      .padding(.explicit(numbers.count == 1 ? PaddingSizes(numbers[0]) : PaddingSizes(list: numbers)))
    }
  }
}

/// How many windows a pool has where the last one is cut off.
public enum Rounding: String, Hashable, Sendable, FieldWord {
  /// The last window lies whole in the padded input.
  case floor
  /// The last window may hang over the edge, as in Caffe.
  case ceil
}

/// What the pixels of a padding hold.
public enum PaddingMode: Hashable, Sendable {
  /// One value.
  case constant(Double)
  /// The image mirrored at its edge pixels.
  case reflect
  /// The edge pixels.
  case replicate
  /// The other side of the image.
  case circular

  var word: String {
    switch self {
    case .constant: "constant"
    case .reflect: "reflect"
    case .replicate: "replicate"
    case .circular: "circular"
    }
  }
}

/// How values between pixels are made.
public enum UpsamplingMode: String, Hashable, Sendable, FieldWord {
  /// The nearest pixel's.
  case nearest
  /// Weighted by the distance from two samples of a signal.
  case linear
  /// Weighted by the distance from four pixels.
  case bilinear
  /// Cubic polynomials through sixteen pixels.
  case bicubic
  /// Weighted by the distance from eight voxels of a volume.
  case trilinear
}

/// The dimension along which tensors are joined.
public enum ConcatenationAxis: String, Hashable, Sendable, FieldWord {
  /// Channels of feature maps, features of vectors.
  case channels
  /// Rows.
  case height
  /// Columns.
  case width
  /// Samples of signals.
  case length
  /// Slices of volumes.
  case depth
}

/// The axes of feature maps in some order, by their first letters: channels, height, width.
public enum AxisOrder: String, Hashable, Sendable, FieldWord {
  /// As they are.
  case chw
  /// Rows and columns exchanged.
  case cwh
  /// Channels and rows exchanged.
  case hcw
  /// Channels last.
  case hwc
  /// Columns first.
  case wch
  /// Channels and columns exchanged.
  case whc
}

/// A number of channels near `value` that `divisor` divides: the nearest multiple, never more than 10 % below, at least
/// the divisor. MobileNet's and EfficientNet's rule for scaled widths.
public func divisible(_ value: Double, by divisor: Int) -> Int {
  precondition(divisor > 0, "divisible takes a positive divisor, not \(divisor)")
  let nearest = max(divisor, Int(((value + Double(divisor) / 2) / Double(divisor)).rounded(.down)) * divisor)
  return Double(nearest) < 0.9 * value ? nearest + divisor : nearest
}
