import ProtocolBuffers
import Tensors

/// The bytes of a tensor's elements, in little-endian order: a part of the file that they were read from, or the elements
/// of a tensor in memory. Neither is copied.
package struct RawData: Sendable {
  private enum Storage: Sendable {
    case bytes(ArraySlice<UInt8>)
    case tensor(Tensor)
  }

  private let storage: Storage

  package init(_ bytes: ArraySlice<UInt8>) { storage = .bytes(bytes) }

  /// The elements of a tensor as float32.
  package init(_ tensor: Tensor) { storage = .tensor(tensor) }

  /// Integers of 64 bits.
  package init(_ numbers: [Int64]) {
    var sink = ArraySink()
    for number in numbers { sink.littleEndian(number) }
    storage = .bytes(sink.bytes[...])
  }

  package var count: Int {
    switch storage {
    case .bytes(let bytes): bytes.count
    case .tensor(let tensor): tensor.count * MemoryLayout<Float>.size
    }
  }

  /// Calls a closure with the bytes, which are valid only within it.
  package func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch storage {
    case .bytes(let bytes):
      let result: Swift.Result<Result, Failure> = bytes.withUnsafeBytes { bytes in
        do throws(Failure) { return .success(try body(bytes)) } catch { return .failure(error) }
      }
      return try result.get()
    case .tensor(let tensor):
      // Machines that Swift runs on store numbers in little-endian order.
      return try tensor.withUnsafeBufferPointer { (elements) throws(Failure) in
        try body(UnsafeRawBufferPointer(elements))
      }
    }
  }
}

extension RawData: Equatable {
  package static func == (left: RawData, right: RawData) -> Bool {
    left.count == right.count
      && left.withUnsafeBytes { mine in right.withUnsafeBytes { mine.elementsEqual($0) } }
  }
}
