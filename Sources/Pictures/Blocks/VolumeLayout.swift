/// Where volumes, their labels and what flows between them are, in pixels.
struct VolumeLayout: Sendable {
  /// A volume as it is drawn: aslant, around an axis that runs through the middle of all in a row.
  struct Solid: Hashable, Sendable {
    /// Where the axis enters it.
    var start: Point
    var along: Double
    var up: Double
    var slant: Double

    var area: Rectangle {
      Rectangle(
        x: start.x - slant / 2, y: start.y - (up + slant) / 2, width: along + slant, height: up + slant)
    }
    /// Circles with a sign have no depth.
    var isSign: Bool { slant == 0 }
    /// Where the axis leaves it.
    var end: Point { Point(x: start.x + along, y: start.y) }
    /// The middle of its left edge, as far as it is seen.
    var entry: Point { Point(x: start.x - slant / 2, y: start.y) }
  }

  /// Where a line goes on elsewhere, by a sign.
  struct Connector: Hashable, Sendable {
    var place: Point
    var sign: String
  }

  let groups: [VolumeGroup]
  private(set) var solids: [Solid]
  private(set) var labels: [Mark.Text] = []
  /// Lines that end in an arrow.
  private(set) var routes: [[Point]] = []
  /// Lines that end at a sign.
  private(set) var stubs: [[Point]] = []
  private(set) var connectors: [Connector] = []
  private(set) var width = 0.0
  private(set) var height = 0.0

  /// What a group takes: its volumes and its label, from the left.
  private struct Cell {
    var width: Double
    /// Where the first volume's axis begins.
    var start: Double
    var up: Double
  }

  private struct Row {
    var groups: [Int] = []
    var axis = 0.0
    var top = 0.0
    var bottom = 0.0
  }

  private static let gap = 26.0
  static let lane = 7.0
  private static let between = 2.5
  private static let labelGap = 9.0

  /// - Parameter limit: How wide rows may be; networks that go down and up again have a row for each size, however wide.
  init(_ sequence: VolumeSequence, _ groups: [VolumeGroup], _ scale: VolumeScale, limit: Double?) {
    self.groups = groups
    solids = sequence.volumes.map {
      let size = scale.size(of: $0)
      return Solid(start: Point(x: 0, y: 0), along: size.along, up: size.up, slant: size.slant)
    }
    let cells = groups.map { Self.cell(of: $0, solids) }
    var groupOfVolume = Array(repeating: 0, count: solids.count)
    for (index, group) in groups.enumerated() { for volume in group.volumes { groupOfVolume[volume] = index } }
    let isU = Self.goesUp(groups, sequence)
    let rowOfGroup = isU ? Self.levels(of: groups) : Self.wrapped(cells, limit: limit)
    var rows = Array(repeating: Row(), count: (rowOfGroup.max() ?? 0) + 1)
    for (group, row) in rowOfGroup.enumerated() { rows[row].groups.append(group) }
    let router = VolumeRouter(
      sequence, groups, groupOfVolume, rowOfGroup, heights: solids.map(\.up), isU: isU)
    let areas = placeCells(cells, rowOfGroup, router, isU: isU)
    placeRows(&rows, cells, router)
    for (index, group) in groups.enumerated() {
      let axis = rows[rowOfGroup[index]].axis
      for volume in group.volumes { solids[volume].start.y = axis }
      addLabel(of: group, around: areas[index], below: axis + cells[index].up / 2)
    }
    let drawn = router.routes(solids, cells: areas, tops: rows.map(\.top), bottoms: rows.map(\.bottom))
    routes = drawn.routes
    stubs = drawn.stubs
    connectors = drawn.connectors
    fit()
  }

  /// The layout with which a sequence fits a page at its largest.
  static func fitting(
    _ sequence: VolumeSequence, _ figure: Figure, _ scale: VolumeScale, _ options: PictureOptions
  ) -> VolumeLayout {
    let groups = VolumeGroup.groups(of: sequence, figure)
    let whole = VolumeLayout(sequence, groups, scale, limit: nil)
    guard options.page != nil else { return whole }
    let legend = Legend.meanings(of: sequence, scale)
    var best = whole
    func fit(_ layout: VolumeLayout) -> Double {
      Sheet(figure, content: (layout.width, layout.height), legend: legend, options).scale
    }
    for rows in 2...12 where fit(best) < 1 {
      let layout = VolumeLayout(sequence, groups, scale, limit: whole.width * 1.08 / Double(rows))
      if fit(layout) > fit(best) { best = layout }
    }
    return best
  }

  // MARK: Rows

  /// Whether sizes grow, as behind the middle of encoders with decoders, and where images are enlarged.
  private static func goesUp(_ groups: [VolumeGroup], _ sequence: VolumeSequence) -> Bool {
    let levels = groups.filter { sequence.volumes[$0.volumes.upperBound - 1].form != .vector }.map(\.level)
    return zip(levels, levels.dropFirst()).contains { $1 < $0 }
  }

  private static func levels(of groups: [VolumeGroup]) -> [Int] {
    let used = Set(groups.map(\.level)).sorted()
    return groups.map { used.firstIndex(of: $0.level) ?? 0 }
  }

