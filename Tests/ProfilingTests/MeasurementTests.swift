import Profiling
import Testing

@Suite("Measurements") struct MeasurementTests {
  @Test("quantiles are times that were measured, by the nearest rank")
  func quantiles() {
    let times = Measurement((1...100).reversed().map { UInt64($0) * 1_000_000 })
    #expect(times.count == 100)
    #expect(times.minimum == 1)
    #expect(times.median == 51)
    #expect(times.quantile(0.9) == 90)
    #expect(times.quantile(0.99) == 99)
    #expect(times.quantile(1) == 100)
    #expect(times.quantile(0) == 1)
  }

  @Test("one time is every quantile; of an even number the median is the upper one")
  func few() {
    let one = Measurement([2_500_000])
    #expect([one.minimum, one.median, one.quantile(0.9), one.quantile(0.99)] == [2.5, 2.5, 2.5, 2.5])
    #expect(Measurement([4_000_000, 2_000_000]).median == 4)
  }
}
