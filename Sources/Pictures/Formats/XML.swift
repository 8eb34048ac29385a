/// Text as XML takes it.
enum XML {
  /// A text for content and attributes: what has a meaning escaped, what XML 1.0 does not allow left out.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      default:
        let isAllowed = scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value) && scalar.value & 0xfffe != 0xfffe
        if isAllowed { result.unicodeScalars.append(scalar) }
      }
    }
    return result
  }
}