  private static func wrapped(_ cells: [Cell], limit: Double?) -> [Int] {
    guard let limit else { return cells.map { _ in 0 } }
    var rows: [Int] = []
    var (row, end) = (0, 0.0)
    for cell in cells {
      if end > 0, end + gap + cell.width > limit {
        row += 1
        end = 0
      }
      end += (end > 0 ? gap : 0) + cell.width
      rows.append(row)
    }
    return rows
  }

  private static func cell(of group: VolumeGroup, _ solids: [Solid]) -> Cell {
    var (low, high, up) = (Double.infinity, -Double.infinity, 0.0)
    for (volume, x) in zip(group.volumes, places(of: group, solids)) {
      let solid = solids[volume]
      low = min(low, x - solid.slant / 2)
      high = max(high, x + solid.along + solid.slant / 2)
      up = max(up, solid.up + solid.slant)
    }
    let width = max(high - low, group.labelWidth)
    let left = (width - (high - low)) / 2
    return Cell(width: width, start: left - low, up: up)
  }

  /// Where the axis of the first volume begins, at 0, and those of the others: volumes hide parts of each other, but not of
  /// signs.
  private static func places(of group: VolumeGroup, _ solids: [Solid]) -> [Double] {
    var x = 0.0
    var (volumesEnd, signsEnd) = (-Double.infinity, -Double.infinity)
    return group.volumes.map { volume in
      let solid = solids[volume]
      let half = solid.slant / 2
      let place = solid.isSign ? max(x, volumesEnd + between) : max(x, signsEnd + between + half)
      x = place + solid.along + between
      if solid.isSign {
        signsEnd = place + solid.along
      } else {
        volumesEnd = max(volumesEnd, place + solid.along + half)
      }
      return place
    }
  }

  /// Gives volumes their places along the picture, and returns what each group takes there.
  private mutating func placeCells(
    _ cells: [Cell], _ rowOfGroup: [Int], _ router: VolumeRouter, isU: Bool
  ) -> [ClosedRange<Double>] {
    var areas: [ClosedRange<Double>] = []
    var left = 0.0
    for (index, group) in groups.enumerated() {
      if index > 0 {
        left = !isU && rowOfGroup[index] != rowOfGroup[index - 1] ? 0 : left + Self.gap
        left += Self.lane * Double(router.uprights(before: index))
      }
      for (volume, place) in zip(group.volumes, Self.places(of: group, solids)) {
        solids[volume].start.x = left + cells[index].start + place
      }
      areas.append(left...(left + cells[index].width))
      left += cells[index].width
    }
    return areas
  }

  private mutating func placeRows(_ rows: inout [Row], _ cells: [Cell], _ router: VolumeRouter) {
    var y = 0.0
    for index in rows.indices {
      let up = rows[index].groups.map { cells[$0].up }.max() ?? 0
      let lanes = Double(router.lanes(inRow: index)) * Self.lane
      rows[index].top = y + lanes + (lanes > 0 ? 6 : 0)
      rows[index].axis = rows[index].top + up / 2
      let labels = rows[index].groups.map {
        rows[index].axis + cells[$0].up / 2 + Self.labelGap + groups[$0].labelHeight
      }
      rows[index].bottom = labels.max() ?? y
      y = rows[index].bottom + 22
    }
  }

  private mutating func addLabel(of group: VolumeGroup, around area: ClosedRange<Double>, below y: Double) {
    let middle = (area.lowerBound + area.upperBound) / 2
    var base = y + Self.labelGap
    for line in group.lines {
      base += VolumeGroup.lineHeight
      let color =
        switch line.weight {
        case .name: "#28324a"
        case .layer: "#1a1a1a"
        case .shape: "#555555"
        }
      labels.append(
        Mark.Text(
          content: line.text, place: Point(x: middle, y: base - 3), size: line.size, isBold: line.weight == .name,
          color: color))
    }
  }

  /// Moves everything so that it begins at zero, and finds how large it is.
  private mutating func fit() {
    var areas = solids.map(\.area) + labels.map(\.area)
    areas += (routes + stubs).joined().map { Rectangle(x: $0.x - 3, y: $0.y - 3, width: 6, height: 6) }
    areas += connectors.map { Rectangle(x: $0.place.x - 8, y: $0.place.y - 8, width: 16, height: 16) }
    let left = areas.map(\.x).min() ?? 0
    let top = areas.map(\.y).min() ?? 0
    func moved(_ point: Point) -> Point { Point(x: point.x - left, y: point.y - top) }
    for index in solids.indices { solids[index].start = moved(solids[index].start) }
    for index in labels.indices { labels[index].place = moved(labels[index].place) }
    routes = routes.map { $0.map(moved) }
    stubs = stubs.map { $0.map(moved) }
    connectors = connectors.map { Connector(place: moved($0.place), sign: $0.sign) }
    width = (areas.map(\.maxX).max() ?? 0) - left
    height = (areas.map(\.maxY).max() ?? 0) - top
  }
}
