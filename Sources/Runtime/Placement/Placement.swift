import Kernels
import Tensors

/// Where each value of a graph lies: a buffer, or a slice of one that a concatenation fills.
struct Placement: Sendable {
  /// A value's place.
  struct Slot: Hashable, Sendable {
    /// The value whose buffer it is.
    var root: Computation.Value
    /// Floats from the buffer's start.
    var offset: Int
    var maps: BlockedMaps
  }

  private(set) var slots: [Computation.Value: Slot] = [:]
  /// The inputs of concatenations that are copied to their place because they could not be made there.
  private(set) var copied: Set<CopiedInput> = []
  /// Values that are others under another shape or name and take no step.
  private(set) var views: Set<Computation.Value> = []

  /// An input of a concatenation.
  struct CopiedInput: Hashable, Sendable {
    var concat: Computation.Value
    var position: Int
  }

  func slot(of value: Computation.Value) -> Slot {
    guard let slot = slots[value] else { preconditionFailure("value \(value.index) has no place") }
    return slot
  }
}

extension Placement {
  /// Gives every value of a graph a place; the inputs of concatenations lie in their slices where `sharesSlices`.
  init(_ graph: FusedGraph, sharesSlices: Bool) {
    let constants = graph.readConstants
    let given = Set(graph.inputs + constants)
    let vectors = graph.vectors
    // A vector is no part of maps.
    let viewing = Set(graph.nodes.filter { $0.isView(in: graph) && !vectors.contains($0.output) }.map(\.output))
    func maps(_ value: Computation.Value) -> BlockedMaps {
      let shape = graph.shape(of: value)
      return vectors.contains(value) ? BlockedMaps([shape.saturatingProduct]) : BlockedMaps(shape)
    }
    // What is made again late must not hold what is made early, nor the other way round.
    let recomputed = Set(graph.nodes.filter(\.isRecomputed).map(\.output))
    // From the last to the first, so that a concatenation knows its own place when it gives places to its inputs.
    for node in graph.nodes.reversed() {
      let slot =
        slots[node.output]
        ?? Slot(
          root: node.output, offset: 0, maps: maps(node.output))
      slots[node.output] = slot
      guard node.operation.concatenationAxis == 1, !vectors.contains(node.output) else { continue }
      var channels = 0
      for (position, input) in node.inputs.enumerated() {
        let shape = graph.shape(of: input)
        let isWhole =
          channels.isMultiple(of: BlockedMaps.lanes)
          && (shape[1].isMultiple(of: BlockedMaps.lanes) || position == node.inputs.count - 1)
        if sharesSlices, isWhole, recomputed.contains(input) == node.isRecomputed, slots[input] == nil,
          !given.contains(input), !viewing.contains(input)
        {
          var maps = BlockedMaps(shape)
          maps.imageStride = slot.maps.imageStride
          let offset = slot.offset + channels / BlockedMaps.lanes * slot.maps.blockStride
          slots[input] = Slot(root: slot.root, offset: offset, maps: maps)
        } else {
          copied.insert(CopiedInput(concat: node.output, position: position))
        }
        channels += shape[1]
      }
    }
    for value in graph.inputs + constants {
      slots[value] = Slot(root: value, offset: 0, maps: BlockedMaps(graph.shape(of: value)))
    }
    // Views follow what they are views of, in the order of the nodes.
    for node in graph.nodes where viewing.contains(node.output) {
      slots[node.output] = node.view(in: graph, of: slot(of: node.inputs[0]))
      views.insert(node.output)
    }
  }
}

extension FusedNode {
  /// Whether the output is a part of the input, or all of it, as it lies.
  func isView(in graph: FusedGraph) -> Bool {
    guard let channels = viewedChannels(in: graph), let input = inputs.first else { return false }
    return channels.lowerBound.isMultiple(of: BlockedMaps.lanes)
      && (channels.upperBound.isMultiple(of: BlockedMaps.lanes) || channels.upperBound == graph.shape(of: input)[1])
  }

  /// The channels of the input that the output is, if it is any; only those of whole blocks lie as they must.
  private func viewedChannels(in graph: FusedGraph) -> Range<Int>? {
    guard scalings.isEmpty, residual == nil, activation == nil, let input = inputs.first else { return nil }
    return operation.viewedChannels(of: graph.shape(of: input), result: graph.shape(of: output))
  }

  /// The place of the output, a view of the input in its slot.
  fileprivate func view(in graph: FusedGraph, of slot: Placement.Slot) -> Placement.Slot {
    var slot = slot
    if let channels = viewedChannels(in: graph) {
      slot.offset += channels.lowerBound / BlockedMaps.lanes * slot.maps.blockStride
    }
    let stride = slot.maps.imageStride
    slot.maps = BlockedMaps(graph.shape(of: output))
    slot.maps.imageStride = stride
    return slot
  }
}

extension BlockedMaps {
  /// Maps of a shape `[N, C, H, W]`, or vectors `[N, features]` as maps of one pixel; a signal `[N, C, L]` is one row, a
  /// volume its slices, one below the other, a vector `[C]` one image.
  init(_ shape: [Int]) {
    guard shape.count > 1 else {
      self.init(images: 1, channels: shape.first ?? 1, height: 1, width: 1)
      return
    }
    let shape = shape.withRows
    self.init(
      images: shape[0], channels: shape[1], height: shape.count > 2 ? shape[2] : 1,
      width: shape.count > 3 ? shape[3] : 1)
  }
}
