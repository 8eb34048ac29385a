import GraphIR

/// The names of an expanded spec by level, and how an entry refers to a value: as the graph builder will resolve it.
struct ExpandedNames {
  private struct Level {
    var parent: Int?
    /// Its own name on the level around.
    var name: String
    var entries: [String: Entry] = [:]
  }

  private struct Entry {
    /// Nil while the name is open, and for names that references cannot use.
    var value: ValueID?
    var level: Int?
  }

  private var levels = [Level(parent: nil, name: "")]
  /// The names that stand for a value.
  private var bindings: [ValueID: [(level: Int, name: String)]] = [:]

  static let root = 0

  mutating func open(_ name: String, in parent: Int) -> Int {
    levels.append(Level(parent: parent, name: name))
    levels[parent].entries[name] = Entry(value: nil, level: levels.count - 1)
    return levels.count - 1
  }

  /// A name that is taken but that references cannot use: a join's.
  mutating func reserve(_ name: String, in level: Int) { levels[level].entries[name] = Entry() }

  mutating func bind(_ name: String, in level: Int, to value: ValueID) {
    levels[level].entries[name, default: Entry()].value = value
    bindings[value, default: []].append((level, name))
  }

  /// The shortest reference to a value from a level; nil if no name leads to it.
  func reference(to value: ValueID, from level: Int) -> String? {
    // The word means the network's input, for there are no blocks.
    if value == .input, !knows("input", from: level) { return "input" }
    var shortest: [String]?
    for binding in bindings[value] ?? [] {
      var path: [String] = []
      var next: (level: Int, name: String)? = (binding.level, binding.name)
      // A short path may lead to a nearer node of the same name, and a longer one past it.
      while let (current, name) = next, path.count < min(64, (shortest?.count ?? 65) - 1) {
        path.insert(name, at: 0)
        if resolve(path, from: level) == value {
          shortest = path
          break
        }
        next = levels[current].parent.map { ($0, levels[current].name) }
      }
    }
    return shortest?.joined(separator: ".")
  }

  /// Whether a level or one around it has the name.
  private func knows(_ name: String, from level: Int) -> Bool {
    var current: Int? = level
    while let index = current {
      if levels[index].entries[name] != nil { return true }
      current = levels[index].parent
    }
    return false
  }

  /// What a path stands for: its first name on the nearest level that has it.
  private func resolve(_ path: [String], from level: Int) -> ValueID? {
    // These words are not names by themselves.
    if path == ["input"] || path == ["prev"] { return nil }
    var current: Int? = level
    while let index = current {
      if var entry = levels[index].entries[path[0]] {
        for name in path.dropFirst() {
          guard let inner = entry.level, let next = levels[inner].entries[name] else { return nil }
          entry = next
        }
        return entry.value
      }
      current = levels[index].parent
    }
    return nil
  }
}
