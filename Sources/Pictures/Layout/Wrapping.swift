/// Wraps what follows each other in a network into columns, or rows, for a page.
struct Wrapping: Equatable {
  /// The pieces of each column.
  var columns: [Range<Int>]

  /// All in one column.
  init(whole count: Int) { columns = [0..<count] }

  /// So many columns of about the same length.
  private init(_ lengths: [Double], columns count: Int) {
    let ends = lengths.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
    let total = ends[ends.count - 1]
    columns = []
    var start = 0
    for column in 1...count {
      let goal = total * Double(column) / Double(count)
      var end = start
      while end < lengths.count, column == count || (ends[end] + ends[end + 1]) / 2 <= goal { end += 1 }
      if end > start { columns.append(start..<end) }
      start = end
    }
  }

  /// Wrappings with which a figure may fit a page at its largest, those with few columns first. How large it is with each is
  /// estimated: lines between columns and what stands beside them take room too.
  static func candidates(_ figure: Figure, _ options: PictureOptions, _ page: PageSize) -> [Wrapping] {
    var measurement = Measurement(BoxSizes(figure, direction: options.direction), passing: [:])
    let items = figure.main.map { measurement.sequence([$0]).extents }
    let lengths = items.map { $0.length + Metrics.labelGap }
    let head = (options.hasTitle ? 42.0 : 0) + (options.hasLegend ? 32 : 0)
    var estimates: [(scale: Double, wrapping: Wrapping)] = []
    for count in 1...max(1, min(40, items.count)) {
      let wrapping = Wrapping(lengths, columns: count)
      var (along, across) = (0.0, 0.0)
      for column in wrapping.columns {
        along = max(along, lengths[column].reduce(0, +))
        let extents = items[column].reduce(into: Extents()) {
          $0 = Extents(before: max($0.before, $1.before), after: max($0.after, $1.after))
        }
        across += extents.before + extents.after + Metrics.gutter
      }
      let size = options.direction == .down ? (across, along) : (along, across)
      let scale = page.scale(of: size.0 + 2 * Metrics.margin, size.1 + 2 * Metrics.margin + head)
      if wrapping.columns.count > estimates.last?.wrapping.columns.count ?? 1 { estimates.append((scale, wrapping)) }
    }
    let order = estimates.indices.sorted { (estimates[$1].scale, $0) < (estimates[$0].scale, $1) }
    return order.prefix(5).sorted().map { estimates[$0].wrapping }
  }
}
