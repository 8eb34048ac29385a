import Analysis
import Diagnostics
import Frontend
import GraphIR
import Recipes
import SpecLanguage
import YAML

/// What is known of a document at one version of its text: what every request is answered from.
package struct DocumentSnapshot: Sendable {
  package let path: String
  /// The text, without a byte-order mark.
  package let file: SourceFile
  package let kind: DocumentKind
  package let settings: EditorSettings
  package let choice: ViewChoice
  /// What came of the text, without advice on it; nil for documents that are no specs.
  package let current: Compilation?
  /// What came of the text with broken lines left out, where it could not be read.
  package let recovered: Compilation?
  /// The last network that was whole: this text's, or an earlier one's.
  package let network: KnownNetwork?
  /// Whether the network is an earlier text's.
  package var isStale: Bool { current?.graph == nil }
  /// The network to look into where any is better than none: the last whole one, else what could be read.
  package var bestNetwork: KnownNetwork? { network ?? recovered.flatMap(KnownNetwork.init) }
  /// What was found in the text and what it imports, advice with it, which is looked for while shapes are answered.
  package var findings: [Diagnostic] { pendingFindings.value.findings }
  private let pendingFindings: Pending<Findings>
  /// The files that findings point into.
  package let sources: SourceTable
}

/// What was found in a text.
struct Findings: Sendable {
  var findings: [Diagnostic]
  /// What lints have found in it before comments silenced some: that holds for the next text too, if its network is the same.
  var advice: [Diagnostic]?

  init(_ findings: [Diagnostic], advice: [Diagnostic]? = nil) {
    self.findings = findings
    self.advice = advice
  }
}

/// A network that was whole, with the texts that it is of.
package struct KnownNetwork: Sendable {
  package let compilation: Compilation
  package let spec: Spec
  package let graph: Graph
  package let shapes: ShapeIndex
  /// What was found in the first text of the network, once it was looked for.
  var findings: Pending<Findings>?

  init?(_ compilation: Compilation) {
    guard let spec = compilation.spec, let attempt = compilation.attempt, let graph = attempt.graph else { return nil }
    self.compilation = compilation
    self.spec = spec
    self.graph = graph
    shapes = ShapeIndex(spec, attempt)
  }

  private init(_ compilation: Compilation, like other: KnownNetwork) {
    self.compilation = compilation
    (spec, graph, shapes, findings) = (other.spec, other.graph, other.shapes, other.findings)
  }

  /// The network of a text that says the same at the same places.
  func repeated(by compilation: Compilation) -> KnownNetwork { KnownNetwork(compilation, like: self) }

  /// The text of a file that the network was read from.
  func file(at path: String) -> (SourceID, SourceFile)? {
    compilation.sources.files.firstIndex { $0.path == path }.map {
      (SourceID(index: $0), compilation.sources.files[$0])
    }
  }
}

extension DocumentSnapshot {
  /// Looks at a document's text.
  ///
  /// - Parameters:
  ///   - previous: What was known of the document before, whose network stays while the text is broken.
  ///   - files: The disk under the texts of all open documents, this one's among them.
  package static func of(
    _ path: String, _ bytes: [UInt8], settings: EditorSettings = EditorSettings(), choice: ViewChoice = ViewChoice(),
    previous: DocumentSnapshot? = nil, files: any FileAccess
  ) -> DocumentSnapshot {
    var last = LastNetwork(previous)
    return of(path, bytes, settings: settings, choice: choice, last: &last, files: files)
  }

  /// The same with what was known before in a place of its own, from where it is taken.
  package static func of(
    _ path: String, _ bytes: [UInt8], settings: EditorSettings, choice: ViewChoice, last: inout LastNetwork,
    files: any FileAccess
  ) -> DocumentSnapshot {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    let file = SourceFile(path: path, bytes: text)
    let kind = DocumentKind(file, path: path)
    switch kind {
    case .spec: return spec(file, settings, choice, &last, files)
    case .blocks:
      let compilation = Compilation(blocksIn: path, files: files)
      return DocumentSnapshot(
        path: path, file: file, kind: kind, settings: settings, choice: choice, current: compilation,
        recovered: nil, network: nil, pendingFindings: Pending(Findings(compilation.diagnostics)),
        sources: compilation.sources)
    case .recipe:
      let (findings, sources) = recipeFindings(file)
      return DocumentSnapshot(
        path: path, file: file, kind: kind, settings: settings, choice: choice, current: nil, recovered: nil,
        network: nil, pendingFindings: Pending(Findings(findings)), sources: sources)
    case .other:
      return DocumentSnapshot(
        path: path, file: file, kind: kind, settings: settings, choice: choice, current: nil, recovered: nil,
        network: nil, pendingFindings: Pending(Findings([])), sources: SourceTable())
    }
  }

  private static func spec(
    _ file: SourceFile, _ settings: EditorSettings, _ choice: ViewChoice, _ last: inout LastNetwork,
    _ files: any FileAccess
  ) -> DocumentSnapshot {
    let path = file.path
    // Of a text that cannot be read, the commonest as one types, the last network stays as it is.
    var earlier = last.compilation
    let current = compile(path, settings, choice, &earlier, files) { last.makeRoom() }
    let before = current.isRepeated ? last.findings : nil
    let findings = advised(current, settings, before)
    var network = current.isRepeated ? last.take()?.repeated(by: current) : KnownNetwork(current)
    if before == nil, settings.lints { network?.findings = findings }
    var recovered: Compilation?
    if network == nil {
      network = last.take()
      if current.spec == nil, mayRecover(file, beyond: network) {
        recovered = recover(file, settings, choice, network, current, files)
      }
    }
    return DocumentSnapshot(
      path: path, file: file, kind: .spec, settings: settings, choice: choice, current: current,
      recovered: recovered, network: network, pendingFindings: findings, sources: current.sources)
  }

