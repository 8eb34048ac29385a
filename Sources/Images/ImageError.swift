import Tensors

/// Why an image cannot be read, decoded or given to a network.
package struct ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is.
  package enum Reason: String, Sendable {
    /// The system does not let the file or folder be read.
    case unreadable
    /// The file is neither JPEG nor PNG.
    case unknownFormat
    /// The file ends before the image does.
    case truncated
    /// The file contradicts its format.
    case malformed
    /// The file is well-formed, but of a kind that is not decoded.
    case unsupported
    /// The image is larger than the limits allow.
    case limit
    /// The image does not become what the network takes.
    case unsuitable
  }

  package var reason: Reason
  /// The path, or the name of bytes in memory.
  package var file: String
  /// What is wrong, as a sentence's end after the file's name.
  package var message: String

  package init(_ reason: Reason, file: String, _ message: String) {
    self.reason = reason
    self.file = file
    self.message = message
  }

  /// `photo.jpg: ends within the image: …`.
  package var description: String { "\(file): \(message)" }
}

/// Asks for the memory of an image's samples before they are decoded.
///
/// - Throws: `ImageError` with reason `limit` if it is more than `limit` bytes, or the system would refuse it.
func requireMemory(for samples: Int, bytesEach: Int, limit: Int = .max, _ name: String) throws(ImageError) {
  let bytes = samples.saturatingMultiplied(by: bytesEach)
  guard bytes <= limit else {
    throw ImageError(.limit, file: name, "takes \(bytes) bytes to decode; up to \(limit) are set aside")
  }
  do throws(AllocationError) {
    try SystemMemory.require(bytes: bytes)
  } catch {
    throw ImageError(.limit, file: name, error.description)
  }
}
