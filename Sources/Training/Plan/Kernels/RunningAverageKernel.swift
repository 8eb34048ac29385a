import Kernels
import Tensors

/// Moves a running statistic towards a batch's, `(1 − momentum)·running + momentum·factor·batch`, one after the other where a
/// layer is used several times, and its average behind it.
///
/// It reads the batch's of each use, the running one, and the average if there is one, and writes the last two, a number for
/// each channel.
struct RunningAverageKernel: Kernel {
  var channels: Int
  /// How each use counts.
  var averages: [Operations.RunningAverage]
  var average: WeightAverage?

  var name: String { "running statistic" }

  func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard worker.index == 0 else { return }
    let running = memory.writes[0]
    for (use, moving) in averages.enumerated() {
      let (batch, old, new) = (memory.reads[use], 1 - moving.momentum, moving.momentum * moving.factor)
      for channel in 0..<channels {
        running[channel] = Float(old * Double(running[channel]) + new * Double(batch[channel]))
      }
    }
    average?.update(memory.writes[1], towards: running, count: channels)
  }
}
