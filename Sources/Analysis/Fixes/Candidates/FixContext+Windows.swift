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
    // What has no window is there to pad, or to resize, and padding nothing is not what was meant.
    let window = WindowAtFault(fault)
    if let window {
      if fault.id == .kernelExceedsInput, let kernel = window.fittingKernel { own("kernel", kernel.listText, cost: 2) }
      // Of an even pool half a kernel moves the windows, so it is one of two ways where there is too much.
      if fault.id == .padding || !window.isPool || window.isOdd {
        own("padding", window.padding(none: false).description, cost: 1)
      }
    }
    if fault.id == .padding {
      // A dilated pool keeps its size by what is padded before it.
      if let window, window.dilation != .one { own("padding", "same", cost: 1) }
      if let window { own("padding", window.padding(none: true).description, cost: 2) }
      return result
    }
    let strided = upstream(of: fault.inputs, limit: 24).compactMap { node, distance -> FixCandidate? in
      guard node.output.axisCount == shape.axisCount, case .size(let stride)? = value(of: "stride", in: node),
        let other = window.map({ $0.withoutStride(stride) }) ?? (stride == .one ? nil : .one)
      else { return nil }
      return setting("stride", other.listText, of: node, cost: 4 + distance)
    }
    result += strided.prefix(4)
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
