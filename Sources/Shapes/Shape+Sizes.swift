extension Shape {
  /// The shape that a text such as an option or a setting says: `3x224x224`, `3xHxW`, `3x32Hx32W`, `1x16000`, `1xL`,
  /// `3x16x112x112`, `784`; nil for what is none.
  package init?(sizes text: String) {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "×" || $0 == "," }
    guard (1...4).contains(parts.count) else { return nil }
    var extents: [Extent] = []
    for (index, part) in parts.enumerated() {
      if let number = Int(part), (1...(1 << 31)).contains(number) {
        extents.append(.known(number))
      } else if index > 0, let extent = Self.open(part) {
        extents.append(extent)
      } else {
        return nil
      }
    }
    self.init(extents)
  }

  /// An open size: `H`, or `32H` for the multiples of 32.
  private static func open(_ text: Substring) -> Extent? {
    let digits = text.prefix { ("0"..."9").contains($0) }
    let name = text.dropFirst(digits.count)
    guard !name.isEmpty, name.allSatisfy({ $0.isASCII && $0.isLetter }) else { return nil }
    guard !digits.isEmpty else { return .symbol(String(name)) }
    guard let factor = Int(digits), (1...(1 << 20)).contains(factor) else { return nil }
    return .symbol(String(name)) * factor
  }
}
