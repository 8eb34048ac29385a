import Hashing

/// One of the dictionaries of tensors in what a pickle holds.
struct StateDict {
  /// The keys that lead to it, joined by dots; empty for the outermost.
  var key: String
  /// The tensors by their names, in the file's order.
  var tensors: [(name: String, tensor: PickleTensor)] = []
  /// The tensors whose elements are not read, with the reason.
  var unreadable: [(name: String, problem: String)] = []
  /// The names of numpy's arrays beside them, the first ones.
  var arrays: [String] = []
}

/// Looks through what a pickle holds for dictionaries of tensors.
struct StateDictSearch {
  private static let largestDepth = 8
  /// All names that are looked at together have at most as many bytes; a pickle can name one text again and again.
  private static let largestNames = 64 << 20

  private let unpickler: Unpickler
  private var found: [StateDict] = []
  private var names = 0
  /// The objects that would be modules, with their keys.
  private var modules: [(key: String, name: String)] = []
  /// More than these are not remembered.
  private static let largestModules = 8
  private static let largestArrays = 4096

  private init(_ unpickler: Unpickler) { self.unpickler = unpickler }

  /// Every dictionary of tensors in a value, the outermost first, and the keys of whole modules beside them.
  ///
  /// - Throws: `WeightError` if there is none; it says what there is instead.
  static func all(
    in value: PickleValue, _ unpickler: Unpickler
  ) throws(WeightError) -> (dictionaries: [StateDict], modules: [String]) {
    var search = StateDictSearch(unpickler)
    try search.look(at: value)
    let result = search.found.filter { !$0.tensors.isEmpty || !$0.unreadable.isEmpty }
    guard result.isEmpty else { return (result, search.modules.map(\.key)) }
    throw unpickler.reader.file.refused(search.nothing(in: value))
  }

  /// Breadth first; a container is looked at once, by whatever keys it can be reached.
  private mutating func look(at root: PickleValue) throws(WeightError) {
    var queue: [(value: PickleValue, key: String, depth: Int)] = [(root, "", 0)]
    var position = 0
    var seenDictionaries: Set<Int> = []
    var seenLists: Set<Int> = []
    var seenTuples: Set<Int> = []
    while position < queue.count {
      let (value, key, depth) = queue[position]
      position += 1
      var children: [(key: String, value: PickleValue)] = []
      switch value {
      case .dictionary(let index) where seenDictionaries.insert(index).inserted:
        children = try look(atDictionary: index, key: key)
      case .list(let index) where seenLists.insert(index).inserted:
        children = unpickler.lists[index].enumerated().map { (String($0), $1) }
      case .tuple(let index) where seenTuples.insert(index).inserted:
        children = unpickler.tuples[index].enumerated().map { (String($0), $1) }
      case .object(let index):
        if modules.count < Self.largestModules, let name = moduleName(index) { modules.append((key, name)) }
      default: break
      }
      guard depth < Self.largestDepth else { continue }
      for child in children {
        switch child.value {
        case .dictionary, .list, .tuple, .object:
          try count(key.utf8.count + child.key.utf8.count)
          queue.append((child.value, key.isEmpty ? child.key : "\(key).\(child.key)", depth + 1))
        default: break
        }
      }
    }
  }

  /// Takes a dictionary's tensors; what else it has is returned.
  private mutating func look(
    atDictionary index: Int, key: String
  ) throws(WeightError) -> [(key: String, value: PickleValue)] {
    var dictionary = StateDict(key: key)
    var taken: Set<ByteName> = []
    var others: [(key: String, value: PickleValue)] = []
    let items = unpickler.dictionaries[index]
    let namesTensors = items.contains { if case (.text, .tensor) = ($0.key, $0.value) { true } else { false } }
    for item in items {
      let name: String
      switch (item.key, item.value) {
      case (.text(let text), _): name = text
      // Beside tensors with names what has a number is none of a network's.
      case (.int, .tensor) where namesTensors: continue
      case (.int(let number), _): name = String(number)
      default: continue
      }
      switch item.value {
      case .tensor(let tensor):
        try count(name.utf8.count)
        guard taken.insert(ByteName(name)).inserted else {
          throw unpickler.reader.file.malformed("stands there twice", tensor: name)
        }
        dictionary.tensors.append((name, unpickler.tensors[tensor]))
      case .object(let object):
        if let problem = unpickler.objects[object].tensorProblem {
          dictionary.unreadable.append((name, problem))
        } else {
          if dictionary.arrays.count < Self.largestArrays, isArray(object) {
            try count(name.utf8.count)
            dictionary.arrays.append(name)
          }
          others.append((name, item.value))
        }
      case .dictionary, .list, .tuple: others.append((name, item.value))
      default: break
      }
    }
    found.append(dictionary)
    return others
  }

  private mutating func count(_ bytes: Int) throws(WeightError) {
    names += bytes
    guard names <= Self.largestNames else {
      throw unpickler.reader.file.limit("the names in its dictionaries have more than \(Self.largestNames) bytes")
    }
  }

  // MARK: What is there instead

  /// The class of an object that has a module's dictionaries.
  private func moduleName(_ index: Int) -> String? {
    guard case .dictionary(let state)? = unpickler.objects[index].state else { return nil }
    let keys = unpickler.dictionaries[state].prefix(64)
    let isModule = keys.contains { if case .text("_modules") = $0.key { true } else { false } }
    return isModule ? unpickler.objects[index].callee ?? "a class without a name" : nil
  }

  /// Whether a dictionary, or one in it, has numpy's arrays.
  private func isOfArrays(_ dictionary: Int, depth: Int = 0) -> Bool {
    unpickler.dictionaries[dictionary].prefix(64).contains { item in
      switch item.value {
      case .object(let index): isArray(index)
      case .dictionary(let index): depth < 2 && isOfArrays(index, depth: depth + 1)
      default: false
      }
    }
  }

  private func isArray(_ object: Int) -> Bool { Self.arrayMakers.contains(unpickler.objects[object].callee ?? "") }

  /// What numpy's arrays are made by in pickles, before version 2 of numpy and since.
  private static let arrayMakers: Set<String> = [
    "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct", "numpy.ndarray",
    "numpy._core.numeric._frombuffer", "numpy.core.numeric._frombuffer",
  ]

  private func nothing(in value: PickleValue) -> String {
    if let module = modules.first {
      let place = module.key.isEmpty ? "" : " under \(quoted(module.key))"
      return "holds a whole module\(place), \(quoted(module.name)), which needs its own code to be read; "
        + "save the state_dict() of it"
    }
    switch value {
    case .dictionary(let index):
      let keys = unpickler.dictionaries[index].prefix(8).compactMap { item in
        switch item.key {
        case .text(let key): quoted(key)
        case .int(let number): String(number)
        default: nil
        }
      }
      if isOfArrays(index) {
        return
          "holds numpy arrays where a state_dict has tensors; save tensors, torch.from_numpy(array), or all of them with "
          + "numpy.savez as .npz"
      }
      return "holds no state_dict: " + (keys.isEmpty ? "it is empty" : "it has \(keys.joined(separator: ", "))")
    case .object(let index):
      let object = unpickler.objects[index]
      if let problem = object.tensorProblem { return "holds a tensor that \(problem)" }
      return "holds what \(object.callee.map(quoted) ?? "a call") makes in Python, not a state_dict"
    default: return "holds \(value.kind), not a state_dict"
    }
  }
}
