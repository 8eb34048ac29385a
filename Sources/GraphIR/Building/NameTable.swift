/// Values by names, in lists that are searched: most levels of a network have a handful of names, and hashing each would
/// cost more than comparing it. Tables that grow large are hashed.
struct NameTable<Value> {
  fileprivate struct Row {
    let name: String
    var value: Value
  }

  private var rows: [Row] = []
  /// By name its place in the list, once there are many.
  private var index: [String: Int] = [:]

  /// Names that are searched one by one.
  private static var searched: Int { 12 }

  var count: Int { rows.count }

  /// In the order in which they were entered, unless some were taken out.
  var names: [String] { rows.map(\.name) }

  mutating func reserveCapacity(_ count: Int) { rows.reserveCapacity(count) }

  subscript(name: String) -> Value? { place(of: name).map { rows[$0].value } }

  /// Gives a name a value, in place of the one that it has.
  mutating func set(_ name: String, to value: Value) {
    let (place, isNew) = enter(name, value)
    if !isNew { rows[place].value = value }
  }

  /// Enters a value under a name, unless the name has one, which is returned.
  mutating func claim(_ name: String, for value: Value) -> Value? {
    let (place, isNew) = enter(name, value)
    return isNew ? nil : rows[place].value
  }

  /// The place of a name, which is entered with a value if it has none.
  private mutating func enter(_ name: String, _ value: Value) -> (place: Int, isNew: Bool) {
    let place: Int
    if index.isEmpty {
      place = self.place(of: name) ?? rows.count
    } else {
      // One search, whether the name is there or not.
      place = index[name, default: rows.count].itself()
    }
    if place < rows.count { return (place, false) }
    rows.append(Row(name: name, value: value))
    if index.isEmpty, rows.count > Self.searched {
      index.reserveCapacity(2 * rows.count)
      for place in rows.indices { index[rows[place].name] = place }
    }
    return (place, true)
  }

  /// Changes the value of a name, if it has one.
  mutating func update(_ name: String, _ change: (inout Value) -> Void) {
    guard let place = place(of: name) else { return }
    change(&rows[place].value)
  }

  /// Takes a name out with its value.
  mutating func remove(_ name: String) -> Value? {
    guard let place = place(of: name) else { return nil }
    index[name] = nil
    // The order says nothing, so the last takes the place.
    rows.swapAt(place, rows.count - 1)
    let value = rows.removeLast().value
    if place < rows.count, !index.isEmpty { index[rows[place].name] = place }
    return value
  }

  /// The names whose values are of a kind.
  func names(where matches: (Value) -> Bool) -> [String] {
    rows.indices.filter { matches(rows[$0].value) }.map { rows[$0].name }
  }

  /// The place of a name, the last first, for what was entered last is asked for most.
  private func place(of name: String) -> Int? {
    var place = rows.count - 1
    if !index.isEmpty { return rows[place].name.isSame(as: name) ? place : index[name] }
    while place >= 0 {
      if rows[place].name.isSame(as: name) { return place }
      place -= 1
    }
    return nil
  }
}

extension NameTable<Int> {
  /// Counts one more under a name, of which `start` were counted before the first.
  mutating func increase(_ name: String, from start: Int = 0) -> Int {
    let (place, isNew) = enter(name, start + 1)
    if !isNew { rows[place].value += 1 }
    return rows[place].value
  }
}

extension NameTable: Sendable where Value: Sendable {}
extension NameTable.Row: Sendable where Value: Sendable {}

extension String {
  /// Whether another name is the same; that most differ in length is found out first. Names are plain letters.
  func isSame(as other: String) -> Bool { utf8.count == other.utf8.count && self == other }
}

extension Int {
  /// The number as it is; mutating, so that a dictionary takes a default in.
  fileprivate mutating func itself() -> Int { self }
}
