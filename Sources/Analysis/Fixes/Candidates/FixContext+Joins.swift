import Diagnostics
import GraphIR
import Layers
import Shapes
import SpecLanguage

/// Joins whose inputs do not go together: branches, `concat` and `add` of references, gates.
extension FixContext {
  func joinCandidates(_ fault: ShapeFault) -> [FixCandidate] {
    guard fault.inputs.count == fault.shapes.count else { return [] }
    let isConcat = isConcat(fault)
    var result: [FixCandidate] = []
    for (value, shape) in zip(fault.inputs, fault.shapes) {
      let chain = Chain(to: value, in: attempt)
      for (other, wanted) in zip(fault.inputs, fault.shapes) where wanted != shape && wanted.rank == shape.rank {
        guard shape.isMaps else {
          guard let channels = wanted.channels.value, !isConcat else { continue }
          result += channelCandidates(of: chain, channels, cost: 1) { $0 == wanted }
          continue
        }
        let fits = { (end: Shape) in
          end.spatial == wanted.spatial && (isConcat || end.channels == wanted.channels)
        }
        if shape.spatial == wanted.spatial {
          guard let channels = wanted.channels.value, !isConcat else { continue }
          result += channelCandidates(of: chain, channels, cost: 1, fits: fits)
        } else {
          result += sizings(of: chain, [scales.areEqual(value, other) ? .border : .scale], cost: 1, fits: fits)
        }
      }
    }
    // Where one level of a pyramid meets another, a layer is missing as likely as a stride is wrong.
    let enlarges = fault.inputs.contains { value in
      Chain(to: value, in: attempt).nodes.contains { node in
        if case .enlarged = node.layer.reach(over: node.output) { true } else { false }
      }
    }
    if item(at: fault.item)?.from != nil, !enlarges { result += layersBeforeJoin(fault, upsampling: true) }
    return result
  }

  /// A layer put between an input of a join and the join: a crop or zeros where borders differ, an upsampling where
  /// scales do.
  func layersBeforeJoin(_ fault: ShapeFault, upsampling: Bool = false) -> [FixCandidate] {
    guard let item = item(at: fault.item), fault.inputs.count == fault.shapes.count else { return [] }
    var result: [FixCandidate] = []
    for (index, shape) in fault.shapes.enumerated() {
      for wanted in Set(fault.shapes) where wanted != shape && wanted.isMaps && shape.isMaps {
        guard let (layer, suffix) = Self.layer(from: shape, to: wanted), !upsampling || suffix == "_up" else {
          continue
        }
        let edit: Diagnostic.Edit? =
          switch item.operation {
          case .layer where item.from?.count == fault.inputs.count:
            item.from.flatMap { reading($0[index], through: layer, as: suffix, in: item) }
          case .branches(let branches, _) where branches.count == fault.inputs.count:
            appending(layer, to: branches[index].body)
          default: nil
          }
        guard let edit else { continue }
        let what = item.from.map { sources[$0[index].span.source].text(of: $0[index].span) } ?? "branch \(index + 1)"
        result.append(
          FixCandidate(
            description: "put \(layer) between \(what) and \(item.word) (line \(item.operationSpan.start.line))",
            edit: edit, cost: suffix == "_up" ? 1 : 2, isInsertion: !upsampling))
      }
    }
    return result
  }

  private static func layer(from shape: Shape, to wanted: Shape) -> (layer: String, suffix: String)? {
    let (sizes, wanted) = (shape.spatial.compactMap(\.value), wanted.spatial.compactMap(\.value))
    guard sizes.count == shape.axisCount, sizes.count == wanted.count, !sizes.isEmpty else { return nil }
    let pairs = zip(sizes, wanted)
    if pairs.allSatisfy({ $1 > $0 && $1.isMultiple(of: $0) && $1 / $0 == wanted[0] / sizes[0] }) {
      return ("upsample: {by: \(wanted[0] / sizes[0])}", "_up")
    }
    if pairs.allSatisfy({ $1 <= $0 && 2 * $1 > $0 }) {
      return ("crop: {size: \(AxisSizes(axes: wanted).listText)}", "_crop")
    }
    // A border is narrow: where half a map would be zeros, something else is wrong.
    guard pairs.allSatisfy({ $1 >= $0 && $1 - $0 <= max(2, $0 / 4) }) else { return nil }
    let sides = pairs.flatMap { (size: Int, wanted: Int) -> [Int] in
      let border = wanted - size
      return [border / 2, border - border / 2]
    }
    return ("pad: {padding: [\(sides.map(String.init).joined(separator: ", "))]}", "_pad")
  }

  private func isConcat(_ fault: ShapeFault) -> Bool {
    guard let item = item(at: fault.item) else { return false }
    switch item.operation {
    case .branches(_, let join), .split(_, _, let join): return join == .concat
    case .append: return true
    case .layer(let call): return call.keyword == Concat.keyword
    default: return false
    }
  }

  // MARK: Gates

  /// The gate's last layer with channels gets those of the maps.
  func gateCandidates(_ fault: ShapeFault) -> [FixCandidate] {
    guard let maps = fault.shapes.filter(\.isMaps).max(by: { ($0.elements.value ?? 0) < ($1.elements.value ?? 0) }),
      let channels = maps.channels.value
    else { return [] }
    return zip(fault.inputs, fault.shapes).filter { $0.1 != maps }.flatMap { value, _ in
      channelCandidates(of: Chain(to: value, in: attempt), channels, cost: 1) { $0.channels == maps.channels }
    }
  }
}
