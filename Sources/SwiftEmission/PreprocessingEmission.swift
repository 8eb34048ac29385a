import Blueprints
import Images
import SwiftSource

extension ImagePreprocessing {
  /// The value of the library that says the same, defaults left out.
  var swift: SwiftExpression {
    var arguments: [Argument] = []
    switch resize {
    case .shorterSide(let side)?:
      arguments.append(Argument("resize", .call(.member(nil, "shorterSide"), [Argument(nil, .integer(side))])))
    case .exact(let height, let width)?:
      let sides = [Argument("height", .integer(height)), Argument("width", .integer(width))]
      arguments.append(Argument("resize", .call(.member(nil, "exact"), sides)))
    case nil: break
    }
    if let crop {
      let size: SwiftExpression =
        crop.height == crop.width
        ? .integer(crop.height)
        : .call("Size", [Argument(nil, .integer(crop.height)), Argument(nil, .integer(crop.width))])
      arguments.append(Argument("crop", size))
    }
    if interpolation != .bilinear { arguments.append(Argument("interpolation", .member(nil, interpolation.rawValue))) }
    if let scale { arguments.append(Argument("scale", .literal("\(scale)"))) }
    for (label, numbers) in [("mean", mean), ("deviation", deviation)] where !numbers.isEmpty {
      arguments.append(Argument(label, .array(numbers.map { .literal("\($0)") })))
    }
    if order == .bgr { arguments.append(Argument("isBGR", .literal("true"))) }
    if orients { arguments.append(Argument("orientsByEXIF", .literal("true"))) }
    return .call("Preprocessing", arguments)
  }
}
