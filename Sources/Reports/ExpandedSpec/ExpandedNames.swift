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

  /// Where each layer with weights stands.
  private var layers: [Int: (level: Int, name: String)] = [:]

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

  /// Says where a layer stands whose weights others may share.
  mutating func bind(layer node: Int, _ name: String, in level: Int) { layers[node] = (level, name) }

  /// The reference to a layer itself, whatever else stands for its value; nil if no name leads to it.
  func reference(toLayer node: Int, from level: Int) -> String? {
    guard let binding = layers[node] else { return nil }
    return path(to: binding, from: level, atMost: 64) { place, _ in
      place.level == binding.level && place.name == binding.name
    }
  }

  /// The shortest path from a level to a binding, such that what it leads to is as it should be.
  private func path(
    to binding: (level: Int, name: String), from level: Int, atMost limit: Int,
    where isRight: ((level: Int, name: String), ValueID?) -> Bool
  ) -> String? {
    var path: [String] = []
    var next: (level: Int, name: String)? = binding
    // A short path may lead to a nearer node of the same name, and a longer one past it.
    while let (current, name) = next, path.count < limit {
      path.insert(name, at: 0)
      if let (place, value) = resolve(path, from: level), isRight(place, value) { return path.joined(separator: ".") }
      next = levels[current].parent.map { ($0, levels[current].name) }
    }
    return nil
  }

  /// The shortest reference to a value from a level; nil if no name leads to it.
  func reference(to value: ValueID, from level: Int) -> String? {
    // The word means the network's input, for there are no blocks.
    if value == .input, !knows("input", from: level) { return "input" }
    var shortest: String?
    for binding in bindings[value] ?? [] {
      let limit = min(64, (shortest?.utf8.count { $0 == UInt8(ascii: ".") } ?? 64))
      shortest = path(to: binding, from: level, atMost: limit) { $1 == value } ?? shortest
    }
    return shortest
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
  private func resolve(_ path: [String], from level: Int) -> (place: (level: Int, name: String), value: ValueID?)? {
    // These words are not names by themselves.
    if path == ["input"] || path == ["prev"] { return nil }
    var current: Int? = level
    while let index = current {
      if var entry = levels[index].entries[path[0]] {
        var place = (level: index, name: path[0])
        for name in path.dropFirst() {
          guard let inner = entry.level, let next = levels[inner].entries[name] else { return nil }
          (entry, place) = (next, (inner, name))
        }
        return (place, entry.value)
      }
      current = levels[index].parent
    }
    return nil
  }
}
