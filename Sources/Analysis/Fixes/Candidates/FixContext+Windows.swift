import GraphIR
import Layers
import Shapes
import SpecLanguage

/// Windows that do not fit their input.
extension FixContext {
  /// The kinds that slide a window without weights.
  private static let pools: Set<String> = [MaxPool.keyword, AveragePool.keyword]

  func windowCandidates(_ fault: ShapeFault) -> [FixCandidate] {
    guard let item = item(at: fault.item), case .layer(let call) = item.operation, let shape = fault.shapes.first,
      shape.isMaps
    else { return [] }
    var result: [FixCandidate] = []
    func own(_ field: String, _ text: String, cost: Int) {
      guard LayerRegistry.declaration(call.keyword)?.field(named: field) != nil,
        let edit = setting(field, to: text, at: item, call, scope: fault.scope)
      else { return }
      result.append(
        FixCandidate(
          description: "\(field): \(text) in \(call.keyword) (line \(item.operationSpan.start.line))", edit: edit,
          cost: cost, targets: [item.operationSpan]))
    }
    func written(_ field: String) -> Int? {
      guard case .expression(let expression)? = call.arguments.first(where: { $0.name == field })?.value.form,
        case .int(let number)? = expression.literal
      else { return nil }
      return number
    }
    // The padding that keeps the size, as a number where the kernel is dilated.
    if let dilation = written("dilation"), dilation > 1, let kernel = written("kernel"), kernel > 1 {
      own("padding", "\(saturatingProduct(dilation, kernel - 1) / 2)", cost: 1)
    } else if !Self.pools.contains(call.keyword) || written("kernel")?.isMultiple(of: 2) == false {
      own("padding", "half", cost: 1)
    }
    if fault.id == .padding {
      // A layer without a window is there to pad, and padding nothing is not what was meant.
      if LayerRegistry.declaration(call.keyword)?.field(named: "kernel") != nil { own("padding", "valid", cost: 2) }
    } else {
      let sizes = shape.spatial.compactMap(\.value)
      if sizes.count == shape.axisCount, sizes.contains(where: { $0 > 1 }) {
        own("kernel", AxisSizes(axes: sizes).listText, cost: 2)
      }
      let strided = upstream(of: fault.inputs, limit: 24).filter { node, _ in
        if case .size(let stride)? = value(of: "stride", in: node) { stride != .one } else { false }
      }
      for (node, distance) in strided.prefix(4) {
        result += [setting("stride", "1", of: node, cost: 4 + distance)].compactMap { $0 }
      }
    }
    return result
  }

  /// A pool too many: one whose window has nothing left to look at.
  func superfluousLayer(_ fault: ShapeFault) -> [FixCandidate] {
    guard let item = item(at: fault.item), case .layer(let call) = item.operation, Self.pools.contains(call.keyword),
      let edit = removing(item)
    else { return [] }
    return [
      FixCandidate(
        description: "leave \(call.keyword) (line \(item.operationSpan.start.line)) out", edit: edit, cost: 3,
        targets: [item.operationSpan], isInsertion: true, isGuess: true)
    ]
  }
}
