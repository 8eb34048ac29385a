/// Where in another file a tensor's elements are.
package struct ExternalData: Hashable, Sendable {
  /// The file, relative to the model's folder and within it.
  package var location: String
  package var offset: Int
  /// Nil for all that follows.
  package var length: Int?

  package init(location: String, offset: Int = 0, length: Int? = nil) {
    self.location = location
    self.offset = offset
    self.length = length
  }

  /// What a tensor says of the file.
  ///
  /// - Throws: `ONNXError` if the path is absolute or leads out of the model's folder, or a number is none.
  package init(_ entries: [StringStringEntryProto]) throws(ONNXError) {
    var location: String?
    (offset, length) = (0, nil)
    for entry in entries {
      switch entry.key {
      case "location": location = entry.value
      case "offset": offset = try Self.number(entry)
      case "length": length = try Self.number(entry)
      default: break
      }
    }
    guard let location else { throw .invalid("a tensor in another file does not say in which") }
    guard Self.isWithinFolder(location) else {
      throw .invalid("'\(location.prefix(80))' is no path of a file within the model's folder")
    }
    self.location = location
  }

  private static func number(_ entry: StringStringEntryProto) throws(ONNXError) -> Int {
    guard let number = Int(entry.value), number >= 0, entry.value.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
      throw .invalid("'\(entry.value.prefix(80))' is no \(entry.key) in a file")
    }
    return number
  }

  /// Whether a path is relative, names a file, and has no `..`, on any system that the file may be brought to.
  private static func isWithinFolder(_ path: String) -> Bool {
    let parts = path.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
    return !path.unicodeScalars.contains { $0.value < 0x20 } && !path.contains(":")
      && parts.allSatisfy { !$0.isEmpty && $0 != ".." } && parts.last != "."
  }

  package var entries: [StringStringEntryProto] {
    let first = [StringStringEntryProto("location", location), StringStringEntryProto("offset", "\(offset)")]
    return first + (length.map { [StringStringEntryProto("length", "\($0)")] } ?? [])
  }
}
