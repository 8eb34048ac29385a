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

  /// The wrapping with which a figure fits a page at its largest.
  static func best(_ figure: Figure, _ options: PictureOptions) -> Wrapping {
    let whole = Wrapping(whole: figure.main.count)
    guard let page = options.page else { return whole }
    var measurement = Measurement(BoxSizes(figure, direction: options.direction), passing: [:])
    let items = figure.main.map { measurement.sequence([$0]).extents }
    let lengths = items.map { $0.length + Metrics.labelGap }
    let head = (options.hasTitle ? 42.0 : 0) + (options.hasLegend ? 32 : 0)
    var best = (scale: 0.0, wrapping: whole)
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
      if scale > best.scale * 1.02 { best = (scale, wrapping) }
    }
    return best.wrapping
  }
}
