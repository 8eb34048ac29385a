import Diagnostics

/// Numbers of items by their places, of which the items know each its own. A large spec has tens of thousands, which are
/// entered with every change, so this is a plain open table: a place is found in a few steps, mixed with a number of this
/// process, so that no text can be written to make the steps many.
struct SpanTable: Sendable {
  /// Slots for each item, so that few lie one behind the other.
  private static let slotsPerItem = 2
  private static let seed = UInt64.random(in: .min ... .max)

  /// The items' numbers; -1 in those that are free.
  private var slots: [Int32]

  /// A table of items with the numbers below `count`; `place` says where each lies, and of several at one place the last
  /// is found.
  init(count: Int, place: (Int) -> Span) {
    var size = 8
    while size < count * Self.slotsPerItem { size *= 2 }
    slots = Array(repeating: -1, count: size)
    for number in 0..<count { slots[slot(of: place(number), place)] = Int32(number) }
  }

  /// The item at a place; `place` says where each lies.
  func number(at span: Span, place: (Int) -> Span) -> Int? {
    let number = slots[slot(of: span, place)]
    return number < 0 ? nil : Int(number)
  }

  /// The slot of the item at a place, or the one that it would have.
  private func slot(of span: Span, _ place: (Int) -> Span) -> Int {
    let mask = slots.count - 1
    var slot = Self.hash(span) & mask
    while slots[slot] >= 0, place(Int(slots[slot])) != span { slot = (slot + 1) & mask }
    return slot
  }

  private static func hash(_ span: Span) -> Int {
    var mixed = seed ^ UInt64(truncatingIfNeeded: span.source.index)
    mix(span.start, into: &mixed)
    mix(span.end, into: &mixed)
    return Int(truncatingIfNeeded: mixed ^ mixed >> 32)
  }

  private static func mix(_ position: Position, into mixed: inout UInt64) {
    mixed ^= UInt64(truncatingIfNeeded: position.line) << 32 | UInt64(truncatingIfNeeded: position.column)
    mixed = (mixed ^ mixed >> 32) &* 0x9E37_79B9_7F4A_7C15
  }
}
