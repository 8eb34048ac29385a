import CKernels
import Tensors

/// Weights `[out, inputs, taps]` packed as `[inputs / lanes][taps][lanes][out]`, 16 outputs at a time.
struct WeightRows {
  var inputs: Int
  var taps: Int
  /// Inputs of a block: 16, or 1 if the input is planar.
  var lanes: Int

  /// Packs a block of 16 outputs, zeros for outputs and inputs that are not there; `step` is the floats from one input
  /// to the next.
  func pack(
    _ block: Int, of weights: KernelWeights, into target: UnsafeMutablePointer<Float>, step: Int, loops: Loops
  ) {
    let first = block * BlockedMaps.lanes
    var rows = cnnc_weight_rows()
    rows.rows = min(BlockedMaps.lanes, weights.outputs - first)
    (rows.inputs, rows.taps, rows.row_stride) = (inputs, taps, inputs * taps)
    (rows.lanes, rows.target, rows.step) = (lanes, target, step)
    weights.withTurned { turned, chosen in
      weights.requiredWeight.withUnsafeBufferPointer { source in
        if let turned {
          (rows.chosen, rows.row_stride) = (chosen, turned.size)
          rows.input_stride = weights.outputs * turned.size
        }
        rows.source = source.baseAddress.map { $0 + first * (turned?.size ?? inputs * taps) }
        weights.withScale(ofBlock: block) { scale in
          rows.scale = scale
          loops.table.pack_weights(&rows)
        }
      }
    }
    let spare = inputs % lanes
    guard spare > 0 else { return }
    for tap in 0..<taps {
      let place = (inputs / lanes * taps + tap) * lanes + spare
      clearLanes(target + place * step, rows: lanes - spare, step: step)
    }
  }
}

extension KernelWeights {
  /// Calls a closure with the order of turned numbers and its list of taps, or nothing.
  func withTurned(_ body: (TurnedOrder?, UnsafePointer<Int32>?) -> Void) {
    guard let turned else { return body(nil, nil) }
    turned.chosen.withUnsafeBufferPointer { body(turned, $0.baseAddress) }
  }

  /// Calls a closure with a factor for each output of a block of 16.
  func withScale(ofBlock block: Int, _ body: (UnsafePointer<Float>) -> Void) {
    let first = block * BlockedMaps.lanes
    var factors = SIMD16<Float>(repeating: 1)
    if let scale {
      for lane in 0..<min(BlockedMaps.lanes, scale.count - first) { factors[lane] = scale[first + lane] }
    }
    withUnsafeBytes(of: &factors) { bytes in
      if let start = bytes.baseAddress { body(start.assumingMemoryBound(to: Float.self)) }
    }
  }
}

/// Writes zeros into 16 lanes of rows `step` floats apart.
func clearLanes(_ target: UnsafeMutablePointer<Float>, rows: Int, step: Int) {
  for row in 0..<rows { (target + row * step).update(repeating: 0, count: BlockedMaps.lanes) }
}
