import ProtocolBuffers

/// Why a file of ONNX cannot be read or used.
package enum ONNXError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bytes are no messages of ONNX.
  case encoding(WireError)
  /// The messages contradict each other, or what ONNX says of them.
  case invalid(String)

  package var description: String {
    switch self {
    case .encoding(let error): error.description
    case .invalid(let message): message
    }
  }
}

extension ModelProto {
  /// The model in a file's bytes, which may be anybody's. Tensors are parts of the bytes, and no copies.
  ///
  /// - Throws: `ONNXError` if they are none, or the model is not sound: see `problem`.
  package init(bytes: [UInt8], limits: WireLimits = WireLimits()) throws(ONNXError) {
    try self.init(uncheckedBytes: bytes, limits: limits)
    if let problem { throw .invalid(problem) }
  }

  /// The same for a model that an engine judges.
  ///
  /// - Throws: `ONNXError` if the bytes are no messages of ONNX.
  package init(uncheckedBytes bytes: [UInt8], limits: WireLimits = WireLimits()) throws(ONNXError) {
    do throws(WireError) {
      try self.init(reading: WireReader(bytes[...], limits: limits))
    } catch {
      throw .encoding(error)
    }
  }
}
