/// A part of the picture with the room it takes.
indirect enum Measured {
  case box(Int, Extents)
  case frame(Int, MeasuredSequence, Extents)
  case branches(MeasuredBranches)

  var extents: Extents {
    switch self {
    case .box(_, let extents), .frame(_, _, let extents): extents
    case .branches(let branches): branches.extents
    }
  }
}

/// Parts that follow each other along one line.
struct MeasuredSequence {
  /// Tells the sequence from others, in the order of measuring.
  var id: Int
  var items: [Measured] = []
  /// Where each begins, along the sequence.
  var starts: [Double] = []
  /// Where edges that pass the sequence at the side run, across from its line.
  var lanes: [Int: Double] = [:]
  var extents = Extents()
  /// The box that the sequence ends in.
  var last: Int?
}

/// Branches side by side.
struct MeasuredBranches {
  var columns: [MeasuredSequence]
  /// Where each column's line is, across from the line of the whole.
  var lines: [Double]
  /// Where each column begins.
  var starts: [Double]
  var join: Int
  var joinStart: Double
  var joinAcross: ClosedRange<Double>
  var extents: Extents
}

/// Finds the room that each part takes, from the inside out.
struct Measurement {
  private(set) var sizes: BoxSizes
  /// Edges that are no part of the series-parallel structure, by the sequence that they pass: from one item to another.
  private let passing: [Int: [PassingEdge]]
  private var sequences = 0

  /// An edge that passes items of a sequence at the side.
  struct PassingEdge {
    var edge: Int
    var items: ClosedRange<Int>
  }

  init(_ sizes: BoxSizes, passing: [Int: [PassingEdge]]) {
    self.sizes = sizes
    self.passing = passing
  }

  mutating func sequence(_ pieces: [Figure.Piece]) -> MeasuredSequence {
    var result = MeasuredSequence(id: sequences)
    sequences += 1
    sizes.align(pieces.compactMap { if case .box(let id) = $0 { id } else { nil } })
    var end = 0.0
    for piece in pieces {
      let item = measure(piece)
      if let before = result.items.last { end += gap(after: before, last: result.last) }
      result.starts.append(end)
      end += item.extents.length
      result.last = last(of: item)
      result.extents.before = max(result.extents.before, item.extents.before)
      result.extents.after = max(result.extents.after, item.extents.after)
      result.items.append(item)
    }
    result.extents.length = end
    addLanes(to: &result)
    return result
  }

  /// What follows a frame needs no room for a label, for that stands within.
  private func gap(after item: Measured, last: Int?) -> Double {
    if case .frame = item { Metrics.gap } else { sizes.gap(after: last) }
  }

  private func last(of item: Measured) -> Int? {
    switch item {
    case .box(let id, _): id
    case .frame(_, let content, _): content.last
    case .branches(let branches): branches.join
    }
  }

  /// Short edges run closest; longer ones around them.
  private func addLanes(to sequence: inout MeasuredSequence) {
    guard let passing = passing[sequence.id], !passing.isEmpty else { return }
    var heights = RangeMaximum(sequence.items.map { max(0, $0.extents.after) })
    let edges = passing.sorted { ($0.items.count, $0.edge) < ($1.items.count, $1.edge) }
    for edge in edges {
      let across = heights.maximum(of: edge.items) + Metrics.laneGap
      heights.raise(edge.items, to: across)
      sequence.lanes[edge.edge] = across
      sequence.extents.after = max(sequence.extents.after, across + 4)
    }
  }

  private mutating func measure(_ piece: Figure.Piece) -> Measured {
    switch piece {
    case .box(let id):
      let half = sizes.across(id) / 2
      return .box(id, Extents(before: half, after: sizes.after(id), length: sizes.along(id)))
    case .frame(let id, let pieces): return frame(id, pieces)
    case .branches(let branches, let join, let hasMain): return .branches(self.branches(branches, join, hasMain))
    }
  }

  private mutating func frame(_ id: Int, _ pieces: [Figure.Piece]) -> Measured {
    let content = sequence(pieces)
    var extents = content.extents
    extents.before += Metrics.framePadding
    extents.after += Metrics.framePadding
    let title = sizes.header(of: sizes.figure.frames[id])
    let start = FrameInsets.start(sizes.direction)
    if sizes.direction == .down {
      let missing = max(0, title - extents.before - extents.after)
      extents.before += missing / 2
      extents.after += missing / 2
    } else {
      extents.before += Metrics.header - 4
    }
    extents.length += start + sizes.gap(after: content.last)
    if sizes.direction == .right { extents.length = max(extents.length, title) }
    return .frame(id, content, extents)
  }

  private mutating func branches(_ branches: [[Figure.Piece]], _ join: Int, _ hasMain: Bool) -> MeasuredBranches {
    var columns: [MeasuredSequence] = []
    for branch in branches {
      var column = sequence(branch)
      if branch.isEmpty { column.extents = Extents(before: 5, after: 5, length: 0) }
      columns.append(column)
    }
    var lines: [Double] = []
    var end = 0.0
    for (index, column) in columns.enumerated() {
      // A short cut passes close by what it leaves out.
      let gap = branches[index].isEmpty || index > 0 && branches[index - 1].isEmpty ? 5 : Metrics.columnGap
      if index > 0 { end += gap }
      lines.append(end + column.extents.before)
      end += column.extents.before + column.extents.after
    }
    let center = hasMain ? lines[0] : BranchOrder.center(lines, width: end)
    lines = lines.map { $0 - center }
    let tallest = columns.map(\.extents.length).max() ?? 0
    let starts = columns.map { Metrics.fork + (hasMain ? (tallest - $0.extents.length) / 2 : 0) }
    let form = sizes.figure.boxes[join].form
    var reach = sizes.across(join) / 2
    var joinAcross = -reach...reach
    if form == .bar {
      reach = sizes.direction == .down ? reach : sizes.sizes[join].width / 2
      let inset = Metrics.bar / 2
      joinAcross = min(-reach, (lines.min() ?? 0) - inset)...max(reach, (lines.max() ?? 0) + inset)
    }
    let isCircle = form != .bar
    let space = zip(columns, starts).map { column, start in
      start + column.extents.length + (column.items.last.map { gap(after: $0, last: column.last) } ?? 0)
    }
    let joinStart = max(space.max() ?? 0, Metrics.fork + tallest + (isCircle ? 10 : Metrics.gap))
    let thickness = isCircle ? Metrics.circle : Metrics.bar
    let label = sizes.labelWidths[join] ?? 0
    let extents = Extents(
      before: max(center, -joinAcross.lowerBound),
      after: max(end - center, joinAcross.upperBound, sizes.direction == .down ? label : 0),
      length: joinStart + thickness)
    return MeasuredBranches(
      columns: columns, lines: lines, starts: starts, join: join, joinStart: joinStart, joinAcross: joinAcross,
      extents: extents)
  }
}

/// The room between a frame's border and what is in it.
enum FrameInsets {
  static func start(_ direction: Direction) -> Double {
    direction == .down ? Metrics.header + Metrics.gap - 1 : Metrics.gap
  }
}

/// Where the line of a group of branches runs.
enum BranchOrder {
  /// The middle, or the line of the branch that is closest to it, so that it is not bent by a few pixels.
  static func center(_ lines: [Double], width: Double) -> Double {
    let middle = width / 2
    let nearest = lines.min { abs($0 - middle) < abs($1 - middle) } ?? middle
    return abs(nearest - middle) < 20 ? nearest : middle
  }
}
