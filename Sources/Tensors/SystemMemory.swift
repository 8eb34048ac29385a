#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#endif

/// Memory that the system refuses, or that is more than any system has.
public struct AllocationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// How many bytes were asked for; the largest integer stands for all that are more.
  public var bytes: Int

  /// An error for a number of bytes.
  public init(bytes: Int) { self.bytes = bytes }

  /// How much it was, in a sentence.
  public var description: String { "there is no memory of \(Self.text(bytes))" }

  /// `12000000 bytes`, and `12.0 MB` before them.
  private static func text(_ bytes: Int) -> String {
    if bytes == .max { return "more than 8 exabytes" }
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
    var (tenths, unit) = (Double(bytes), 0)
    while tenths >= 1000, unit < units.count - 1 { (tenths, unit) = (tenths / 1000, unit + 1) }
    return unit == 0 ? "\(bytes) bytes" : "\((tenths * 10).rounded() / 10) \(units[unit]) (\(bytes) bytes)"
  }
}

/// What the system gives of memory.
package enum SystemMemory {
  /// No processor addresses more than this: 256 TiB.
  private static let largest = 1 << 48
  /// What is left for everything small, such as strings and threads.
  private static let reserve = 16 << 20

  /// Memory for so many bytes at a multiple of 64, to be freed by `free`; nil if the system refuses it.
  static func allocate(bytes: Int) -> UnsafeMutableRawPointer? {
    guard bytes <= largest else { return nil }
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, TensorBuffer.alignment, max(1, bytes)) == 0 else { return nil }
    return memory
  }

  static func deallocate(_ memory: UnsafeMutableRawPointer?) { free(memory) }

  /// Asks the system whether it would give so many bytes now, so that what cannot fail gracefully, such as an array, is
  /// not tried in vain.
  ///
  /// - Throws: `AllocationError` if it would not.
  package static func require(bytes: Int) throws(AllocationError) {
    guard bytes <= largest else { throw AllocationError(bytes: bytes) }
    // What is small comes out of memory that a program has anyway.
    if bytes < 1 << 20 { return }
    let flags = MAP_PRIVATE | MAP_ANON
    let address = mmap(nil, bytes + reserve, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let address, Int(bitPattern: address) != -1 else { throw AllocationError(bytes: bytes) }
    munmap(address, bytes + reserve)
  }

  /// The same for floats in tensors or arrays of these numbers of elements, all at once.
  package static func require(floats counts: Int...) throws(AllocationError) {
    let floats = counts.reduce(0) { $0.saturatingAdded($1) }
    try require(bytes: floats.saturatingMultiplied(by: MemoryLayout<Float>.stride))
  }
}
