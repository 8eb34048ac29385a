/// The style sheet of the HTML page.
enum HTMLStyle {
  /// What every page has, and the colours of the groups, by light and by dark.
  static var text: String {
    var text = PageStyle.text
    for color in Palette.allCases {
      text += ".\(color.rawValue) { --f: \(color.fill); --l: \(color.line); }\n"
      text += ":root[data-theme=\"dark\"] .\(color.rawValue) { "
      text += "--f: color-mix(in srgb, \(color.line) 38%, #16181d); "
      text += "--l: color-mix(in srgb, \(color.line) 70%, #ffffff); }\n"
    }
    return text
  }
}
