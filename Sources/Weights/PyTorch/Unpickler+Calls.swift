// Calls and states: the instructions by which pickles of others do harm. Nothing is called here; of what would be made,
// dictionaries and tensors are made by this code, and all else is an object with a name.
extension Unpickler {
  /// A call, or the making of an object.
  mutating func call(_ callee: PickleValue, _ arguments: [PickleValue]) throws(WeightError) {
    switch callee {
    case .global(.dictionary(let name)): try makeDictionary(arguments, name)
    case .global(.rebuildTensor(let rebuilding)): stack.append(try rebuild(rebuilding, arguments))
    case .global(.other(let name)):
      switch (name, arguments.first) {
      case ("torch.Size", .tuple?) where arguments.count == 1: stack.append(arguments[0])
      case ("torch.nn.parameter.Parameter", .tensor?): stack.append(arguments[0])
      default: pushObject(PickleObject(callee: name, tensorProblem: Self.tensorProblem(of: name)))
      }
    case .global(let global): pushObject(PickleObject(callee: global.name))
    case .object: pushObject(PickleObject())
    default: throw malformed("the pickle calls \(callee.kind)")
    }
  }

  /// `OrderedDict()`, Python 2's `OrderedDict([[key, value], …])`, or one from another dictionary.
  private mutating func makeDictionary(_ arguments: [PickleValue], _ name: String) throws(WeightError) {
    // A defaultdict's first argument makes what it lacks.
    let arguments = name == "collections.defaultdict" ? Array(arguments.dropFirst()) : arguments
    pushDictionary()
    guard let first = arguments.first else { return }
    let items: [PickleValue]
    switch first {
    case .list(let index) where arguments.count == 1: items = lists[index]
    case .dictionary(let index) where arguments.count == 1:
      try countCopied(dictionaries[index].count)
      dictionaries[dictionaries.count - 1] = dictionaries[index]
      return
    default: throw malformed("\(name) is called with other arguments than a list")
    }
    try countCopied(items.count)
    for item in items {
      let pair: [PickleValue]
      switch item {
      case .list(let index): pair = lists[index]
      case .tuple(let index): pair = tuples[index]
      default: pair = []
      }
      guard pair.count == 2 else { throw malformed("\(name) is called with no list of pairs") }
      dictionaries[dictionaries.count - 1].append((pair[0], pair[1]))
    }
  }

  /// Items that are copied from a container, which a pickle can name again and again.
  private mutating func countCopied(_ count: Int) throws(WeightError) {
    copiedItems += count
    guard copiedItems <= Self.largestInstructionCount else {
      throw reader.file.limit("the pickle copies lists again and again", at: reader.offset)
    }
  }

  /// The state of an object: dictionaries have attributes that matter to PyTorch alone (`_metadata`).
  mutating func build() throws(WeightError) {
    let state = try pop()
    switch try top() {
    case .dictionary: break
    case .object(let index): objects[index].state = state
    case let other: throw refused("the pickle sets the state of \(other.kind)")
    }
  }

  /// `('storage', torch.FloatStorage, key, device, count)`, in old files with a sixth part, which is None.
  mutating func pushStorage(_ identifier: PickleValue) throws(WeightError) {
    guard case .tuple(let index) = identifier else {
      // A whole module's old file has its source code beside it.
      throw refused("the pickle refers to \(identifier.kind) outside of it, where a storage is expected")
    }
    let parts = tuples[index]
    if case .text("module")? = parts.first {
      guard parts.count == 4 else { throw malformed("a module is described otherwise than PyTorch does") }
      stack.append(parts[1])
      return
    }
    guard (5...6).contains(parts.count), case .text("storage") = parts[0], case .global(let global) = parts[1],
      case .text(let key) = parts[2], case .text = parts[3], case .int(let count) = parts[4], count >= 0,
      count <= Int.max / 16
    else { throw malformed("a storage is described otherwise than PyTorch does") }
    // Keys are numbers; each tensor names its storage's, so long ones would be compared again and again.
    guard key.utf8.count <= 256 else {
      throw reader.file.limit("the key of a storage has \(key.utf8.count) bytes", at: reader.offset)
    }
    if parts.count == 6 {
      guard case .none = parts[5] else { throw refused("the storage \(quoted(key)) is a view of another") }
    }
    let type: ElementType?
    switch global {
    case .storage(let known): type = known
    case .otherStorage: type = nil
    default: throw malformed("a storage is described otherwise than PyTorch does")
    }
    stack.append(.storage(storages.count))
    storages.append(PickleStorage(key: key, type: type, typeName: global.name, count: count))
  }
}
