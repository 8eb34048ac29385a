/// Sums and products that stop at the largest integer instead of overflowing.
///
/// Shapes come from files; whoever writes a channel count of 10^18 gets a diagnostic about the size, not a trap.
package func saturatingSum(_ a: Int, _ b: Int) -> Int {
  let (sum, overflow) = a.addingReportingOverflow(b)
  return overflow ? (b < 0 ? Int.min : Int.max) : sum
}

/// The product of two integers, or the nearest integer of 64 bits.
package func saturatingProduct(_ a: Int, _ b: Int) -> Int {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? ((a < 0) == (b < 0) ? Int.max : Int.min) : product
}

/// The largest integer whose `divisor`-fold is at most `value`: division that rounds down.
package func floorDivision(_ value: Int, by divisor: Int) -> Int {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
  return remainder != 0 && (remainder < 0) != (divisor < 0) ? quotient - 1 : quotient
}
