import GraphIR
import Layers
import Shapes

/// A window that does not fit its input, with the axes along which it does not.
struct WindowAtFault {
  let input: Shape
  let isPool: Bool
  let dilation: AxisSizes
  private let kernel: AxisSizes
  private let padding: Padding
  /// The axes at fault, counted from 0.
  private let axes: [Int]

  /// nil for the fault of a layer that slides no window over pixels.
  init?(_ fault: ShapeFault) {
    guard let layer = fault.layer, let input = fault.shapes.first, input.isMaps,
      let declaration = LayerRegistry.declaration(layer.keyword)
    else { return nil }
    let values = Dictionary(layer.attributes.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
    func value(_ field: String) -> FieldValue? { values[field] ?? declaration.field(named: field)?.defaultValue }
    guard case .size(let kernel)? = value("kernel"), let made = try? declaration.makeLayer(values) else { return nil }
    (self.input, self.kernel) = (input, kernel)
    isPool = [.maxPool, .averagePool].contains(made.operation)
    if case .size(let dilation)? = value("dilation") { self.dilation = dilation } else { dilation = .one }
    if case .padding(let padding)? = value("padding") { self.padding = padding } else { padding = .valid }
    // What the layer says where along the other axes each pixel is its own window.
    let found = (0..<input.axisCount).filter { axis in
      var alone = values
      for field in declaration.fields {
        if let value = values[field.name]?.alone(along: axis, of: input.axisCount, in: field) {
          alone[field.name] = value
        }
      }
      guard let layer = try? declaration.makeLayer(alone) else { return false }
      return (try? layer.outputShape(of: [input])) == nil
    }
    axes = found.isEmpty ? Array(0..<input.axisCount) : found
  }

  /// Whether a padding of half a kernel leaves a pool's windows where they are along the axes at fault.
  var isOdd: Bool { axes.allSatisfy { !kernel[$0].isMultiple(of: 2) } }

  /// The kernel that covers the input along the axes at fault, and is what it was along the others; nil where that is one
  /// pixel, and of a dilated convolution, whose point is what it spans.
  var fittingKernel: AxisSizes? {
    if !isPool, axes.contains(where: { dilation[$0] > 1 }) { return nil }
    var numbers = kernel.along(axes: input.axisCount)
    for axis in axes {
      guard let size = input.spatial[axis].value, size > 0 else { return nil }
      numbers[axis] = min(numbers[axis], (size - 1) / dilation[axis] + 1)
    }
    guard axes.contains(where: { numbers[$0] > 1 }) else { return nil }
    return AxisSizes(axes: numbers)
  }

  /// The padding with other numbers along the axes at fault: none, or as much as half of the kernel; of a convolution half of
  /// what the kernel spans.
  func padding(none isNone: Bool) -> Padding {
    let count = input.axisCount
    let spans = (0..<count).map { saturatingProduct(dilation[$0], kernel[$0] - 1) + 1 }
    var sides: [AxisPadding]
    switch padding {
    case .explicit(let sizes): sides = sizes.sides(axes: count) ?? []
    case .half: sides = spans.map { AxisPadding(before: $0 / 2, after: $0 / 2) }
    case .valid, .same: sides = []
    }
    if sides.isEmpty { sides = spans.map { _ in AxisPadding(before: 0, after: 0) } }
    for axis in axes {
      let side = isNone ? 0 : (isPool ? kernel[axis] : spans[axis]) / 2
      sides[axis] = AxisPadding(before: side, after: side)
    }
    if sides.allSatisfy({ $0.total == 0 }) { return .valid }
    // The word is what one writes, but for a dilated kernel, of which few know what half is.
    let isHalf = zip(sides, spans).allSatisfy { $0.before == $1 / 2 && $0.after == $1 / 2 }
    return isHalf && dilation == .one ? .half : .explicit(PaddingSizes(sides))
  }

  /// A stride that is 1 along the axes at fault; nil where it is already.
  func withoutStride(_ stride: AxisSizes) -> AxisSizes? {
    var numbers = stride.along(axes: input.axisCount)
    for axis in axes { numbers[axis] = 1 }
    let result = AxisSizes(axes: numbers)
    return result == stride ? nil : result
  }
}

extension FieldValue {
  /// The value along one of several axes, and along the others the smallest that the field has, or no padding; nil for what
  /// has no numbers along axes.
  fileprivate func alone(along axis: Int, of count: Int, in field: Field) -> FieldValue? {
    switch (self, field.type) {
    case (.size(let sizes), .size(let range)):
      return .size(AxisSizes(axes: (0..<count).map { $0 == axis ? sizes[$0] : range.lowerBound }))
    case (.padding(.explicit(let sizes)), _):
      guard let sides = sizes.sides(axes: count) else { return nil }
      return .padding(
        .explicit(PaddingSizes((0..<count).map { $0 == axis ? sides[$0] : AxisPadding(before: 0, after: 0) })))
    default: return nil
    }
  }
}
