/// A worker's share of an operation with two directions of work: rows (or pixels) of maps, and panels of outputs.
///
/// All operations of a network are shared by rows where there are enough of them, so that a thread reads what it wrote
/// itself. Where that would leave threads idle, as on maps of 7×7, panels are shared.
struct WorkSplit {
  var units: Range<Int>
  var panels: Range<Int>

  /// `grain` is the units that take as long as one of them, for a tile of few pixels is slow.
  init(units: Int, grain: Int, panels: Int, worker: Worker) {
    func efficiency(_ units: Int, _ grain: Int) -> Double {
      let longest = max(grain, (units + worker.count - 1) / worker.count)
      return Double(units) / Double(longest * worker.count)
    }
    let byUnits = efficiency(units, grain)
    if byUnits >= 0.9 || byUnits >= efficiency(panels, 1) {
      (self.units, self.panels) = (worker.share(of: units), 0..<panels)
    } else {
      (self.units, self.panels) = (0..<units, worker.share(of: panels))
    }
  }
}
