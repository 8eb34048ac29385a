import Images

/// Why a data set cannot be read.
public struct DatasetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is.
  public enum Reason: String, Sendable {
    /// The system does not let a file or folder be read.
    case unreadable
    /// A file ends before what it announces.
    case truncated
    /// A file contradicts its format, or another file of the set.
    case malformed
    /// There is more than the limits allow.
    case limit
    /// A folder holds no data set of the kind that is asked for.
    case missing
  }

  /// What kind of trouble it is.
  public var reason: Reason
  /// The path of the file or folder.
  public var file: String
  /// The line that is meant, from 1, of a file of lines.
  public var line: Int?
  /// What is wrong, as a sentence's end after the file's name.
  public var message: String

  package init(_ reason: Reason, file: String, line: Int? = nil, _ message: String) {
    self.reason = reason
    self.file = file
    self.line = line
    self.message = message
  }

  /// What an error of reading a file means for a data set.
  package init(_ error: ImageError) {
    let reason: Reason =
      switch error.reason {
      case .unreadable: .unreadable
      case .truncated: .truncated
      case .limit: .limit
      case .unknownFormat, .malformed, .unsupported, .unsuitable: .malformed
      }
    self.init(reason, file: error.file, error.message)
  }

  /// `train.csv:17: the label is missing`.
  public var description: String { file + (line.map { ":\($0)" } ?? "") + ": \(message)" }
}
