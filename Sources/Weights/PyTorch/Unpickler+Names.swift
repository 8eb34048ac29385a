// Names, calls and storages: the instructions by which pickles of others do harm.
extension Unpickler {
  mutating func pushGlobal(_ module: String, _ name: String) throws(WeightError) {
    guard let global = PickleGlobal(module: module, name: name) else {
      throw refused(
        "the pickle asks for \(quoted(module + "." + name)), which no state_dict needs; save the state_dict alone")
    }
    stack.append(.global(global))
  }

  /// A call: what would be made is made here; only the known names can be called.
  mutating func reduce() throws(WeightError) {
    guard case .tuple(let index) = try pop() else { throw malformed("the pickle calls with no tuple of arguments") }
    let arguments = tuples[index]
    let callee = try pop()
    guard case .global(let global) = callee else { throw refused("the pickle calls \(callee.kind)") }
    switch global {
    case .orderedDictionary: try makeDictionary(arguments)
    case .rebuildTensor:
      stack.append(.tensor(tensors.count))
      tensors.append(try tensor(arguments))
    case .rebuildParameter:
      guard arguments.count == 3, case .tensor = arguments[0] else {
        throw malformed("\(global.name) is called with other arguments than PyTorch's")
      }
      stack.append(arguments[0])
    case .storage: throw refused("the pickle calls \(global.name)")
    }
  }

  /// `OrderedDict()`, or Python 2's `OrderedDict([[key, value], …])`.
  private mutating func makeDictionary(_ arguments: [PickleValue]) throws(WeightError) {
    pushDictionary()
    guard let first = arguments.first else { return }
    guard arguments.count == 1, case .list(let list) = first else {
      throw malformed("collections.OrderedDict is called with other arguments than a list")
    }
    copiedItems += lists[list].count
    guard copiedItems <= Self.largestInstructionCount else {
      throw reader.file.limit("the pickle copies lists again and again", at: reader.offset)
    }
    for item in lists[list] {
      let pair: [PickleValue]
      switch item {
      case .list(let index): pair = lists[index]
      case .tuple(let index): pair = tuples[index]
      default: pair = []
      }
      guard pair.count == 2 else { throw malformed("collections.OrderedDict is called with no list of pairs") }
      dictionaries[dictionaries.count - 1].append((pair[0], pair[1]))
    }
  }

  /// The state of an object: dictionaries have attributes that matter to PyTorch alone (`_metadata`).
  mutating func build() throws(WeightError) {
    let state = try pop()
    guard case .dictionary = try top(), case .dictionary = state else {
      throw refused("the pickle sets the state of \((try top()).kind)")
    }
  }

  /// `('storage', torch.FloatStorage, key, device, count)`, in old files with a sixth part, which is None.
  mutating func pushStorage(_ identifier: PickleValue) throws(WeightError) {
    guard case .tuple(let index) = identifier else { throw malformed("a storage is named by \(identifier.kind)") }
    let parts = tuples[index]
    guard (5...6).contains(parts.count), case .text("storage") = parts[0],
      case .global(.storage(let type)) = parts[1], case .text(let key) = parts[2], case .text = parts[3],
      case .int(let count) = parts[4], count >= 0, count <= Int.max / type.size
    else { throw malformed("a storage is described otherwise than PyTorch does") }
    if parts.count == 6 {
      guard case .none = parts[5] else { throw refused("the storage \(quoted(key)) is a view of another") }
    }
    stack.append(.storage(storages.count))
    storages.append(PickleStorage(key: key, type: type, count: count))
  }

  /// `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)`, checked against the storage.
  private func tensor(_ arguments: [PickleValue]) throws(WeightError) -> PickleTensor {
    guard (6...7).contains(arguments.count), case .storage(let index) = arguments[0],
      case .int(let offset) = arguments[1], let shape = sizes(arguments[2]), let strides = sizes(arguments[3]),
      shape.count == strides.count, shape.count <= 32
    else { throw malformed("_rebuild_tensor_v2 is called with other arguments than PyTorch's") }
    let storage = storages[index]
    guard offset >= 0, let count = elementCount(shape),
      let extent = StoredTensor.extent(shape: shape, strides: strides)
    else {
      throw malformed("a tensor has the shape \(shapeText(shape)) with strides \(shapeText(strides)) at \(offset)")
    }
    guard offset <= storage.count, extent <= storage.count - offset else {
      throw malformed(
        "a tensor of shape \(shapeText(shape)), strides \(shapeText(strides)), offset \(offset) exceeds its storage of "
          + "\(storage.count) elements")
    }
    // Strides of zero repeat elements, by which a small file could ask for any amount of memory.
    guard count <= max(storage.count, 1 << 16) else {
      throw reader.file.limit(
        "a tensor of shape \(shapeText(shape)) repeats the \(storage.count) elements of its storage")
    }
    return PickleTensor(storage: storage, offset: offset, shape: shape, strides: strides)
  }

  private func sizes(_ value: PickleValue) -> [Int]? {
    let values: [PickleValue]
    switch value {
    case .tuple(let index): values = tuples[index]
    case .list(let index): values = lists[index]
    default: return nil
    }
    guard values.count <= 32 else { return nil }
    var result: [Int] = []
    for value in values {
      guard case .int(let number) = value, number >= 0 else { return nil }
      result.append(number)
    }
    return result
  }
}
