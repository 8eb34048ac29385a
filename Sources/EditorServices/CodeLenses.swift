import Diagnostics
import Frontend
import GraphIR
import SpecLanguage

/// A line of text above a line of the document.
package struct CodeLens: Sendable {
  package enum Content: Sendable {
    /// The totals, and what has changed since the file was saved.
    case totals(String)
    /// A block's uses, and the one that is picked.
    case uses(block: String, [ShapeIndex.Use], picked: Int?)
    /// A variant, whose totals are found when the lens is shown.
    case variant(String, isPicked: Bool)
  }

  package var span: Span
  package var content: Content
}

extension DocumentSnapshot {
  /// The lenses of the document.
  package func codeLenses(saved: SavedTotals?, user: KnownNetwork? = nil) -> [CodeLens] {
    guard settings.showsLenses, let tree, let entries = tree.root.entries else { return [] }
    guard let network = network ?? user else { return [] }
    var lenses: [CodeLens] = []
    if kind == .spec,
      let entry = entries.first(where: { $0.key == "model" }) ?? entries.first(where: { $0.key == "cnnc" })
    {
      lenses.append(CodeLens(span: entry.keySpan, content: .totals(totalsText(network, saved))))
    }
    for entry in entries where entry.key == "blocks" {
      for block in entry.value.entries ?? [] {
        let uses = network.shapes.uses[block.key] ?? []
        let picked = choice.uses[block.key].flatMap { uses.indices.contains($0) ? $0 : nil }
        lenses.append(CodeLens(span: block.keySpan, content: .uses(block: block.key, uses, picked: picked)))
      }
    }
    for entry in entries where entry.key == "variants" && kind == .spec {
      for variant in entry.value.entries ?? [] {
        lenses.append(
          CodeLens(
            span: variant.keySpan, content: .variant(variant.key, isPicked: choice.variant == variant.key)))
      }
    }
    return lenses
  }

  /// `25.6M parameters · 4.1G MACs · +2.4M parameters, +360M MACs since saved`.
  private func totalsText(_ network: KnownNetwork, _ saved: SavedTotals?) -> String {
    let now = SavedTotals(network)
    var text = now.text
    if let variant = now.variant { text = "\(variant): \(text)" }
    if let saved, saved.variant == now.variant, saved != now { text += " · \(now.change(since: saved)) since saved" }
    if isStale { text += " · as it was before the fault" }
    return text
  }

  /// The totals of a variant.
  package func totals(ofVariant name: String, files: any FileAccess) -> String {
    var options = BuildOptions()
    options.variant = name
    options.input = settings.input
    let compilation = Compilation(path, options: options, files: files)
    guard let network = KnownNetwork(compilation) else { return "does not fit together" }
    return SavedTotals(network).text
  }
}

extension SavedTotals {
  /// `25.6M parameters · 4.1G MACs`.
  package var text: String {
    var parts = ["\(NumberLabel.short(parameters)) parameters"]
    if let macs { parts.append("\(NumberLabel.short(macs)) MACs") }
    return parts.joined(separator: " · ")
  }

  /// `+2.4M parameters, +360M MACs`.
  func change(since before: SavedTotals) -> String {
    var parts: [String] = []
    if parameters != before.parameters {
      parts.append("\(NumberLabel.signed(parameters - before.parameters)) parameters")
    }
    if let macs, let old = before.macs, macs != old { parts.append("\(NumberLabel.signed(macs - old)) MACs") }
    return parts.isEmpty ? "other sizes" : parts.joined(separator: ", ")
  }
}
