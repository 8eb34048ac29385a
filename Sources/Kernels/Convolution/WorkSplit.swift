/// A worker's share of an operation with two directions of work: rows (or pixels) of maps, and panels of outputs.
///
/// All operations of a network are shared by rows where there are enough of them, so that a thread reads what it wrote
/// itself. Panels are shared where rows would leave threads idle, and where the weights are much more than the maps, as
/// on maps of 7×7: each thread then reads its part of the weights alone.
struct WorkSplit {
  var units: Range<Int>
  var panels: Range<Int>

  /// `grain` is the units that take as long as one of them, for a tile of few pixels is slow; `weights` and `maps` are
  /// the floats of each that are read and written.
  init(units: Int, grain: Int = 1, panels: Int, weights: Int = 0, maps: Int = 0, worker: Worker) {
    func efficiency(_ units: Int, _ grain: Int) -> Double {
      let longest = max(grain, (units + worker.count - 1) / worker.count)
      return Double(units) / Double(longest * worker.count)
    }
    let (byUnits, byPanels) = (efficiency(units, grain), efficiency(panels, 1))
    let sharesWeights = weights > 2 * maps && byPanels >= 0.9
    if !sharesWeights && (byUnits >= 0.9 || byUnits >= byPanels) {
      (self.units, self.panels) = (worker.share(of: units), 0..<panels)
    } else {
      (self.units, self.panels) = (0..<units, worker.share(of: panels))
    }
  }
}
