import GraphIR
import Layers
import Shapes
import SpecLanguage

/// Values whose shape is not the one that `expect` promises.
extension FixContext {
  func expectationCandidates(_ fault: ShapeFault) -> [FixCandidate] {
    guard let expected = fault.expected, let output = fault.inputs.first, let shape = fault.shapes.first else {
      return []
    }
    let chain = Chain(to: output, in: attempt)
    var result = sizings(of: chain, [.border, .scale], cost: 1) { $0 == expected }
    if shape.isMaps, expected.isMaps, shape.spatial == expected.spatial,
      let channels = expected.channels.value
    {
      result += channelCandidates(of: chain, channels, cost: 1) { $0 == expected }
    }
    for (index, node) in chain.nodes.enumerated() {
      guard case .size(let kernel)? = value(of: "kernel", in: node), kernel.isUniform else { continue }
      for size in [kernel[0] - 1, kernel[0] + 1, 3, 5] where size > 0 && size != kernel[0] {
        guard chain.end(changing: index, ["kernel": .size(AxisSizes(size))]) == expected else { continue }
        result += [setting("kernel", "\(size)", of: node, cost: 5 + 2 * index)].compactMap { $0 }
      }
    }
    // Where branches have come together shapes follow from building alone.
    for (node, distance) in upstream(of: fault.inputs, limit: 24)
    where !chain.nodes.contains(where: { $0.id == node.id }) {
      for stride in 1...2 where has("stride", node) && value(of: "stride", in: node) != .size(AxisSizes(stride)) {
        result += [setting("stride", "\(stride)", of: node, cost: 4 + 2 * distance)].compactMap { $0 }
      }
    }
    return result
  }

  /// A pool after each row of a table, or one of the size that is expected.
  func forgottenPools(_ fault: ShapeFault) -> [FixCandidate] {
    guard let expected = fault.expected else { return [] }
    var result: [FixCandidate] = []
    for loop in loops {
      guard let last = loop.layers.last else { continue }
      let line = last.operationSpan.start.line
      result.append(
        FixCandidate(
          description: "put max_pool: {kernel: 2} after \(last.word) (line \(line)), at the end of each row",
          edit: appending("max_pool: {kernel: 2}", after: last), cost: 6, isInsertion: true, isGuess: true))
    }
    guard let features = expected.values?.first, expected.rank == 1,
      let flatten = upstream(of: fault.inputs, limit: 6).first(where: { $0.node.layer is Flatten })?.node,
      let item = item(at: flatten.span), let channels = attempt.shape(of: flatten.inputs[0])?.channels.value,
      channels > 0, features.isMultiple(of: channels)
    else { return result }
    let area = features / channels
    for side in 1...min(256, max(1, area)) where side * side == area {
      result.append(
        FixCandidate(
          description: "put adaptive_avg_pool: {size: \(side)} before flatten (line \(item.operationSpan.start.line))",
          edit: inserting(["adaptive_avg_pool: {size: \(side)}"], before: item), cost: 8, targets: [flatten.span],
          isInsertion: true, isGuess: true))
    }
    return result
  }
}
