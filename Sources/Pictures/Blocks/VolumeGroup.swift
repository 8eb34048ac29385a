/// Volumes of about one size that stand close to each other, with one label below.
struct VolumeGroup: Equatable, Sendable {
  /// A line of a label.
  struct Line: Equatable, Sendable {
    enum Weight: Equatable, Sendable {
      /// The name of an unfolded block.
      case name
      /// What a layer is.
      case layer
      case shape
    }

    var text: String
    var weight: Weight

    var size: Double { weight == .shape ? Metrics.labelSize : Metrics.lineSize }
    var width: Double { TextMetrics.width(text, size: size, bold: weight == .name) }
  }

  /// By their place in the sequence.
  var volumes: Range<Int>
  /// How often their size was halved since the largest.
  var level: Int
  var lines: [Line]

  static let lineHeight = 11.5
  var labelHeight: Double { Double(lines.count) * Self.lineHeight }
  var labelWidth: Double { lines.map(\.width).max() ?? 0 }

  /// The groups of a sequence: a new one begins where sizes change, where a block does, and where nothing flows.
  static func groups(of sequence: VolumeSequence, _ figure: Figure) -> [VolumeGroup] {
    let volumes = sequence.volumes
    var result: [VolumeGroup] = []
    let largest = volumes.filter { $0.form != .vector }.map(\.extent).max() ?? 1
    var start = 0
    while start < volumes.count {
      var end = start + 1
      var titles = 1
      while end < volumes.count, follows(end, in: sequence), titles < 8 {
        if !volumes[end].isLike(volumes[end - 1]) { titles += 1 }
        end += 1
      }
      // A size is that of what the group ends with: a pool leads those that follow it.
      let level = level(of: volumes[end - 1], largest)
      result.append(
        VolumeGroup(
          volumes: start..<end, level: level,
          lines: lines(start..<end, sequence, figure, before: result.last?.volumes.last)))
      start = end
    }
    return result
  }

  private static func follows(_ index: Int, in sequence: VolumeSequence) -> Bool {
    let (before, next) = (sequence.volumes[index - 1], sequence.volumes[index])
    guard sequence.flows.contains(index - 1), before.frames == next.frames, !before.isInput, !next.isInput else {
      return false
    }
    let isSmall = before.extent == 1 && next.extent == 1
    return isSmall || 2 * next.extent < 3 * before.extent && 2 * before.extent < 3 * next.extent
  }

  private static func level(of volume: Volume, _ largest: Int) -> Int {
    var level = 0
    var size = largest
    while size > 1, 3 * size > 4 * volume.extent {
      size = (size + 1) / 2
      level += 1
    }
    return level
  }

  private static func lines(
    _ range: Range<Int>, _ sequence: VolumeSequence, _ figure: Figure, before: Int?
  ) -> [Line] {
    let volumes = sequence.volumes
    var lines: [Line] = []
    let known = before.map { volumes[$0].frames } ?? []
    for (place, frame) in volumes[range.lowerBound].frames.enumerated()
    where !(place < known.count && known[place] == frame) {
      let frame = figure.frames[frame]
      lines.append(Line(text: frame.title, weight: .name))
      if !frame.subtitle.isEmpty { lines.append(Line(text: frame.subtitle, weight: .shape)) }
    }
    let last = volumes[range.upperBound - 1]
    var index = range.lowerBound
    while index < range.upperBound {
      var next = index + 1
      while next < range.upperBound, volumes[next].isLike(volumes[index]) { next += 1 }
      let volume = volumes[index]
      var text = volume.title
      if let block = volume.block {
        text = next - index > 1 ? Labels.range(text, volumes[next - 1].title) : text
        text += " · \(block)"
      }
      if next - index > 1 { text += " ×\(next - index)" }
      let isLast = next == range.upperBound
      if volume.isBlock, !isLast, volume.channels != last.channels { text += ", \(volume.channels)" }
      let isBareSign =
        if case .sign(let sign) = volume.form { volume.title == sign || volume.title == "add" } else { false }
      if !isBareSign || range.count == 1 { lines.append(Line(text: Labels.cut(text, to: 48), weight: .layer)) }
      let differs =
        !isLast
        && (volumes[next].extent != volume.extent || (volumes[next].form == .vector) != (volume.form == .vector))
      if isLast || differs { lines.append(Line(text: volume.shape, weight: .shape)) }
      for place in index..<next {
        lines += (sequence.exits[place] ?? []).map { Line(text: Labels.cut($0, to: 48), weight: .layer) }
      }
      index = next
    }
    return lines
  }
}