  /// What was found, with advice where there is a network to advise on; `before` has the advice on the same network.
  private static func advised(
    _ compilation: Compilation, _ settings: EditorSettings, _ before: Pending<Findings>?
  ) -> Pending<Findings> {
    guard settings.lints, compilation.graph != nil else { return Pending(Findings(compilation.diagnostics)) }
    let ignored = settings.ignoredLints
    let make: @Sendable () -> Findings = {
      var compilation = compilation
      let advice = before?.value.advice ?? compilation.foundByLints
      compilation.addAdvice(advice, ignoring: ignored)
      return Findings(compilation.diagnostics, advice: advice)
    }
    return isSoonAdvised(compilation, before) ? Pending(whenAsked: make) : Pending(make)
  }

  /// Whether advice on a text takes less time than a thread that has to wait for a processor. Nothing is put off that waits
  /// for something that was put off itself.
  private static func isSoonAdvised(_ compilation: Compilation, _ before: Pending<Findings>?) -> Bool {
    guard let graph = compilation.graph else { return true }
    if let before { return before.isMade && compilation.sources.files.reduce(0) { $0 + $1.bytes.count } < 1 << 16 }
    return graph.nodes.count < 200
  }

  private static func compile(
    _ path: String, _ settings: EditorSettings, _ choice: ViewChoice, _ earlier: inout Compilation?,
    _ files: any FileAccess, willBuild: () -> Void = {}
  ) -> Compilation {
    var options = BuildOptions()
    options.variant = choice.variant
    options.input = settings.input
    options.verifies = false
    let compilation = Compilation(path, options: options, after: &earlier, files: files, willBuild: willBuild)
    // A variant that was picked and is gone, or an input that does not suit the spec, is no fault of the spec.
    guard compilation.findings.diagnostics.contains(where: { [.unknownVariant, .unknownInput].contains($0.id) }) else {
      return compilation
    }
    earlier = nil
    options = BuildOptions()
    options.verifies = false
    return Compilation(path, options: options, after: &earlier, files: files, willBuild: willBuild)
  }

  /// Whether a text that cannot be read may say more than the last network does: what is left of it without the one line
  /// that is being written is the text of that network.
  private static func mayRecover(_ file: SourceFile, beyond network: KnownNetwork?) -> Bool {
    guard let (_, old) = network?.file(at: file.path) else { return true }
    return LineMap(from: old, to: file).changed.count > 1
  }

  /// Reads a text that cannot be read with some of its lines left out: what has changed since the last network, the lines
  /// that a fault of syntax may be on, or those on which something is wrong.
  private static func recover(
    _ file: SourceFile, _ settings: EditorSettings, _ choice: ViewChoice, _ network: KnownNetwork?,
    _ broken: Compilation, _ files: any FileAccess
  ) -> Compilation? {
    let faults = broken.findings.diagnostics.filter {
      $0.severity == .error && broken.sources[$0.span.source].path == file.path
    }
    guard !faults.isEmpty else { return nil }
    var candidates: [Set<Int>] = []
    if let (_, old) = network?.file(at: file.path) {
      let changed = LineMap(from: old, to: file).changed
      if (1...8).contains(changed.count) { candidates.append(Set(changed)) }
    }
    if let fault = faults.first(where: { $0.id == .syntax }) {
      let suspects = file.suspects(of: fault)
      candidates += suspects.map { [$0] }
      if suspects.count > 1 { candidates.append(Set(suspects)) }
    } else if faults.count <= 8 {
      candidates.append(Set(faults.map(\.span.start.line)))
    }
    var best: Compilation?
    for lines in candidates {
      let overlay = OverlaidFiles([file.path: file.blanking(lines)], over: files)
      var none: Compilation?
      let compilation = compile(file.path, settings, choice, &none, overlay)
      if compilation.graph != nil { return compilation }
      if best == nil, compilation.spec != nil { best = compilation }
    }
    return best
  }

  private static func recipeFindings(_ file: SourceFile) -> ([Diagnostic], SourceTable) {
    var sources = SourceTable()
    let source = sources.add(file)
    var found = DiagnosticBag()
    if let node = YAMLComposer.compose(file.bytes, source: source, into: &found) {
      var reader = RecipeReader()
      _ = reader.settings(node)
      for finding in reader.diagnostics.sorted { found.report(finding) }
    }
    return (found.sorted, sources)
  }
}

extension DocumentSnapshot {
  /// Whether what is known may change when a file does.
  package func reads(_ path: String) -> Bool {
    guard let current else { return false }
    return current.sources.files.contains { $0.path == path }
      || current.findings.diagnostics.contains { [.unreadableFile, .importProblem].contains($0.id) }
  }

  /// The findings that lie in a file.
  package func findings(in path: String) -> [Diagnostic] {
    findings.filter { sources.files.indices.contains($0.span.source.index) && sources[$0.span.source].path == path }
  }
}
