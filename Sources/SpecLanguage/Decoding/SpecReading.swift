import Diagnostics
import YAML

/// A spec with what it was decoded from, so that the next text of the file need not be decoded where it is the same.
package struct SpecReading: Sendable {
  let path: String
  /// The text.
  private(set) var file: SourceFile
  /// The file's values; nil where the spec does not follow from them alone, for other files are read, or where something
  /// was found.
  private(set) var root: YAMLNode?
  package let spec: Spec
  /// Whether the spec is the earlier reading's, whole.
  package var isRepeated: Bool

  /// The reading as that of another text with the same values.
  func of(_ file: SourceFile, _ root: YAMLNode) -> SpecReading {
    var reading = self
    reading.file = file
    reading.root = root
    return reading
  }

  /// What of a reading holds for another text.
  enum Common {
    case all(SpecReading)
    case layers(EarlierLayers)
  }

  /// The decoded items of `layers` by the values that they follow from.
  struct EarlierLayers {
    var nodes: [YAMLNode]
    var items: [Item]

    /// The item of a value that stands at the same place of the list, if it is the same.
    func item(_ index: Int, for node: YAMLNode) -> Item? {
      index < nodes.count && nodes[index].isIdentical(to: node) ? items[index] : nil
    }
  }

  /// What holds for a text with other values: all if they are the same, the layers if all but those are.
  ///
  /// What a layer is depends on the rest, blocks and parameters among it.
  func common(with other: YAMLNode) -> Common? {
    guard let root, root.span == other.span, root.isFlow == other.isFlow, let own = root.entries,
      let entries = other.entries, own.count == entries.count
    else { return nil }
    var isSame = true
    var layers: EarlierLayers?
    for (entry, new) in zip(own, entries) {
      guard entry.hasSameKey(as: new) else { return nil }
      guard entry.key == "layers", let nodes = entry.value.items, new.value.items != nil else {
        guard entry.value.isIdentical(to: new.value) else { return nil }
        continue
      }
      if entry.value.isIdentical(to: new.value) { continue }
      isSame = false
      // What stands in brackets is read with what is beside it.
      guard !entry.value.isFlow, !new.value.isFlow, nodes.count == spec.layers.count else { return nil }
      layers = EarlierLayers(nodes: nodes, items: spec.layers)
    }
    guard isSame else { return layers.map(Common.layers) }
    var repeated = self
    repeated.isRepeated = true
    return .all(repeated)
  }
}
