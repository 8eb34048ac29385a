import Blueprints
import Layers
import PythonSource
import Shapes

/// The padding of a layer's window as PyTorch takes it.
enum WindowPadding {
  case none
  /// An argument of the layer: pixels on both sides of each axis, or "same".
  case plain(PythonExpression)
  /// What a form pads by itself: sides of their own, or "same" with a stride.
  case padded(PythonExpression)

  init(_ layer: LayerConstruction, _ spelling: TorchSpelling, _ environment: Environment, _ helpers: HelperList) {
    guard let term = layer.field("padding"), term != .constant(.padding(.valid)) else {
      self = .none
      return
    }
    let axes = max(1, layer.inputRank - 1)
    let bindings = environment.first
    let values = environment.values(of: term)?.map { $0.padding(axes: axes) }
    if let values, values.contains(.same) {
      let strides = layer.field("stride").map { environment.values(of: $0) ?? [] } ?? [.int(1)]
      let isPlain = values.allSatisfy { $0 == .same } && strides.allSatisfy { $0 == .int(1) }
      self = spelling.padded?.hasSame == true && isPlain ? .plain(.string("same")) : .padded(term.python(bindings))
      return
    }
    let kernel = layer.field("kernel") ?? .int(1)
    let dilation = layer.field("dilation") ?? .int(1)
    if let values, values.contains(.sides) {
      self = .padded(term.python(bindings))
      return
    }
    if term == .constant(.padding(.half)), let pixels = Self.half(kernel, dilation, axes, environment) {
      if case .literal("0") = pixels { self = .none } else { self = .plain(pixels) }
      return
    }
    if let values, values.allSatisfy({ $0 == .pixels }) {
      let value = term.python(bindings)
      if case .literal("0") = value { self = .none } else { self = .plain(value) }
      return
    }
    helpers.add(.half)
    var arguments = [PythonArgument(nil, term.python(bindings)), PythonArgument(nil, kernel.python(bindings))]
    if dilation != .int(1) { arguments.append(PythonArgument(nil, dilation.python(bindings))) }
    self = .plain(.call("pixels", arguments))
  }

  /// Half of what the kernel spans, where that is a number or a plain formula.
  private static func half(
    _ kernel: Term, _ dilation: Term, _ axes: Int, _ environment: Environment
  ) -> PythonExpression? {
    if let taps = kernel.constantValue?.sizes(axes: axes), let steps = dilation.constantValue?.sizes(axes: axes) {
      let pixels = zip(taps, steps).map { ($1 * ($0 - 1) + 1) / 2 }
      return pixels.allSatisfy { $0 == pixels[0] }
        ? .integer(pixels[0]) : .tuple(pixels.map(PythonExpression.integer))
    }
    guard dilation == .int(1), let values = environment.values(of: kernel), values.allSatisfy({ $0.int != nil }) else {
      return nil
    }
    return .binary(kernel.python(environment.first), .floorDivide, .integer(2))
  }
}

extension FieldValue {
  /// What a padding is to PyTorch.
  fileprivate enum PaddingForm {
    /// Numbers for both sides of each axis.
    case pixels
    /// Half of what the kernel spans.
    case half
    /// Other numbers before than after.
    case sides
    case same
  }

  fileprivate func padding(axes: Int) -> PaddingForm {
    guard case .padding(let padding) = self else { return .pixels }
    switch padding {
    case .valid: return .pixels
    case .half: return .half
    case .same: return .same
    case .explicit(let sizes):
      return sizes.sides(axes: axes)?.allSatisfy { $0.before == $0.after } == true
        && sizes.shortest.count <= max(1, axes) ? .pixels : .sides
    }
  }

  fileprivate func sizes(axes: Int) -> [Int]? {
    switch self {
    case .int(let value): Array(repeating: value, count: axes)
    case .size(let size): size.along(axes: axes)
    default: nil
    }
  }
}
