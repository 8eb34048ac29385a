import Diagnostics

/// A value of a YAML document with its place in the text.
package struct YAMLNode: Sendable {
  package enum Content: Sendable {
    /// The scalar's text as written; its type follows from the field it stands in. `quoted` texts are never empty values.
    case scalar(String, quoted: Bool)
    case sequence([YAMLNode])
    case mapping([YAMLEntry])
  }

  package var content: Content
  package var span: Span
  /// Whether a collection is written as `[…]` or `{…}`.
  package var isFlow: Bool
  /// How many nodes there are in the value, this one and those of aliases included.
  package var weight: Int {
    get { Int(storedWeight) }
    set { storedWeight = UInt32(clamping: newValue) }
  }

  // A large spec has tens of thousands of nodes, so they are kept small.
  private var storedWeight: UInt32

  package init(content: Content, span: Span, isFlow: Bool, weight: Int) {
    self.content = content
    self.span = span
    self.isFlow = isFlow
    storedWeight = UInt32(clamping: weight)
  }

  /// The text of a scalar; nil for collections.
  package var text: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  /// Whether nothing is written: `key:` without a value.
  package var isEmpty: Bool {
    if case .scalar("", quoted: false) = content { true } else { false }
  }

  package var entries: [YAMLEntry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  package var items: [YAMLNode]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  /// The place of a scalar's text without its quote.
  package var textStart: Position {
    if case .scalar(_, quoted: true) = content { span.start.advanced(by: 1) } else { span.start }
  }

  /// What the value is, for messages: "a list".
  package var kindDescription: String {
    switch content {
    case .scalar(let text, let quoted): text.isEmpty && !quoted ? "nothing" : "'\(text.shown)'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

extension YAMLNode {
  /// Whether another value is the same text at the same place.
  package func isIdentical(to other: YAMLNode) -> Bool {
    guard span == other.span, isFlow == other.isFlow, weight == other.weight else { return false }
    switch (content, other.content) {
    case (.scalar(let own, let isQuoted), .scalar(let text, let isOtherQuoted)):
      return isQuoted == isOtherQuoted && own.isIdentical(to: text)
    case (.sequence(let own), .sequence(let items)):
      if own.isStored(with: items) { return true }
      return own.count == items.count && own.indices.allSatisfy { own[$0].isIdentical(to: items[$0]) }
    case (.mapping(let own), .mapping(let entries)):
      if own.isStored(with: entries) { return true }
      return own.count == entries.count && own.indices.allSatisfy { own[$0].isIdentical(to: entries[$0]) }
    default: return false
    }
  }
}

extension YAMLEntry {
  /// Whether another entry is the same text at the same place.
  package func isIdentical(to other: YAMLEntry) -> Bool {
    hasSameKey(as: other) && value.isIdentical(to: other.value)
  }

  /// Whether another entry has the same key at the same place.
  package func hasSameKey(as other: YAMLEntry) -> Bool { keySpan == other.keySpan && key.isIdentical(to: other.key) }
}

extension Array {
  /// Whether another list is this one, not even copied, as those of a text that was patched are.
  fileprivate func isStored(with other: [Element]) -> Bool {
    count == other.count
      && withUnsafeBufferPointer { own in other.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress } }
  }
}

extension String {
  /// Whether another text is the same bytes; equal are also texts whose marks are composed otherwise.
  fileprivate func isIdentical(to other: String) -> Bool {
    self == other && (utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8))
  }
}

/// A key of a mapping with its value; keys are scalars.
package struct YAMLEntry: Sendable {
  package var key: String
  package var keySpan: Span
  package var value: YAMLNode
}
