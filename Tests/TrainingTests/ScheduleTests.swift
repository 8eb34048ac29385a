import Testing
import Training

/// Schedules against PyTorch's: see Tests/Fixtures/record_optimizers.py.
@Suite struct ScheduleTests {
  private static let length = 24
  private static let measures = (0..<length).map { (epoch: Int) -> Double in
    epoch < 5 ? 1 - 0.1 * Double(epoch) : 0.6 + 0.001 * Double(epoch % 3)
  }

  static let cases: [(name: String, schedule: Schedule.Curve, warmup: Schedule.Warmup?)] = [
    ("step", .step(size: 7, gamma: 0.3), nil),
    ("multi_step", .multiStep(milestones: [4, 9, 20], gamma: 0.2), nil),
    ("exponential", .exponential(gamma: 0.9), nil),
    ("cosine", .cosine(minimum: 0.001), nil),
    ("polynomial", .polynomial(power: 0.9, end: 0), nil),
    ("one_cycle", .oneCycle(.init()), nil),
    ("plateau", .plateau(.init(factor: 0.3, patience: 2, cooldown: 1, minimum: 0.02)), nil),
    ("warmup", .cosine(minimum: 0), .init(.steps(6))),
  ]

  /// By the step, and by epochs of one step, rates are those of PyTorch.
  @Test(arguments: cases.indices, Schedule.Unit.allCases)
  func ratesArePyTorchs(index: Int, unit: Schedule.Unit) throws {
    let (name, curve, warmup) = Self.cases[index]
    let schedule = Schedule(curve, per: unit, warmup: warmup)
    let recorded = try RecordedLines.read("schedules.txt", names: 1)
    let expected = try #require(recorded[name])
    try #require(expected.count == Self.length)
    for step in 0..<Self.length {
      let place = Schedule.Place(step: step, stepsPerEpoch: 1, epochs: Self.length)
      let rate = schedule.rate(0.4, at: place, measures: Array(Self.measures.prefix(step)))
      #expect(abs(rate - expected[step]) < 1e-12, "\(name), step \(step): \(rate), \(expected[step])")
    }
  }

  @Test func momentumIsPyTorchs() throws {
    let schedule = Schedule(.oneCycle(.init()), per: .step)
    let expected = try #require(try RecordedLines.read("schedules.txt", names: 1)["one_cycle-momentum"])
    for step in 0..<Self.length {
      let place = Schedule.Place(step: step, stepsPerEpoch: 1, epochs: Self.length)
      #expect(abs(schedule.momentum(0.9, at: place) - expected[step]) < 1e-12)
    }
    let still = Schedule(.constant)
    #expect(still.momentum(0.9, at: Schedule.Place(step: 3, stepsPerEpoch: 1, epochs: 4)) == 0.9)
  }

  /// A curve by epochs stays within an epoch; a warm-up moves by steps whatever the curve moves by.
  @Test func epochsOfManySteps() {
    let schedule = Schedule(.multiStep(milestones: [1, 3], gamma: 0.1), warmup: .init(.epochs(2), start: 0))
    func rate(_ step: Int) -> Double { schedule.rate(1, at: .init(step: step, stepsPerEpoch: 10, epochs: 8)) }
    #expect(rate(0) == 0)
    #expect(rate(10) == 0.5)
    #expect(rate(19) == 0.95)
    #expect((20..<30).allSatisfy { rate($0) == 1 })
    #expect((30..<50).allSatisfy { rate($0) == 0.1 })
    #expect(abs(rate(50) - 0.01) < 1e-15)
  }

  /// Past its end, and at sizes that make no sense, a schedule still gives a number.
  @Test func ends() {
    let past = Schedule.Place(step: 50, stepsPerEpoch: 1, epochs: 10)
    #expect(Schedule(.cosine(minimum: 0.25)).rate(1, at: past) == 0.25)
    #expect(Schedule(.polynomial(power: 2, end: 0.5)).rate(1, at: past) == 0.5)
    #expect(Schedule(.oneCycle(.init())).rate(1, at: past).isFinite)
    #expect(Schedule(.step(size: 0, gamma: 0.5)).rate(1, at: .init(step: 1, stepsPerEpoch: 1, epochs: 1)) == 0.5)
    let single = Schedule.Place(step: 0, stepsPerEpoch: 1, epochs: 1)
    for (_, curve, warmup) in Self.cases { #expect(Schedule(curve, warmup: warmup).rate(1, at: single).isFinite) }
  }
}
