import Kernels
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A value in blocks of 16 channels in memory of its own, with guard numbers before it, behind it and between images.
///
/// Pointers are stepped by `while` here: where nothing is optimized, closures and ranges would take longer than kernels do.
final class BlockedMemory {
  /// Where the value lies; its images are `gap` floats further apart than their blocks need.
  let maps: BlockedMaps
  /// The first float of the value, at a multiple of 64 bytes.
  let start: UnsafeMutablePointer<Float>
  private let memory: UnsafeMutableBufferPointer<Float>

  private static let guardNumber: Float = -12345.678
  private static let margin = 64

  /// Memory of NaN, to be written by a kernel; `gap` in floats is a multiple of 16.
  init(_ shape: [Int], gap: Int = 0) {
    let (height, width) = shape.count == 4 ? (shape[2], shape[3]) : (1, 1)
    var maps = BlockedMaps(images: shape[0], channels: shape[1], height: height, width: width)
    maps.imageStride += gap
    self.maps = maps
    let count = 2 * Self.margin + maps.images * maps.imageStride
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
    memory = UnsafeMutableBufferPointer(start: bytes.bindMemory(to: Float.self, capacity: count), count: count)
    memory.initialize(repeating: Self.guardNumber)
    start = bytes.assumingMemoryBound(to: Float.self) + Self.margin
    for image in 0..<maps.images {
      let own = maps.blocks * maps.blockStride
      (start + image * maps.imageStride).update(repeating: .nan, count: own)
    }
  }

  /// A tensor `[N, C, H, W]` or `[N, features]`; the lanes beyond the channels hold `filler`.
  convenience init(_ tensor: Tensor, gap: Int = 0, filler: Float = 7.25) {
    self.init(tensor.shape, gap: gap)
    tensor.withUnsafeBufferPointer { elements in
      guard var source = elements.baseAddress else { return }
      forEachChannel { channel, first in
        var (lane, pixel) = (first, 0)
        while pixel < maps.pixels {
          if channel < maps.channels {
            lane.pointee = source.pointee
            source += 1
          } else {
            lane.pointee = filler
          }
          lane += BlockedMaps.lanes
          pixel += 1
        }
      }
    }
  }

  deinit {
    // Floats need no deinitialization.
    memory.deallocate()
  }

  /// Calls a closure with each channel of each image and its first float, the lanes beyond the channels included.
  private func forEachChannel(_ body: (_ channel: Int, _ first: UnsafeMutablePointer<Float>) -> Void) {
    for image in 0..<maps.images {
      for channel in 0..<maps.blocks * BlockedMaps.lanes {
        let block = image * maps.imageStride + channel / BlockedMaps.lanes * maps.blockStride
        body(channel, start + block + channel % BlockedMaps.lanes)
      }
    }
  }

  /// The value as a tensor `[N, C, H, W]`.
  var tensor: Tensor {
    let count = maps.images * maps.channels * maps.pixels
    let elements = [Float](unsafeUninitializedCapacity: count) { elements, initialized in
      guard var target = elements.baseAddress else { return }
      forEachChannel { channel, first in
        guard channel < maps.channels else { return }
        var (lane, pixel) = (first, 0)
        while pixel < maps.pixels {
          target.initialize(to: lane.pointee)
          target += 1
          lane += BlockedMaps.lanes
          pixel += 1
        }
      }
      initialized = count
    }
    return Tensor(elements, shape: [maps.images, maps.channels, maps.height, maps.width])
  }

  /// The bits of the value, the lanes beyond the channels included.
  var bits: Bits {
    let own = maps.blocks * maps.blockStride
    return Bits(
      floats: Array(unsafeUninitializedCapacity: maps.images * own) { floats, initialized in
        guard let target = floats.baseAddress else { return }
        for image in 0..<maps.images {
          (target + image * own).initialize(from: start + image * maps.imageStride, count: own)
        }
        initialized = maps.images * own
      })
  }

