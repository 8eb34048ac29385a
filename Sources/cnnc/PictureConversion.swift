import Pictures

/// Makes PDF and PNG of an SVG, with a program that is installed.
enum PictureConversion {
  struct Failure: Error {
    var reason: String
  }

  enum Format: String {
    case pdf
    case png
  }

  /// The Debian package of fonts that pictures are laid out for.
  static let fontPackage = "fonts-liberation"

  /// Dots of a PNG for each pixel of the picture.
  private static let dots = 2
  /// The dots that librsvg and cairo can draw a side.
  private static let mostDots = 32_767
  /// The points that Acrobat shows a side.
  private static let mostPoints = 14_400
  private static let pointsOfPixel = 0.75

  /// The bytes of a file in the format; a PNG has two dots for each pixel of the picture.
  ///
  /// - Parameter programs: What makes it, each tried where those before it are not installed.
  /// - Throws: `Failure` if the picture is too large, no program is installed, or the one that is fails.
  static func convert(_ svg: SizedSVG, to format: Format, by programs: [[String]]? = nil) throws(Failure) -> [UInt8] {
    if format == .png { try checkSize(of: svg) }
    for arguments in programs ?? Self.programs(for: format) {
      var bytes: [UInt8]
      do {
        bytes = try FilterProgram.run(arguments, input: svg.text, variables: CreationDate.variables)
      } catch {
        switch error {
        case .notFound: continue
        case .system(let reason): throw Failure(reason: reason)
        case .failed(let said): throw Failure(reason: "\(arguments[0]) failed\(said.isEmpty ? "" : ": \(said)")")
        }
      }
      // What a program writes is looked at before a file gets it: half a file is none.
      guard isWhole(bytes, format) else {
        throw Failure(reason: "\(arguments[0]) wrote no whole \(format.rawValue.uppercased())")
      }
      if format == .pdf { CreationDate.stamp(&bytes) }
      return bytes
    }
    throw Failure(
      reason: """
        \(format.rawValue.uppercased()) is made of the SVG by rsvg-convert or cairosvg, and neither is installed: \
        apt-get install librsvg2-bin \(fontPackage), brew install librsvg, or pip install cairosvg; -o with .svg, .tex \
        or .html needs none
        """)
  }

  /// - Throws: `Failure` for a picture of which no program makes a PNG.
  private static func checkSize(of svg: SizedSVG) throws(Failure) {
    let (width, height) = (svg.width.rounded(.up), svg.height.rounded(.up))
    guard max(width, height) * Double(dots) > Double(mostDots) else { return }
    throw Failure(
      reason: """
        the picture is too large for a PNG: \(Int(width))×\(Int(height)) pixels, of which a PNG with \(dots) dots for \
        each has room for \(mostDots / dots) a side; --page or a smaller --depth makes it smaller, and -o with .svg or \
        .pdf takes it as it is
        """)
  }

  /// What to say of a PDF that not all programs show; nil for nothing.
  static func sizeNote(on svg: SizedSVG, as format: Format) -> String? {
    let (width, height) = (svg.width * pointsOfPixel, svg.height * pointsOfPixel)
    guard format == .pdf, max(width, height) > Double(mostPoints) else { return nil }
    return "the page has \(Int(width.rounded(.up)))×\(Int(height.rounded(.up))) points, of which Acrobat shows "
      + "\(mostPoints) a side; --page or a smaller --depth makes it smaller"
  }

  private static func programs(for format: Format) -> [[String]] {
    switch format {
    case .pdf: [["rsvg-convert", "--format", "pdf"], ["cairosvg", "--format", "pdf", "--output", "-", "-"]]
    case .png:
      [
        ["rsvg-convert", "--format", "png", "--zoom", "\(dots)"],
        ["cairosvg", "--format", "png", "--scale", "\(dots)", "--output", "-", "-"],
      ]
    }
  }

  private static func isWhole(_ bytes: [UInt8], _ format: Format) -> Bool {
    switch format {
    case .pdf:
      bytes.starts(with: "%PDF-".utf8) && bytes.suffix(32).split(separator: 10).last?.starts(with: "%%EOF".utf8) == true
    case .png: bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) && bytes.suffix(8).starts(with: "IEND".utf8)
    }
  }
}
