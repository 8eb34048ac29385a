import Foundation
import Pictures
import Testing

@testable import cnnc

/// PDF and PNG by a program that is installed, for which scripts stand here.
@Suite("Conversion of pictures") struct PictureConversionTests {
  private static let svg = SizedSVG(
    text: "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"2\" height=\"2\"></svg>\n", width: 2, height: 2)

  /// A program that runs the lines.
  private func program(_ lines: String) -> [String] { ["sh", "-c", lines] }

  @Test func aProgramGetsTheWholePicture() throws {
    let script = program("printf '%%PDF-1.7\\n'; wc -c; printf '%%%%EOF\\n'")
    let large = String(repeating: Self.svg.text, count: 20_000)
    let bytes = try PictureConversion.convert(SizedSVG(text: large, width: 2, height: 2), to: .pdf, by: [script])
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.hasPrefix("%PDF-1.7") && text.contains("\(large.utf8.count)"))
  }

  /// The date stands in the place where programs write it that ask the clock, and in the environment for all others.
  @Test func theSamePictureIsTheSameFile() throws {
    let script = program(
      """
      cat > /dev/null; echo "%PDF-1.7 $SOURCE_DATE_EPOCH $TZ"
      echo "/CreationDate (D:$(date +%Y%m%d%H%M%S)Z)"; echo '%%EOF'
      """)
    let text = String(decoding: try PictureConversion.convert(Self.svg, to: .pdf, by: [script]), as: UTF8.self)
    let stated = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"]
    #expect(text.hasPrefix("%PDF-1.7 \(stated ?? "0") UTC\n"), "\(text)")
    if stated == nil { #expect(text.contains("/CreationDate (D:19700101000000Z)\n"), "\(text)") }
  }

  @Test(
    "a date is written over digits alone",
    arguments: [
      ("/CreationDate (D:20261130192407Z)>>", "1000000000", "/CreationDate (D:20010909014640Z)>>"),
      ("/CreationDate (D:20261130192407Z)", "today", "/CreationDate (D:20261130192407Z)"),
      ("/CreationDate (D:2026)", "0", "/CreationDate (D:2026)"), ("", "0", ""),
      ("/CreationDate (D:2026 and so on, as it is)", "0", "/CreationDate (D:2026 and so on, as it is)"),
    ])
  func stamps(before: String, seconds: String, after: String) {
    var bytes = Array(before.utf8)
    CreationDate.stamp(&bytes, seconds: seconds)
    #expect(String(decoding: bytes, as: UTF8.self) == after)
  }

  @Test func theNextOneIsTriedWhereOneIsMissing() throws {
    let folder = try TemporaryFolder()
    let script = program("cat > /dev/null; printf '%%PDF-1.7\\n%%%%EOF\\n'")
    let bytes = try PictureConversion.convert(Self.svg, to: .pdf, by: [[folder.path("missing")], script])
    #expect(bytes.count > 10)
  }

  @Test func whatIsMissingIsNamed() throws {
    let folder = try TemporaryFolder()
    for format in [PictureConversion.Format.pdf, .png] {
      let failure = #expect(throws: PictureConversion.Failure.self) {
        try PictureConversion.convert(Self.svg, to: format, by: [[folder.path("missing")], [folder.path("other")]])
      }
      let reason = try #require(failure?.reason)
      #expect(reason.hasPrefix(format.rawValue.uppercased()))
      for word in ["rsvg-convert", "cairosvg", "apt-get install librsvg2-bin", "brew install librsvg"] {
        #expect(reason.contains(word), "\(reason)")
      }
    }
  }

  /// What a program writes before it fails, or half a file, is none.
  @Test(arguments: [
    ("printf '%%PDF-1.7\\n%%%%EOF\\n'; echo 'out of ink' >&2; exit 3", "failed: out of ink"),
    ("printf '%%PDF-1.7\\n'", "wrote no whole PDF"), ("cat", "wrote no whole PDF"), ("exit 0", "failed"),
    ("printf '%%PDF-1.7\\n%%%%EOF\\n'; kill -9 $$", "failed"),
  ])
  func halfAFileIsNone(lines: String, message: String) throws {
    let script = program(lines)
    let failure = #expect(throws: PictureConversion.Failure.self) {
      try PictureConversion.convert(Self.svg, to: .pdf, by: [script])
    }
    #expect(failure?.reason.contains(message) == true, "\(failure?.reason ?? "")")
  }

  @Test(
    "what a program says is kept but for the traces of Python",
    arguments: [
      (
        "It would be larger than 32767 pixels.\nI cannot do that.\n\nSpecify a smaller size.\n",
        "It would be larger than 32767 pixels. I cannot do that. Specify a smaller size."
      ),
      ("1\n2\n3\n4\n5\n", "2 3 4 5"),
      ("Traceback:\n  File \"x\"\nOSError: full\n", "OSError: full"),
      ("\n", ""),
    ])
  func gists(messages: String, gist: String) {
    #expect(FilterProgram.gist(of: messages) == gist)
  }

  /// No program is run for a PNG that none can make; a PDF may be of any size, of which a note tells.
  @Test func sizesAreKnownBefore() throws {
    let folder = try TemporaryFolder()
    let script = program("cat > /dev/null; touch \(folder.path("ran")); printf '%%PDF-1.7\\n%%%%EOF\\n'")
    let high = SizedSVG(text: Self.svg.text, width: 228.5, height: 19_201)
    let failure = #expect(throws: PictureConversion.Failure.self) {
      try PictureConversion.convert(high, to: .png, by: [script])
    }
    for word in ["PNG", "229×19201 pixels", "16383", "--page", "--depth", ".svg", ".pdf"] {
      #expect(failure?.reason.contains(word) == true, "\(word): \(failure?.reason ?? "")")
    }
    #expect(try folder.names() == [])
    _ = try PictureConversion.convert(high, to: .pdf, by: [script])
    #expect(try folder.names() == ["ran"])
    let note = PictureConversion.sizeNote(on: high, as: .pdf)
    for word in ["172×14401 points", "14400", "--page"] { #expect(note?.contains(word) == true, "\(note ?? "")") }
    #expect(PictureConversion.sizeNote(on: high, as: .png) == nil)
    #expect(PictureConversion.sizeNote(on: SizedSVG(text: "", width: 19_200, height: 1), as: .pdf) == nil)
  }

  @Test(
    "fonts of other widths are told of, where fontconfig is there",
    arguments: [
      ("printf 'DejaVu Sans'", "DejaVu Sans"), ("printf 'Verdana,Verdana Pro'", "Verdana"),
      ("printf 'Liberation Sans'", nil), ("printf Helvetica", nil), ("printf 'Nimbus Sans,Nimbus Sans L'", nil),
      ("exit 1", nil), ("exit 127", nil), ("exit 0", nil), ("printf ,", nil),
    ] as [(String, String?)])
  func fonts(lines: String, family: String?) {
    let note = FontNote.text(by: program(lines))
    #expect((note == nil) == (family == nil), "\(note ?? "")")
    guard let family else { return }
    for word in [family, "Liberation Sans", "wider", "fonts-liberation"] {
      #expect(note?.contains(word) == true, "\(note ?? "")")
    }
  }

  /// What messages say to install is what the documentation names and the Debian package suggests.
  @Test func packagesAreSuggested() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let script = try String(contentsOf: root.appendingPathComponent("scripts/make-deb.sh"), encoding: .utf8)
    let suggested = try #require(script.split(separator: "\n").first { $0.hasPrefix("Suggests: ") })
    let page = try String(contentsOf: root.appendingPathComponent("docs/pictures.md"), encoding: .utf8)
      .split(separator: "`")
    for name in ["librsvg2-bin", PictureConversion.fontPackage, "graphviz"] {
      #expect(suggested.contains(name))
      #expect(page.contains { $0.hasPrefix("apt-get install ") && $0.contains(name) }, "\(name)")
    }
  }

  @Test func theLackOfGraphvizIsSaid() throws {
    #expect(try GraphvizLayout.svg(from: "digraph {}", by: program("printf '<svg>'; cat")) == "<svg>digraph {}")
    let folder = try TemporaryFolder()
    let failure = #expect(throws: GraphvizLayout.Failure.self) {
      try GraphvizLayout.svg(from: "digraph {}", by: [folder.path("missing")])
    }
    for word in ["dot", "apt-get install graphviz", "brew install graphviz", "--layout own"] {
      #expect(failure?.reason.contains(word) == true, "\(failure?.reason ?? "")")
    }
  }

  private static func isInstalled(_ name: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }

  private static let hasConverter = isInstalled("rsvg-convert") || isInstalled("cairosvg")

  @Test("the endings choose the format", .enabled(if: hasConverter, "neither rsvg-convert nor cairosvg is installed"))
  func endings() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(
      "cnnc: 1\nmodel: Small\ninput: {channels: 3, size: 8}\nlayers: [conv: {out: 4, kernel: 3}]\n", to: "m.yaml")
    for style in ["boxes", "blocks"] {
      for (ending, magic) in [("pdf", Array("%PDF-".utf8)), ("png", [0x89, 0x50, 0x4e, 0x47])] {
        let file = folder.path("x.\(ending)")
        #expect(try status(of: ["graph", spec, "--style", style, "-o", file, "--page", "80x60"]) == .success)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)).starts(with: magic))
      }
    }
  }

  @Test("a PNG has two dots for whole pixels", .enabled(if: hasConverter, "no converter is installed"))
  func wholePixels() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(
      "cnnc: 1\nmodel: Small\ninput: {channels: 3, size: 8}\nlayers: [conv: {out: 4, kernel: 3}]\n", to: "m.yaml")
    // A side of the picture, which is made as large as the page, has 128.5 pixels.
    #expect(try status(of: ["graph", spec, "-o", folder.path("x.png"), "--page", "34x34"]) == .success)
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path("x.png"))))
    let sides = [16, 20].map { place in bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) } }
    #expect(sides.max() == 258 && sides.allSatisfy { $0 % 2 == 0 }, "\(sides)")
  }

  /// Where a picture cannot be made, the file that was there is still there, and no other is.
  @Test func nothingIsWrittenOfWhatFails() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write("cnnc: 1\nmodel: Small\n", to: "m.yaml")
    for ending in ["pdf", "png", "tex", "svg"] {
      let file = try folder.write("before", to: "x.\(ending)")
      #expect(try status(of: ["graph", spec, "-o", file]) == .findings)
      #expect(try folder.read("x.\(ending)") == "before")
      #expect(
        try status(of: ["graph", spec, "-o", folder.path("none/x.\(ending)")]) != .success)
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path("."))
    #expect(Set(left) == ["m.yaml", "x.pdf", "x.png", "x.tex", "x.svg"])
  }
}
