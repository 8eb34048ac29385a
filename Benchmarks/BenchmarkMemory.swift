import Kernels
import Tensors

/// Memory for a kernel to be timed on, and more of it than a cache holds.
final class BenchmarkMemory {
  private let input: UnsafeMutablePointer<Float>
  private let output: UnsafeMutablePointer<Float>
  /// What a gradient of weights reads beside the input.
  private let slopes: UnsafeMutablePointer<Float>
  private let weights: UnsafeMutablePointer<Float>
  private let scratch: UnsafeMutablePointer<Float>
  private let source: KernelWeights
  private let inputCount: Int
  private let weightCount: Int
  private let scratchCount: Int
  private let flood: UnsafeMutablePointer<Float>
  private static let floodCount = 12 << 20

  init(_ kernel: any Kernel, _ convolution: Convolution, weight: Tensor) {
    source = KernelWeights(weight: weight)
    func floats(_ count: Int, _ value: Float) -> UnsafeMutablePointer<Float> {
      let bytes = UnsafeMutableRawPointer.allocate(byteCount: 4 * max(16, count), alignment: 1 << 21)
      let start = bytes.bindMemory(to: Float.self, capacity: max(16, count))
      start.initialize(repeating: value, count: max(16, count))
      return start
    }
    inputCount = convolution.input.count
    weightCount = kernel.weightCount
    input = floats(inputCount, 0.5)
    output = floats(max(convolution.output.count, weight.count), 0)
    slopes = floats(convolution.output.count, 0.25)
    weights = floats(weightCount, 0)
    scratchCount = kernel.scratchCount(threads: 1)
    scratch = floats(scratchCount, 0)
    flood = floats(Self.floodCount, 0)
  }

  deinit {
    for memory in [input, output, slopes, weights, scratch, flood] { memory.deallocate() }
  }

  func pack(_ kernel: any Kernel) { kernel.pack(source, into: weights, worker: .alone) }

  /// Puts the weights out of the caches, and the input and the scratch memory back into them, where the layers before
  /// have left them.
  func sweep() {
    for index in stride(from: 0, to: Self.floodCount, by: 16) { flood[index] += 1 }
    for index in stride(from: 0, to: inputCount, by: 16) { input[index] += 0.001 }
    for index in stride(from: 0, to: scratchCount, by: 16) { scratch[index] += 1 }
  }

  func run(_ kernel: any Kernel) {
    let reads: [UnsafePointer<Float>] = [UnsafePointer(input), UnsafePointer(slopes)]
    reads.withUnsafeBufferPointer { reads in
      [output].withUnsafeBufferPointer { writes in
        let memory = KernelMemory(
          reads: reads, writes: writes, weights: UnsafePointer(weights), scratch: scratch)
        for phase in 0..<kernel.phases { kernel.run(phase: phase, memory: memory, worker: .alone) }
      }
    }
  }
}

extension Worker {
  /// The one worker that does all of the work.
  fileprivate static let alone = Worker(index: 0, count: 1)
}
