import GraphIR
import SpecLanguage

/// The page that shows every spec with its variants and figures, docs/zoo.md.
package enum GalleryPage {
  /// A spec with what was built from it.
  package struct Entry {
    /// The spec's path below specs/, without its suffix.
    package var name: String
    package var spec: Spec
    /// The spec's own network and then its variants.
    package var graphs: [Graph]
    package var sweeps: [BuiltSweep]
    /// A picture's path from the page.
    package var picture: String?

    package init(name: String, spec: Spec, graphs: [Graph], sweeps: [BuiltSweep] = [], picture: String? = nil) {
      self.name = name
      self.spec = spec
      self.graphs = graphs
      self.sweeps = sweeps
      self.picture = picture
    }

    fileprivate var isExample: Bool { name.hasPrefix("examples/") }

    /// What a link to the section ends with, as GitHub makes it of a heading.
    fileprivate var anchor: String {
      String(spec.model.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" })
    }

    fileprivate func expectation(of graph: Graph) -> Expectation? {
      guard let name = graph.variant else { return spec.expectation }
      return spec.variant(named: name)?.expectation
    }
  }

  /// A sweep with a graph for each of its points.
  package struct BuiltSweep {
    package var sweep: Sweep
    package var points: [Graph]

    package init(sweep: Sweep, points: [Graph]) {
      self.sweep = sweep
      self.points = points
    }
  }

  package static func markdown(_ entries: [Entry]) -> String {
    let networks = entries.filter { !$0.isExample }
    let examples = entries.filter(\.isExample)
    return """
      # The zoo

      <!-- Generated from specs/ by `Sources/Reports/GalleryPage.swift`; `RECORD_GOLDEN=1 make test` writes it anew. -->

      Every network in `specs/`, with the figures that `cnnc check` finds. Parameters are the trainable ones; MACs are the
      multiply-accumulates of convolutions and linear layers for one image. Under *expected* stands what the spec says in
      `expect:`, from the paper, from the published implementation or counted by hand. Every run checks it: a number in full
      exactly, one with K, M or G to its last digit.

      \(overview(networks))
      \(networks.map(section).joined())## Worked examples

      \(examples.map { "#" + section($0) }.joined())
      """.trimmingLineEnds
  }

  private static func overview(_ entries: [Entry]) -> String {
    var text = "| network | parameters | MACs | |\n|---|---:|---:|---|\n"
    for entry in entries {
      guard let graph = entry.graphs.first else { continue }
      let totals = Totals(graph.mainNodes)
      text += "| [\(entry.spec.model)](#\(entry.anchor)) | \(Totals.grouped(totals.trainable)) "
      text += "| \(number(totals.macs.value)) | \(cell(entry.spec.summary ?? "")) |\n"
    }
    return text
  }

  private static func section(_ entry: Entry) -> String {
    var text = "## \(entry.spec.model)\n\n"
    if let summary = entry.spec.summary { text += "\(summary).\n\n" }
    if let picture = entry.picture { text += "![\(entry.spec.model)](\(picture))\n\n" }
    text += variants(entry)
    for built in entry.sweeps { text += "\n" + table(of: built) }
    let file = "specs/\(entry.name).yaml"
    return text + "\nSource: \(entry.spec.citation ?? "none"). Spec: [\(file)](../\(file))\n\n"
  }

  private static func variants(_ entry: Entry) -> String {
    let hasHeads = entry.graphs.contains { !$0.heads.isEmpty }
    var text = "| variant | parameters |\(hasHeads ? " with heads |" : "") MACs | input | output | expected |\n"
    text += "|---|---:|\(hasHeads ? "---:|" : "")---:|---|---|---|\n"
    for graph in entry.graphs {
      let totals = Totals(graph.mainNodes)
      let name = graph.variant ?? entry.name.split(separator: "/").last.map(String.init) ?? ""
      let outputs = graph.outputs.map { graph.shape(of: $0.value).description }.joined(separator: ", ")
      text += "| `\(name)` | \(Totals.grouped(totals.trainable)) |"
      if hasHeads { text += " \(Totals.grouped(Totals(graph.nodes).trainable)) |" }
      text += " \(number(totals.macs.value)) | \(graph.inputText) | \(outputs) "
      text += "| \(entry.expectation(of: graph).map(figures) ?? "") |\n"
    }
    return text
  }

  /// `25,557,032 parameters, 4,089,184,256 MACs`.
  private static func figures(_ expectation: Expectation) -> String {
    expectation.figures.map { "\(printed($0.expected)) \(word($0.metric))" }.joined(separator: ", ")
  }

  private static func table(of built: BuiltSweep) -> String {
    let names = built.sweep.axes.map(\.parameter)
    var header = names.map { "`\($0)`" }
    for column in built.sweep.columns { header += [word(column.metric), "expected"] }
    var text = "Sweep `\(built.sweep.name)`:\n\n| \(header.joined(separator: " | ")) |\n"
    text += "|" + String(repeating: "---:|", count: header.count) + "\n"
    for (index, graph) in built.points.enumerated() {
      var cells = names.map { name in graph.settings.first { $0.name == name }?.value.description ?? "" }
      for column in built.sweep.columns {
        cells.append(number(Totals(graph.mainNodes).figure(column.metric)))
        cells.append(index < column.values.count ? printed(column.values[index]) : "")
      }
      text += "| \(cells.joined(separator: " | ")) |\n"
    }
    return text
  }

  /// The number as the spec has it; digits in groups where it is in full.
  private static func printed(_ number: ExpectedNumber) -> String {
    number.tolerance == 0 ? Totals.grouped(number.value) : number.text
  }

  private static func number(_ value: Int?) -> String { value.map(Totals.grouped) ?? "open" }

  private static func word(_ metric: Expectation.Metric) -> String {
    switch metric {
    case .params: "parameters"
    case .paramsWithAux: "with heads"
    case .macs: "MACs"
    }
  }

  private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}

extension String {
  /// The text with one line break at its end.
  fileprivate var trimmingLineEnds: String {
    var text = self[...]
    while text.last == "\n" { text = text.dropLast() }
    return text + "\n"
  }
}
