import CKernels

extension Loops {
  /// Runs multiply-adds in registers alone and returns how many floating-point operations they were: the time they take
  /// is that of the processor's peak.
  package func runPeakProbe(rounds: Int) -> Int {
    // The number is used, or the compiler would leave the work out.
    let sum = table.multiply_adds(rounds)
    return sum.isNaN ? 0 : 2 * rounds * table.probe_floats
  }
}
