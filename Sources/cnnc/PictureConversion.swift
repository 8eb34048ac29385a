/// Makes PDF and PNG of an SVG, with a program that is installed.
enum PictureConversion {
  struct Failure: Error {
    var reason: String
  }

  enum Format: String {
    case pdf
    case png
  }

  /// The bytes of a file in the format; a PNG has two dots for each pixel of the picture.
  ///
  /// - Parameter programs: What makes it, each tried where those before it are not installed.
  /// - Throws: `Failure` if no program is installed, or the one that is fails.
  static func convert(_ svg: String, to format: Format, by programs: [[String]]? = nil) throws(Failure) -> [UInt8] {
    for arguments in programs ?? Self.programs(for: format) {
      var bytes: [UInt8]
      do {
        bytes = try FilterProgram.run(arguments, input: svg, variables: CreationDate.variables)
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
        apt-get install librsvg2-bin, brew install librsvg, or pip install cairosvg; -o with .svg, .tex or .html needs \
        none
        """)
  }

  private static func programs(for format: Format) -> [[String]] {
    switch format {
    case .pdf: [["rsvg-convert", "--format", "pdf"], ["cairosvg", "--format", "pdf", "--output", "-", "-"]]
    case .png:
      [
        ["rsvg-convert", "--format", "png", "--zoom", "2"],
        ["cairosvg", "--format", "png", "--scale", "2", "--output", "-", "-"],
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
