import AtomicFiles

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file of events in a run's folder, from which TensorBoard draws curves while the run goes on.
///
/// A run that goes on begins another file; what TensorBoard knows of later steps than it goes on from counts no more.
package final class EventFile {
  /// How many points an epoch has beside its end.
  private static let points = 20

  package let path: String
  private let descriptor: Int32
  private var failure: String?
  /// The sums at the last point.
  private var before: TrainingMeasures

  /// Makes a file.
  ///
  /// - Parameter position: Where the run is.
  /// - Throws: `TrainingRunError` if that is not possible.
  package init(in folder: RunFolder, at position: RunPosition) throws(TrainingRunError) {
    let seconds = Self.seconds
    var name = "events.out.tfevents.\(Int(seconds)).cnnc.\(getpid())"
    // Two runs of a process within a second; TensorBoard reads files in the order of their names.
    for count in 1..<100 where access(folder.file(name), F_OK) == 0 {
      name = "events.out.tfevents.\(Int(seconds)).cnnc.\(getpid()).\(count)"
    }
    path = folder.file(name)
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
    before = position.measures
    guard descriptor >= 0 else { throw TrainingRunError("\(path): \(SystemCalls.reason(errno))") }
    write(.version, step: position.step)
    if position.step > 0 { write(.start, step: position.step + 1) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes what a run tells: losses, accuracies, the rate and the speed at the end of each epoch, the loss and the rate some
  /// times within.
  ///
  /// - Throws: `TrainingRunError` if the file cannot be written.
  package func add(_ event: TrainingRun.Event, at position: RunPosition) throws(TrainingRunError) {
    switch event {
    case .step(_, let step, let count, let measures, let rate, _):
      let isPoint = step * Self.points / count > (step - 1) * Self.points / count
      guard isPoint else { break }
      if measures.images < before.images { before = TrainingMeasures() }
      let images = measures.images - before.images
      guard images > 0 else { break }
      let loss = (measures.loss - before.loss) / Double(images)
      before = measures
      write(.scalars([("step/loss", Float(loss)), ("step/lr", Float(rate))]), step: position.step)
    case .epoch(let row, _):
      before = TrainingMeasures()
      var scalars: [(tag: String, value: Double)] = [("loss/training", row.training.meanLoss)]
      scalars += Self.scores(row.training, "training", isWhole: false)
      scalars += [("lr", row.rate), ("images_per_s", row.imagesPerSecond)]
      if let tested = row.validation {
        scalars += [("loss/tested", tested.meanLoss)] + Self.scores(tested, "tested", isWhole: true)
      }
      write(.scalars(scalars.map { ($0.tag, Float($0.value)) }), step: row.step)
    case .stage, .saved: break
    }
    if let failure { throw TrainingRunError("\(path): \(failure)") }
  }

  /// Accuracies, or of several labels an image the F1 score and the mean average precision.
  ///
  /// - Parameter isWhole: Whether they are of a test, of which everything is known.
  private static func scores(
    _ measures: TrainingMeasures, _ name: String, isWhole: Bool
  ) -> [(tag: String, value: Double)] {
    if let several = measures.several {
      return [("f1/\(name)", several.microF1)] + (isWhole ? [("map/\(name)", measures.score)] : [])
    }
    return [("top1/\(name)", measures.top1)] + (isWhole ? [("top5/\(name)", measures.top5)] : [])
  }

  /// A record at once, so that what is there can be read at any moment.
  private func write(_ content: EventRecord.Content, step: Int) {
    let bytes = EventRecord.bytes(content, step: step, seconds: Self.seconds)
    let status = bytes.withUnsafeBytes { SystemCalls.write($0, to: descriptor) }
    if status != 0 { failure = SystemCalls.reason(status) }
  }

  /// Seconds since 1970, by the system's clock.
  private static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
