import Kernels
import Tensors

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#endif

/// Times convolutions as they run within a network: the maps in the caches, for the step before has just written them,
/// and the weights in memory, for all other layers' were read since.
struct ConvolutionBench {
  private let team: ThreadTeam
  private let loops: Loops
  /// Memory that is read to drive everything else out of the caches.
  private let broom: MemoryRegion

  /// - Throws: `AllocationError` if there is no memory to measure with.
  init(threads: Int, sweptBytes: Int, loops: Loops) throws(AllocationError) {
    team = ThreadTeam(count: threads)
    self.loops = loops
    broom = try MemoryRegion(count: max(16, sweptBytes / MemoryLayout<Float>.stride))
    // Pages that nobody has written all lie in one page of zeros.
    memset(broom.start, 1, broom.count * MemoryLayout<Float>.stride)
  }

  /// More weights than this, in floats, are not tried: half a GiB.
  private static let largestWeights = 1 << 27

  /// The smallest time of each algorithm, in turn so that none has all of a disturbance; at least one of each if there
  /// is time for that.
  ///
  /// - Throws: `AllocationError` if there is no memory for the convolution.
  func nanoseconds(
    of convolution: Convolution, by algorithms: [ConvolutionAlgorithm], repeats: Int, until end: UInt64
  ) throws(AllocationError) -> [ConvolutionAlgorithm: Double] {
    let convolution = convolution.alone
    let kernels = algorithms.map { ($0, convolution.kernel($0, loops: loops)) }
      .filter { $0.1.weightCount <= Self.largestWeights }
    let scratch = kernels.map { $0.1.scratchCount(threads: team.count) }.max() ?? 0
    let maps = try Maps(convolution, scratchCount: scratch)
    // Any numbers do for the time; they are small, so that sums stay finite.
    let weights = try MemoryRegion(count: kernels.map(\.1.weightCount).max() ?? 0)
    weights.start.update(repeating: 1e-3, count: weights.count)
    var times: [ConvolutionAlgorithm: Double] = [:]
    for _ in 0..<max(1, repeats) {
      for (algorithm, kernel) in kernels {
        // Half a choice would be worse than none.
        guard Clock.now < end else { return times.count == kernels.count ? times : [:] }
        sweep()
        maps.warm(team)
        let time = maps.withMemory(weights: weights) { memory in
          team.nanoseconds(meetings: 0) { member in
            for phase in 0..<kernel.phases {
              kernel.run(phase: phase, memory: memory.kernelMemory, worker: member.worker)
              member.meet()
            }
          }
        }
        times[algorithm] = min(time, times[algorithm] ?? .infinity)
      }
    }
    return times
  }

  /// Every thread reads all of it, for each may have a cache of its own.
  private func sweep() {
    let broom = broom
    team.run { _ in
      let found = memchr(broom.start, 2, broom.count * MemoryLayout<Float>.stride)
      precondition(found == nil, "the memory that is swept has changed")
    }
  }

  /// The maps of a convolution, and its scratch memory.
  private struct Maps {
    let input: MemoryRegion
    let output: MemoryRegion
    let residual: MemoryRegion?
    let scratch: MemoryRegion

    init(_ convolution: Convolution, scratchCount: Int) throws(AllocationError) {
      input = try MemoryRegion(count: convolution.input.count)
      output = try MemoryRegion(count: convolution.output.count)
      residual = try convolution.epilogue.addsResidual ? MemoryRegion(count: convolution.output.count) : nil
      scratch = try MemoryRegion(count: scratchCount)
      for region in [input, output, residual, scratch].compactMap({ $0 }) {
        region.start.update(repeating: 0.5, count: region.count)
      }
    }

    /// Each thread reads its share, which is about what it has written as the step before.
    func warm(_ team: ThreadTeam) {
      let regions = [scratch, output, residual, input].compactMap { $0 }
      team.run { member in
        for region in regions {
          let share = member.worker.share(of: region.count)
          // No byte of these numbers is 0xFF as long as they are finite, and it does no harm if one is.
          let found = memchr(region.start + share.lowerBound, 0xFF, share.count * MemoryLayout<Float>.stride)
          if let found { precondition(found >= UnsafeMutableRawPointer(region.start)) }
        }
      }
    }

    /// Calls a closure with the memory of a kernel.
    func withMemory<Result>(weights: MemoryRegion, _ body: (SharedMemory) -> Result) -> Result {
      let reads = [input, residual].compactMap { $0 }.map { UnsafePointer($0.start) }
      return reads.withUnsafeBufferPointer { reads in
        [output.start].withUnsafeBufferPointer { writes in
          body(
            SharedMemory(
              kernelMemory: KernelMemory(
                reads: reads, writes: writes, weights: UnsafePointer(weights.start), scratch: scratch.start)))
        }
      }
    }
  }

  /// Unchecked because it is pointers, which the threads of a run share.
  private struct SharedMemory: @unchecked Sendable {
    let kernelMemory: KernelMemory
  }
}

extension Convolution {
  /// The same with maps that are no slices of others.
  fileprivate var alone: Convolution {
    func alone(_ maps: BlockedMaps) -> BlockedMaps {
      BlockedMaps(images: maps.images, channels: maps.channels, height: maps.height, width: maps.width)
    }
    var result = self
    (result.input, result.output) = (alone(input), alone(output))
    result.epilogue.residualImageStride = epilogue.addsResidual ? result.output.imageStride : 0
    return result
  }
}
