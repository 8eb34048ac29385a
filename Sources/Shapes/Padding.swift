/// How a window is padded: a rule that looks at the kernel and the input, or fixed numbers of pixels.
package enum Padding: Hashable, Sendable {
  /// No padding.
  case valid
  /// Half of the pixels that the kernel spans on each side, `(dilation·(k − 1) + 1) // 2`: keeps the size at stride 1 for
  /// odd kernels, whatever the dilation.
  case half
  /// TensorFlow's: `⌈size / stride⌉` outputs, the odd row or column of zeros at the bottom or right.
  case same
  /// Pixels on each side.
  case explicit(PaddingSizes)

  /// The same before and after, along each axis.
  package static func symmetric(_ sizes: AxisSizes) -> Padding {
    .explicit(sizes.axisCount == nil ? PaddingSizes(sizes[0]) : PaddingSizes(list: sizes.numbers))
  }

  /// The same on all sides.
  package static func symmetric(_ all: Int) -> Padding { .explicit(PaddingSizes(all)) }

  /// Rows and columns around feature maps.
  package static func explicit(top: Int, bottom: Int, left: Int, right: Int) -> Padding {
    .explicit(PaddingSizes(list: [top, bottom, left, right]))
  }

  /// The words of the language that name a rule.
  package static let words = ["half", "same", "valid"]

  package init?(word: String) {
    switch word {
    case "half": self = .half
    case "same": self = .same
    case "valid": self = .valid
    default: return nil
    }
  }
}

extension Padding: CustomStringConvertible {
  package var description: String {
    switch self {
    case .valid: "valid"
    case .half: "half"
    case .same: "same"
    case .explicit(let sizes): sizes.description
    }
  }
}

/// The padding of one axis in pixels before and after the input; a formula where `same` meets an open size.
package struct AxisPadding: Hashable, Sendable {
  package var before: Int
  package var after: Int

  package init(before: Int, after: Int) {
    self.before = before
    self.after = after
  }

  package var total: Int { saturatingSum(before, after) }
}
