/// Writes a figure as a Mermaid flowchart, as Markdown pages show it: frames as subgraphs.
struct MermaidWriter {
  private let figure: Figure
  private let options: PictureOptions
  private var text = ""

  static func document(_ figure: Figure, options: PictureOptions) -> String {
    var writer = MermaidWriter(figure: figure, options: options)
    writer.write()
    return writer.text
  }

  private init(figure: Figure, options: PictureOptions) {
    self.figure = figure
    self.options = options
  }

  private mutating func line(_ content: String, indent: Int = 1) {
    text += String(repeating: "  ", count: indent) + content + "\n"
  }

  private mutating func write() {
    line("flowchart \(options.direction == .down ? "TD" : "LR")", indent: 0)
    write(figure.main, indent: 1)
    for side in figure.sides { write(side.pieces, indent: 1) }
    let labelled = figure.labelledBoxes()
    var named: Set<Int> = []
    for edge in figure.edges {
      var label = ""
      if labelled[edge.from], named.insert(edge.from).inserted, let shape = figure.shapes[edge.value] {
        label = "|\(Self.quoted(shape))|"
      }
      line("b\(edge.from) -->\(label) b\(edge.to)")
    }
    for color in Palette.allCases where figure.boxes.contains(where: { $0.color == color }) {
      line("classDef \(color.rawValue) fill:\(color.fill),stroke:\(color.line),color:#1a1a1a")
    }
  }

  private mutating func write(_ pieces: [Figure.Piece], indent: Int) {
    for piece in pieces {
      switch piece {
      case .box(let id): write(figure.boxes[id], indent: indent)
      case .branches(let branches, let join, _):
        for branch in branches { write(branch, indent: indent) }
        write(figure.boxes[join], indent: indent)
      case .frame(let id, let content):
        let frame = figure.frames[id]
        let title = frame.subtitle.isEmpty ? frame.title : "\(frame.title) (\(frame.subtitle))"
        line("subgraph f\(id) [\(Self.quoted(title))]", indent: indent)
        write(content, indent: indent + 1)
        line("end", indent: indent)
      }
    }
  }

  private mutating func write(_ box: Figure.Box, indent: Int) {
    let label = Self.quoted(box.lines.joined(separator: "\n"))
    let shape =
      switch box.form {
      case .circle(let sign): "((\(Self.quoted(sign))))"
      case .terminal: "([\(label)])"
      case .block where box.copies > 1: "[[\(label)]]"
      case .block, .layers: "(\(label))"
      case .bar: "[\(label)]"
      }
    line("b\(box.id)\(shape):::\(box.color.rawValue)", indent: indent)
  }

  /// A text in quotes. Mermaid knows character codes, and takes what looks like HTML or Markdown for it.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "<br/>"
      case "\"", "<", ">", "&", "#", "`", "*", "\\": result += "#\(scalar.value);"
      default: if scalar.value >= 0x20 { result.unicodeScalars.append(scalar) }
      }
    }
    return result + "\""
  }
}
