import Diagnostics

/// Whether PDF and PNG get a font whose letters are as wide as pictures are laid out for.
enum FontNote {
  /// What an SVG of `cnnc graph` asks for, in its order.
  private static let families = ["Helvetica", "Arial", "Liberation Sans"]
  /// Fonts of the same widths, which fontconfig gives in their place.
  private static let equals: Set<String> = ["Arimo", "FreeSans", "Nimbus Sans", "Nimbus Sans L", "TeX Gyre Heros"]

  /// What to say where text is set in letters of other widths; nil if it is not, or fontconfig cannot be asked.
  ///
  /// - Parameter program: What prints the families of the font that is taken, joined by commas.
  static func text(
    by program: [String] = ["fc-match", "--format", "%{family}", families.joined(separator: ",") + ",sans-serif"]
  ) -> String? {
    guard let bytes = try? FilterProgram.run(program, input: "") else { return nil }
    let names = String(decoding: bytes, as: UTF8.self).split(separator: ",").map(String.init)
    guard let name = names.first, equals.union(families).isDisjoint(with: names) else { return nil }
    return """
      none of the fonts \(families.joined(separator: ", ")) is installed: text is set in \(name.printable), and may be \
      wider than its box; apt-get install \(PictureConversion.fontPackage) helps
      """
  }
}
