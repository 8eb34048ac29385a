/// The numbers of a step of training that are new in each: an input of the run, so that nothing is planned anew.
///
/// They lie in memory as doubles.
struct StepScalars {
  /// The learning rate before a parameter's factor.
  var rate: Double
  /// The momentum, or β₁; nil for the optimizer's.
  var momentum: Double?
  /// How many steps were made before.
  var step: Int
  /// Whether this is the first part of the step's batch, and the last, where it comes in parts.
  var isFirst = true
  var isLast = true

  /// Floats that the numbers take.
  static let shape = [16]

  func store(at start: UnsafeMutablePointer<Float>) {
    let numbers = UnsafeMutableRawPointer(start)
    let all = (rate, momentum ?? .nan, Double(step), isFirst ? 1.0 : 0, isLast ? 1.0 : 0)
    withUnsafeBytes(of: all) {
      numbers.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(numbers), byteCount: $0.count)
    }
  }

  init(rate: Double, momentum: Double?, step: Int, isFirst: Bool = true, isLast: Bool = true) {
    (self.rate, self.momentum, self.step, self.isFirst, self.isLast) = (rate, momentum, step, isFirst, isLast)
  }

  init(at start: UnsafePointer<Float>) {
    let numbers = UnsafeRawPointer(start)
    func number(_ index: Int) -> Double { numbers.load(fromByteOffset: 8 * index, as: Double.self) }
    rate = number(0)
    momentum = number(1).isNaN ? nil : number(1)
    step = Int(number(2))
    (isFirst, isLast) = (number(3) != 0, number(4) != 0)
  }
}
