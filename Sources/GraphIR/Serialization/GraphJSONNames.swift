import Diagnostics
import JSON

extension JSONCursor {
  /// A name as specs have it: letters, digits and `_`.
  func name() throws(JSONError) -> String {
    let text = try string()
    guard text.isGraphName else { throw failure("'\(text.shown)' is not a name") }
    return text
  }

  /// Names joined by dots.
  func namePath() throws(JSONError) -> String {
    let text = try string()
    guard text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ $0.isGraphName }) else {
      throw failure("'\(text.shown)' is no path of names joined by dots")
    }
    return text
  }
}

extension StringProtocol {
  /// Whether the text is a name: 1 to 128 letters, digits and `_`.
  var isGraphName: Bool {
    (1...128).contains(utf8.count)
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
