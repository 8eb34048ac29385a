/// The logarithm to base 2 of a number of at least 1, to 20 bits behind the point: the same on every system.
private func doublings(_ value: Double) -> Double {
  var rest = max(1, value).significand
  var result = Double(max(1, value).exponent)
  var bit = 0.5
  for _ in 0..<20 {
    rest *= rest
    if rest >= 2 {
      rest /= 2
      result += bit
    }
    bit /= 2
  }
  return result
}

/// How large volumes are drawn: to scale, or logarithmically where the smallest would not be seen.
struct VolumeScale: Equatable, Sendable {
  /// From sizes to pixels.
  enum Rule: Equatable, Sendable {
    case linear(Double)
    /// The pixels of the smallest, and how many more for each doubling.
    case logarithmic(from: Double, least: Double, doubling: Double)

    /// A rule that draws the largest at `longest`, and none of the others under `shortest`.
    init(_ sizes: [Int], longest: Double, shortest: Double) {
      let most = Double(max(1, sizes.max() ?? 1))
      let least = Double(max(1, sizes.min() ?? 1))
      if least / most * longest >= shortest || most == least {
        self = .linear(longest / most)
      } else {
        let base = 2 * shortest
        self = .logarithmic(from: least, least: base, doubling: (longest - base) / doublings(most / least))
      }
    }

    var isLogarithmic: Bool { if case .logarithmic = self { true } else { false } }

    func pixels(_ size: Int) -> Double {
      switch self {
      case .linear(let scale): Double(size) * scale
      case .logarithmic(let from, let least, let doubling):
        Double(size) < from ? least * Double(size) / from : least + doubling * doublings(Double(size) / from)
      }
    }
  }

  /// Height and width of maps.
  let extents: Rule
  let channels: Rule
  /// The features of vectors.
  let features: Rule

  /// How much of a width is seen, aslant.
  static let slant = 0.28
  static let bar = 7.0

  init(_ volumes: [Volume]) {
    let maps = volumes.filter { $0.form == .maps }
    let wide = maps.filter { $0.extent > 1 }
    // The pixels of a pooled map are drawn as the least there is.
    extents = Rule(wide.flatMap { [$0.height, $0.width] }.filter { $0 > 1 }, longest: 128, shortest: 3)
    // Images and masks have so few channels that they would hide how the others differ.
    let known = maps.filter { !$0.isInput }
    let inner = known.contains { $0.channels > 4 } ? known.filter { $0.channels > 4 } : known
    // Many volumes are drawn thinner, for the picture not to become a band.
    let count = Double(max(1, known.count))
    let longest = max(10, min(84, 2400 / count))
    channels = Rule(inner.map(\.channels), longest: longest, shortest: min(2.2, longest / 5))
    features = Rule(
      volumes.filter { $0.form == .vector }.map(\.channels), longest: 110, shortest: 3)
  }

  /// The size of a volume: along the picture, up, and aslant.
  func size(of volume: Volume) -> (along: Double, up: Double, slant: Double) {
    switch volume.form {
    case .sign: return (Metrics.circle, Metrics.circle, 0)
    case .vector: return (Self.bar, max(3, features.pixels(volume.channels)), Self.bar * 0.7)
    case .maps:
      let along = max(volume.isInput ? 2 : 1.5, channels.pixels(volume.channels))
      return (
        along, max(3, extents.pixels(volume.height)), max(3, extents.pixels(volume.width)) * Self.slant
      )
    }
  }

  /// What the legend says of the scale.
  func remarks(_ sequence: VolumeSequence) -> [String] {
    let volumes = sequence.volumes
    var exact: [String] = []
    var logarithmic: [String] = []
    let axes = Set(volumes.filter { $0.form == .maps }.flatMap(\.axes))
    if !axes.isEmpty {
      let drawn = ["length", "height", "width"].filter(axes.contains)
      if extents.isLogarithmic { logarithmic += drawn } else { exact += drawn }
      if channels.isLogarithmic { logarithmic.append("channels") } else { exact.append("channels") }
    }
    if volumes.contains(where: { $0.form == .vector }) {
      if features.isLogarithmic { logarithmic.append("features") } else { exact.append("features") }
    }
    var parts: [String] = []
    if !exact.isEmpty { parts.append("\(exact.joined(separator: ", ")) to scale") }
    if !logarithmic.isEmpty { parts.append("\(logarithmic.joined(separator: ", ")) logarithmic") }
    var remarks = parts.isEmpty ? [] : [parts.joined(separator: "; ")]
    if axes.contains("depth") { remarks.append("depth not drawn") }
    let open = sequence.openSizes
    if !open.isEmpty { remarks.append("\(open.joined(separator: ", ")) drawn as \(VolumeSequence.openSize)") }
    return remarks
  }
}
