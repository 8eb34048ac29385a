/// Writes a drawing as a LaTeX document of its own, with a picture in plain TikZ that can be copied into another.
struct TikZWriter {
  private let drawing: Drawing
  /// The points of a pixel: three quarters of a point of 1/72 inch, made smaller with the drawing.
  private let unit: Double
  private var body = ""
  /// Names of colours in the order in which they come up.
  private var colors: [String: String] = [:]
  private var colorDefinitions = ""
  private var offset = Point(x: 0, y: 0)

  static func document(_ drawing: Drawing) -> String {
    var writer = TikZWriter(drawing)
    for mark in drawing.marks { writer.write(mark) }
    return writer.document
  }

  private init(_ drawing: Drawing) {
    self.drawing = drawing
    unit = 0.75 * drawing.scale
  }

  private var document: String {
    let size = "(\(Self.number(drawing.width)),\(Self.number(drawing.height)))"
    return """
      % \(Self.commented(drawing.title)): \(Self.commented(drawing.summary))
      \\documentclass[tikz,border=2pt]{standalone}
      \\usepackage[T1]{fontenc}
      \\usepackage[scaled]{helvet}
      \\begin{document}
      \(colorDefinitions)\
      \\begin{tikzpicture}[x=\(Self.number(unit))bp, y=-\(Self.number(unit))bp, line cap=butt, line join=miter,
        text node/.style 2 args={anchor=#1, inner sep=0pt, outer sep=0pt,
          font=\\sffamily\\fontsize{#2bp}{#2bp}\\selectfont}]
        \\useasboundingbox (0,0) rectangle \(size);
      \(body)\
      \\end{tikzpicture}
      \\end{document}

      """
  }

  private mutating func line(_ content: String) { body += "  \(content)\n" }

  private mutating func write(_ mark: Mark) {
    switch mark {
    case .group(let group, let marks):
      let before = offset
      if let moved = group.offset { offset = Point(x: offset.x + moved.x, y: offset.y + moved.y) }
      if let name = group.tooltip?.split(separator: "\n").first { line("% \(Self.commented(String(name)))") }
      for mark in marks { write(mark) }
      offset = before
    case .rectangle(let area, let radius, let paint):
      let corners = radius > 0 ? ["rounded corners=\(length(min(radius, area.height / 2)))"] : []
      let (first, second) = (Point(x: area.x, y: area.y), Point(x: area.maxX, y: area.maxY))
      line("\(command(paint, corners)) \(pair(first)) rectangle \(pair(second));")
    case .circle(let center, let radius, let paint):
      line("\(command(paint, [])) \(pair(center)) circle[radius=\(length(radius))];")
    case .path(let steps, let paint): line("\(command(paint, [])) \(text(of: steps));")
    case .text(let text): write(text)
    }
  }

  private mutating func write(_ text: Mark.Text) {
    let anchor =
      switch text.anchor {
      case .start: "base west"
      case .middle: "base"
      case .end: "base east"
      }
    var place = text.place
    var options = "text node={\(anchor)}{\(Self.number(text.size * unit))}, text=\(color(text.color))"
    if let turn = text.turn {
      // Turned upwards around its middle.
      place = Point(x: turn.x + (place.y - turn.y), y: turn.y)
      options += ", rotate=90"
    }
    let content = TeX.escaped(text.content)
    line("\\node[\(options)] at \(pair(place)) {\(text.isBold ? "\\bfseries " : "")\(content)};")
  }

  // MARK: Paths

  private mutating func command(_ paint: Mark.Paint, _ more: [String]) -> String {
    var options = more
    if let fill = paint.fill { options.append("fill=\(color(fill))") }
    if paint.opacity < 1 { options.append("fill opacity=\(Self.number(paint.opacity))") }
    if let stroke = paint.stroke {
      options += ["draw=\(color(stroke))", "line width=\(length(paint.width))"]
      if paint.isDashed { options.append("dash pattern=on \(length(4)) off \(length(3))") }
    }
    return "\\path[\(options.joined(separator: ", "))]"
  }

  private func text(of steps: [Mark.Step]) -> String {
    var parts: [String] = []
    var here = Point(x: 0, y: 0)
    for step in steps {
      switch step {
      case .move(let point):
        parts.append(pair(point))
        here = point
      case .line(let point):
        parts.append("-- \(pair(point))")
        here = point
      case .curve(let control, let end):
        // A curve of second degree as one of third.
        func toward(_ point: Point) -> Point {
          Point(x: point.x + (control.x - point.x) * 2 / 3, y: point.y + (control.y - point.y) * 2 / 3)
        }
        parts.append(".. controls \(pair(toward(here))) and \(pair(toward(end))) .. \(pair(end))")
        here = end
      case .close: parts.append("-- cycle")
      }
    }
    return parts.joined(separator: " ")
  }

  private mutating func color(_ value: String) -> String {
    if let known = colors[value] { return known }
    let name = "cnnc\(colors.count)"
    colors[value] = name
    colorDefinitions += "\\definecolor{\(name)}{HTML}{\(value.dropFirst().uppercased())}\n"
    return name
  }

  private func pair(_ point: Point) -> String {
    "(\(Decimal.coordinate(point.x + offset.x)),\(Decimal.coordinate(point.y + offset.y)))"
  }

  private func length(_ pixels: Double) -> String { "\(Self.number(pixels * unit))bp" }

  private static func number(_ value: Double) -> String {
    var text = Decimal.text(value, digits: 3)
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  private static func commented(_ text: String) -> String {
    String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
  }
}

/// Text as TeX takes it.
enum TeX {
  /// A text in which nothing is a command, and signs that fonts of eight bits lack are TeX's own.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\textbackslash{}"
      case "{", "}", "$", "&", "#", "%", "_": result += "\\\(scalar)"
      case "~": result += "\\textasciitilde{}"
      case "^": result += "\\textasciicircum{}"
      case "<": result += "\\textless{}"
      case ">": result += "\\textgreater{}"
      case "\"": result += "\\textquotedbl{}"
      case "-": result += "{-}"
      case "×": result += "$\\times$"
      case "·": result += "$\\cdot$"
      case "→": result += "$\\rightarrow$"
      case "−": result += "$-$"
      case "–": result += "\\textendash{}"
      case "…": result += "\\dots{}"
      case "⌊": result += "$\\lfloor$"
      case "⌋": result += "$\\rfloor$"
      case "⌈": result += "$\\lceil$"
      case "⌉": result += "$\\rceil$"
      default:
        // Letters of European languages are in T1; others need a font that the document chooses.
        if scalar.value >= 0x20, scalar.value < 0x7f || (0xc0...0x17f).contains(scalar.value) {
          result.unicodeScalars.append(scalar)
        } else if scalar.value >= 0xa0 {
          result += "?"
        }
      }
    }
    return result
  }
}
