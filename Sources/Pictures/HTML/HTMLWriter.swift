import GraphIR

/// Writes a network as one HTML page that needs nothing else: the picture, which unfolds by click, beside the report.
enum HTMLWriter {
  static func document(_ graph: Graph, _ figure: Figure, depth: Int?) -> String {
    let title = XML.escaped(figure.title)
    let totals = Totals(graph.mainNodes)
    let macs = totals.macs.value.map(Totals.grouped) ?? XML.escaped(Labels.cut(totals.macs.description, to: 24))
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(title)</title>
      <style>
      \(HTMLStyle.text)\
      </style>
      </head>
      <body>
      <header>
      <h1>\(title)</h1>
      <span class="summary">\(XML.escaped(figure.subtitle))</span>
      <span class="tools">
      <input id="search" type="search" placeholder="Find a layer or kind ( / )" aria-label="Find a layer or kind"/>
      <span id="found"></span>
      <button id="fold" title="Fold every block">Fold</button>
      <button id="unfold" title="Unfold the blocks in sight by one level">Unfold</button>
      <button id="smaller" aria-label="Smaller">−</button>
      <button id="larger" aria-label="Larger">+</button>
      <button id="fit">Fit</button>
      <button id="table" title="Show or hide the table">Table</button>
      <button id="theme" title="Light or dark">Theme</button>
      <button id="save" title="Save the picture as it is unfolded">Save SVG</button>
      </span>
      </header>
      <main>
      <div id="view" tabindex="0" aria-label="Picture; arrows move it, + and − change its size">
      <div id="stage"><svg id="edges" width="1" height="1"></svg><div id="aside"></div></div>
      </div>
      <div id="report">
      <div id="details" aria-live="polite" hidden=""></div>
      <table>
      <thead><tr><th>Layer</th><th>Kind</th><th>Output</th><th class="number">Parameters</th><th class="number">MACs</th></tr></thead>
      <tbody id="rows"></tbody>
      <tfoot><tr><td>Total</td><td></td><td></td><td class="number">\(Totals.grouped(totals.parameters))</td>\
      <td class="number">\(macs)</td></tr></tfoot>
      </table>
      </div>
      </main>
      <footer id="legend">\(legend(of: graph))</footer>
      <script type="application/json" id="data">\(HTMLData.text(of: graph, depth: depth))</script>
      <script>
      \(PageDrawing.text)\(PageInteraction.text)\(PageSaving.text)</script>
      </body>
      </html>

      """
  }

  private static func legend(of graph: Graph) -> String {
    let used = Set(graph.nodes.map { Palette($0) } + [.block] + (graph.heads.isEmpty ? [] : [.head]))
    return Palette.allCases.filter(used.contains).compactMap { color in
      color.legend.map { "<span class=\"\(color.rawValue)\"><i></i>\(XML.escaped($0))</span>" }
    }.joined()
  }
}