  /// What memory holds: NaN is equal to itself, and 0 is not −0.
  struct Bits: Equatable {
    fileprivate var floats: [Float] = []

    static func == (one: Bits, other: Bits) -> Bool {
      let bytes = one.floats.count * MemoryLayout<Float>.stride
      return one.floats.count == other.floats.count && memcmp(one.floats, other.floats, bytes) == 0
    }
  }

  /// Whether the memory around the value and between its images is untouched.
  var isGuardIntact: Bool {
    let own = maps.blocks * maps.blockStride
    let end = start + maps.images * maps.imageStride
    return isGuard(start - Self.margin, count: Self.margin) && isGuard(end, count: Self.margin)
      && (0..<maps.images).allSatisfy { image in
        isGuard(start + image * maps.imageStride + own, count: maps.imageStride - own)
      }
  }

  private func isGuard(_ first: UnsafeMutablePointer<Float>, count: Int) -> Bool {
    let (end, number) = (first + count, Self.guardNumber)
    var place = first
    while place < end {
      if place.pointee != number { return false }
      place += 1
    }
    return true
  }

  /// Whether the lanes beyond the channels hold finite numbers.
  var areSpareLanesFinite: Bool {
    var areFinite = true
    forEachChannel { channel, first in
      guard channel >= maps.channels else { return }
      var (lane, pixel) = (first, 0)
      while pixel < maps.pixels {
        if !lane.pointee.isFinite { areFinite = false }
        lane += BlockedMaps.lanes
        pixel += 1
      }
    }
    return areFinite
  }
}

/// Floats at a multiple of 64 bytes: packed weights, or scratch.
final class AlignedFloats {
  let start: UnsafeMutablePointer<Float>

  /// Memory of NaN.
  init(count: Int) {
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Float>.stride, alignment: 64)
    start = bytes.bindMemory(to: Float.self, capacity: max(1, count))
    start.initialize(repeating: .nan, count: max(1, count))
  }

  deinit {
    // Floats need no deinitialization.
    start.deallocate()
  }
}

extension Kernel {
  /// Packs the weights and runs all phases with a number of workers, one after the other.
  ///
  /// The workers run from the last to the first, so that a share that needs another one's of the same phase fails.
  func run(
    _ input: BlockedMemory, second: BlockedMemory? = nil, residual: BlockedMemory? = nil, into output: BlockedMemory,
    weights source: KernelWeights = KernelWeights(), workers count: Int = 1
  ) {
    let workers = (0..<count).reversed().map { Worker(index: $0, count: count) }
    let weights = AlignedFloats(count: weightCount)
    for worker in workers { pack(source, into: weights.start, worker: worker) }
    let scratch = AlignedFloats(count: scratchCount(threads: count))
    let reads = [input, second, residual].compactMap { $0.map { UnsafePointer($0.start) } }
    withExtendedLifetime((input, second, residual, output, weights, scratch)) {
      KernelMemory.with(reads, [output.start], weights: weights.start, scratch: scratch.start) { memory in
        for phase in 0..<phases {
          for worker in workers { run(phase: phase, memory: memory, worker: worker) }
        }
      }
    }
  }
}

extension KernelMemory {
  /// Calls a closure with memory for these operands.
  static func with(
    _ reads: [UnsafePointer<Float>], _ writes: [UnsafeMutablePointer<Float>],
    weights: UnsafeMutablePointer<Float>? = nil, scratch: UnsafeMutablePointer<Float>? = nil,
    _ body: (KernelMemory) -> Void
  ) {
    reads.withUnsafeBufferPointer { reads in
      writes.withUnsafeBufferPointer { writes in
        body(KernelMemory(reads: reads, writes: writes, weights: weights.map { UnsafePointer($0) }, scratch: scratch))
      }
    }
  }
}

/// The instruction sets of this machine.
let availableLoops: [Loops] = InstructionSet.allCases.compactMap(\.loops)
