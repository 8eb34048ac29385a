import Foundation
import GraphIR
import Testing

@testable import Pictures

/// Pictures as LaTeX documents.
@Suite("TikZ")
struct TikZTests {
  private static func documents(_ graph: Graph) -> [String] {
    PictureOptions.Style.allCases.map { style in
      var options = PictureOptions()
      options.style = style
      return Picture(of: graph, depth: 2).tikz(options)
    }
  }

  /// Braces match, every colour is defined before it is used, and nothing that TeX would take for a command is left over.
  @Test(arguments: Networks.published)
  func documentsAreSound(_ name: String) throws {
    for text in Self.documents(try Networks.published(name)) {
      var (depth, isClosedTooSoon) = (0, false)
      var signs: Set<Unicode.Scalar> = []
      var isEscaped = false
      var dollars = 0
      for line in text.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("%") {
        for character in line.unicodeScalars {
          if isEscaped {
            isEscaped = false
            continue
          }
          switch character {
          case "\\": isEscaped = true
          case "{": depth += 1
          case "}": depth -= 1
          case "$": dollars += 1
          case "&", "%", "_", "^", "~": Issue.record("'\(character)' in \(line)")
          default: break
          }
          if depth < 0 { isClosedTooSoon = true }
          signs.insert(character)
        }
      }
      #expect(depth == 0 && !isClosedTooSoon && dollars % 2 == 0)
      #expect(signs.allSatisfy { (0x20..<0x180).contains($0.value) })
      let defined = Set(text.matches(of: /\\definecolor\{(cnnc\d+)\}/).map { String($0.1) })
      let used = Set(text.matches(of: /=(cnnc\d+)/).map { String($0.1) })
      #expect(defined == used)
      #expect(text.hasPrefix("% ") && text.hasSuffix("\\end{document}\n"))
    }
  }

  @Test func hostileTextsAreEscaped() {
    #expect(
      TeX.escaped(##"\input{/etc/passwd} $x_1^2$ & 50 % #1 ~ "q" 3×3 → ⌊H/2⌋ – é 网"##)
        == ##"\textbackslash{}input\{/etc/passwd\} \$x\_1\textasciicircum{}2\$ \& 50 \% \#1 \textasciitilde{} "##
        + ##"\textquotedbl{}q\textquotedbl{} 3$\times$3 $\rightarrow$ $\lfloor$H/2$\rfloor$ \textendash{} é ?"##)
  }

  @Test func commentsStayOnTheirLine() throws {
    var graph = try Networks.text("  - conv: {out: 8, kernel: 3}")
    graph.name = "a\n\\input{b}\r\\c"
    for text in Self.documents(graph) { #expect(!text.contains("\n\\input") && !text.contains("\r")) }
  }

  /// The picture in LaTeX is as large as the one in SVG.
  @Test func sizesAreThoseOfThePicture() throws {
    let picture = Picture(of: try Networks.published("lenet5.yaml"), depth: 1)
    var options = PictureOptions()
    options.page = PageSize(width: 40, height: 60)
    let drawing = picture.drawing(options)
    #expect(drawing.scale < 1)
    let text = picture.tikz(options)
    let unit = try #require(text.firstMatch(of: /\[x=([\d.]+)bp/).flatMap { Double($0.1) })
    let size = try #require(text.firstMatch(of: /rectangle \(([\d.]+),([\d.]+)\);/))
    #expect(abs(unit - 0.75 * drawing.scale) < 0.001)
    #expect(abs((Double(size.1) ?? 0) - drawing.width) < 0.01 && abs((Double(size.2) ?? 0) - drawing.height) < 0.01)
  }

  private static let latex = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map {
    "\($0)/pdflatex"
  }.first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test(
    "pdflatex takes the documents", .enabled(if: latex != nil, "there is no pdflatex"),
    arguments: ["lenet5.yaml", "googlenet.yaml", "unet.yaml"])
  func documentsCompile(_ name: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cnnc-tikz-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (place, text) in Self.documents(try Networks.published(name)).enumerated() {
      let file = folder.appendingPathComponent("x\(place).tex")
      try text.write(to: file, atomically: true, encoding: .utf8)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: try #require(Self.latex))
      process.arguments = ["-interaction=batchmode", "-halt-on-error", file.lastPathComponent]
      process.currentDirectoryURL = folder
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      let log = try? String(contentsOf: folder.appendingPathComponent("x\(place).log"), encoding: .isoLatin1)
      #expect(process.terminationStatus == 0, "\(log?.suffix(2000) ?? "")")
    }
  }
}
