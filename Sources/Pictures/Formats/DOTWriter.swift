/// Writes a figure in Graphviz's language: frames as clusters, in the colours of the other formats.
struct DOTWriter {
  private let figure: Figure
  private let options: PictureOptions
  private var text = ""

  static func document(_ figure: Figure, options: PictureOptions) -> String {
    var writer = DOTWriter(figure: figure, options: options)
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
    let font = "fontname=\"Helvetica,Arial,sans-serif\""
    line("digraph \(Self.quoted(figure.title)) {", indent: 0)
    line("rankdir=\(options.direction == .down ? "TB" : "LR"); compound=true; nodesep=0.25; ranksep=0.3;")
    if !options.hasBackground { line("bgcolor=transparent;") }
    if options.hasTitle { line("label=\(Self.quoted("\(figure.title)\n\(figure.subtitle)")); labelloc=t;") }
    line("graph [\(font), fontsize=12];")
    line("node [\(font), fontsize=10, shape=box, style=\"rounded,filled\", height=0.3, margin=\"0.12,0.06\"];")
    line("edge [\(font), fontsize=8, color=\"#4a4a4a\", fontcolor=\"#555555\", arrowsize=0.6];")
    write(figure.main, indent: 1)
    for side in figure.sides { write(side.pieces, indent: 1) }
    let labelled = figure.labelledBoxes()
    var named: Set<Int> = []
    for edge in figure.edges {
      var label = ""
      if labelled[edge.from], named.insert(edge.from).inserted, let shape = figure.shapes[edge.value] {
        label = " [label=\(Self.quoted(" " + shape))]"
      }
      line("b\(edge.from) -> b\(edge.to)\(label);")
    }
    line("}", indent: 0)
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
        let color = frame.isHead ? Palette.head : Palette.block
        let title = frame.subtitle.isEmpty ? frame.title : "\(frame.title) (\(frame.subtitle))"
        line("subgraph cluster_\(id) {", indent: indent)
        line(
          "label=\(Self.quoted(title)); labeljust=l; style=\"rounded,filled\"; fillcolor=\"\(color.fill)73\"; "
            + "color=\"\(color.line)\";", indent: indent + 1)
        write(content, indent: indent + 1)
        line("}", indent: indent)
      }
    }
  }

  private mutating func write(_ box: Figure.Box, indent: Int) {
    var attributes = [
      "label=\(Self.quoted(box.lines.joined(separator: "\n")))", "fillcolor=\"\(box.color.fill)\"",
      "color=\"\(box.color.line)\"", "tooltip=\(Self.quoted(box.tooltip))",
    ]
    switch box.form {
    case .circle(let sign):
      attributes[0] = "label=\"\(sign)\", shape=circle, width=0.25, fixedsize=true, margin=0"
    case .block where box.copies > 1: attributes.append("peripheries=2")
    case .layers, .block, .bar, .terminal: break
    }
    line("b\(box.id) [\(attributes.joined(separator: ", "))];", indent: indent)
  }

  /// A text in quotes, line breaks centred.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: if scalar.value >= 0x20 { result.unicodeScalars.append(scalar) }
      }
    }
    return result + "\""
  }
}
