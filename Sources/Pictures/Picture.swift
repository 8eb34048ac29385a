import GraphIR

/// A picture of a network, folded to a depth, in the formats that `cnnc graph` writes.
package struct Picture: Sendable {
  package let figure: Figure
  private let graph: Graph
  private let depth: Int?

  /// A picture in which so many levels of blocks are shown; nil shows all, each copy by itself.
  package init(of graph: Graph, depth: Int?) {
    self.graph = graph
    self.depth = depth
    figure = FigureBuilder.figure(of: graph, depth: depth)
  }

  /// A self-contained SVG document.
  package func svg(_ options: PictureOptions = PictureOptions()) -> String {
    SVGWriter.document(drawing(options))
  }

  /// The same with its size.
  ///
  /// - Parameter isWhole: Whether it is made as large as whole pixels, for a raster: it has no last column and row that are
  ///   half transparent then.
  package func sizedSVG(_ options: PictureOptions = PictureOptions(), inWholePixels isWhole: Bool = false) -> SizedSVG {
    var drawing = drawing(options)
    if isWhole {
      // Sizes are written to a tenth: what is less than that above a whole number is none.
      drawing.width = (drawing.width * drawing.scale - 0.05).rounded(.up) / drawing.scale
      drawing.height = (drawing.height * drawing.scale - 0.05).rounded(.up) / drawing.scale
    }
    return SizedSVG(
      text: SVGWriter.document(drawing, isStretched: isWhole), width: drawing.width * drawing.scale,
      height: drawing.height * drawing.scale)
  }

  /// A LaTeX document with a picture in TikZ.
  package func tikz(_ options: PictureOptions = PictureOptions()) -> String {
    TikZWriter.document(drawing(options))
  }

  func drawing(_ options: PictureOptions) -> Drawing {
    switch options.style {
    case .boxes: FigureDrawing.drawing(of: figure, options)
    case .blocks: VolumeDrawing.drawing(of: figure, graph, options)
    }
  }

  /// A text in Graphviz's language.
  package func dot(_ options: PictureOptions = PictureOptions()) -> String {
    DOTWriter.document(figure, options: options)
  }

  /// A Mermaid flowchart.
  package func mermaid(_ options: PictureOptions = PictureOptions()) -> String {
    MermaidWriter.document(figure, options: options)
  }

  /// One HTML page with the picture, which unfolds by click, and the report beside it.
  package func html() -> String { HTMLWriter.document(graph, figure, depth: depth) }
}
