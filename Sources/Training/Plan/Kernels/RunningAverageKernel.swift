import Kernels

/// Moves a running statistic towards a batch's, `(1 − momentum)·running + momentum·factor·batch`, and its average behind it.
///
/// It reads the batch's, the running one, and the average if there is one, and writes the last two, a number for each channel.
struct RunningAverageKernel: Kernel {
  var channels: Int
  var momentum: Double
  var factor: Double
  var average: WeightAverage?

  var name: String { "running statistic" }

  func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard worker.index == 0 else { return }
    let (batch, running) = (memory.reads[0], memory.writes[0])
    for channel in 0..<channels {
      running[channel] = Float((1 - momentum) * Double(running[channel]) + momentum * factor * Double(batch[channel]))
    }
    average?.update(memory.writes[1], towards: running, count: channels)
  }
}
