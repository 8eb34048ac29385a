import Tensors

/// Why a file of weights cannot be read, written or used.
public struct WeightError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is.
  public enum Reason: String, Sendable {
    /// The system does not let the file be read.
    case unreadable
    /// The file cannot be written.
    case unwritable
    /// The file is in none of the formats that are read.
    case unknownFormat
    /// The file contradicts its format.
    case malformed
    /// The file is well-formed, but has something in it that is not read, such as a foreign type.
    case refused
    /// The file asks for more than the limits allow.
    case limit
    /// There is no tensor of that name.
    case noSuchTensor
    /// The tensors do not fit the network.
    case mismatch
  }

  /// What kind of trouble it is.
  public var reason: Reason
  /// The file's path.
  public var file: String
  /// What is wrong, in a sentence without a full stop.
  public var message: String
  /// The tensor that is concerned.
  public var tensor: String?
  /// Where in the file, in bytes from its start.
  public var offset: Int?

  /// An error with all that is known.
  public init(_ reason: Reason, file: String, _ message: String, tensor: String? = nil, offset: Int? = nil) {
    self.reason = reason
    self.file = file
    self.message = message
    self.tensor = tensor
    self.offset = offset
  }

  /// `model.pth: byte 120: tensor 'fc.weight': what is wrong`.
  public var description: String {
    var text = file
    if let offset { text += ": byte \(offset)" }
    if let tensor { text += ": tensor \(quoted(tensor))" }
    return text + ": " + message
  }
}

/// Asks for the memory of a tensor before it is made.
///
/// - Throws: `WeightError` with reason `limit` if the system would refuse it.
func requireMemory(for elements: Int, bytesEach: Int, file: String, tensor: String) throws(WeightError) {
  do throws(AllocationError) {
    try SystemMemory.require(bytes: elements.saturatingMultiplied(by: bytesEach))
  } catch {
    throw WeightError(.limit, file: file, error.description, tensor: tensor)
  }
}

/// Text from a file as messages show it: in quotes, short, on one line, without what would change a terminal.
func quoted(_ text: String) -> String {
  let isLong = text.unicodeScalars.dropFirst(100).first != nil
  return "'" + printable(text.unicodeScalars.prefix(100)) + (isLong ? "…'" : "'")
}

/// A name from a file as tables show it: the first 60 scalars at most, without what would change a terminal.
public func shortened(_ name: String) -> String {
  let isLong = name.unicodeScalars.dropFirst(60).first != nil
  return printable(name.unicodeScalars.prefix(isLong ? 59 : 60)) + (isLong ? "…" : "")
}

/// Scalars with those escaped that end lines, control terminals or turn the direction of writing.
package func printable(_ scalars: some Sequence<Unicode.Scalar>) -> String {
  var result = ""
  for scalar in scalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: result += scalar.escaped(asASCII: true)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
