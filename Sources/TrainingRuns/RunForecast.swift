import Tensors
import Training

/// What a run will take, from its plan and from a few of its steps.
package struct RunForecast: Hashable, Sendable {
  /// Of a step.
  package var memory: TrainingMemory
  /// Bytes of the data sets that are held in memory, and of the batches that wait.
  package var data: Int
  /// Steps that are left.
  package var steps: Int
  /// How many steps were made to measure.
  package var measuredSteps: Int
  /// Seconds of a step: the median of those that were measured, but for the first where there are more.
  package var stepSeconds: Double
  /// Seconds of a test, for which an image is taken to cost a third of what it does in a step: it goes forward alone.
  package var testSeconds: Double
  /// Tests that are left.
  package var tests: Int

  /// Seconds of what is left.
  package var seconds: Double { Double(steps) * stepSeconds + Double(tests) * testSeconds }
}

extension TrainingRun {
  /// Makes a few steps, of which nothing is kept but how long they took. The run is of no use after.
  ///
  /// - Parameters:
  ///   - tested: The number of images of a test.
  ///   - seconds: When to stop, at the latest behind the step that is under way then.
  /// - Throws: `TrainingRunError` as a run does.
  package func forecast(tested: Int, data: Int, seconds: Double = 5) throws(TrainingRunError) -> RunForecast {
    let (steps, tests, batch) = (stepsLeft, testsLeft, stage.recipe.batch)
    let memory = try stepMemory()
    let start = secondsNow()
    var (times, before) = ([Double](), start)
    func isOver() -> Bool { times.count >= 12 || secondsNow() - start > seconds }
    if steps > 0 {
      _ = try run(isInterrupted: isOver) { event in
        guard case .step = event else { return }
        times.append(secondsNow() - before)
        before = secondsNow()
      }
    }
    let counted = (times.count > 1 ? Array(times.dropFirst()) : times).sorted()
    let step = counted.isEmpty ? 0 : counted[counted.count / 2]
    return RunForecast(
      memory: memory, data: data.saturatingAdded(waitingBatches * memory.batch), steps: steps,
      measuredSteps: times.count, stepSeconds: step,
      testSeconds: step * (Double(tested) / (3 * Double(batch))), tests: tests)
  }
}
