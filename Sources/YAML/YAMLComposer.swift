import Diagnostics

/// Reads a YAML text into a tree, within bounds of size and depth that no honest spec meets.
package struct YAMLComposer: ~Copyable {
  /// The bounds that hostile text runs into.
  package enum Limit {
    /// Bytes of one file.
    package static let bytes = 16 << 20
    /// Collections within collections.
    static let depth = 128
    /// Keys of one mapping.
    static let entries = 200_000
    /// Values of a document after aliases are put in.
    static let nodes = 2_000_000
  }

  private let source: SourceID
  private let bytes: [UInt8]
  private var stream: EventStream
  private var anchors: [String: YAMLNode] = [:]
  private var openAnchors: Set<String> = []
  /// The places of the brackets and braces that are not closed yet.
  private var openBrackets: [Position] = []
  private var nodeCount = 0

  private init(_ bytes: [UInt8], source: SourceID, linesBefore: Int = 0) {
    self.source = source
    self.bytes = bytes
    stream = EventStream(bytes, linesBefore: linesBefore)
  }

  /// The tree of a text; nil, with findings in `diagnostics`, when it is not a plain YAML document.
  package static func compose(_ bytes: [UInt8], source: SourceID, into diagnostics: inout DiagnosticBag) -> YAMLNode? {
    if let finding = EncodingCheck.finding(in: bytes, source: source) {
      diagnostics.report(finding)
      return nil
    }
    var composer = YAMLComposer(bytes, source: source)
    do {
      return try composer.document(into: &diagnostics)
    } catch {
      diagnostics.report(error.diagnostic)
      return nil
    }
  }

  /// The tree of some lines of a file, a list within another collection; nil where that is not all that they are.
  static func list(_ lines: [UInt8], after linesBefore: Int, source: SourceID) -> YAMLNode? {
    guard EncodingCheck.finding(in: lines, source: source) == nil else { return nil }
    var composer = YAMLComposer(lines, source: source, linesBefore: linesBefore)
    var found = DiagnosticBag()
    guard let node = try? composer.document(depth: 1, into: &found), found.isEmpty, node.items != nil, !node.isFlow
    else { return nil }
    return node
  }

  /// A finding that ends the reading.
  private struct Stop: Error {
    var diagnostic: Diagnostic
  }

  private func stop(
    _ id: DiagnosticID, _ message: String, at start: Position, to end: Position, notes: [Diagnostic.Note] = [],
    fixes: [Diagnostic.Fix] = []
  )
    -> Stop
  {
    Stop(
      diagnostic: Diagnostic(id, message, at: Span(source: source, start: start, end: end), notes: notes, fixes: fixes))
  }

  private mutating func next() throws(Stop) -> YAMLEvent {
    do {
      return try stream.next()
    } catch {
      throw syntaxStop(error)
    }
  }

  private func syntaxStop(_ error: YAMLSyntaxError) -> Stop {
    let explanation = SyntaxExplanation(
      error, file: SourceFile(path: "", bytes: bytes), brackets: openBrackets)
    var notes: [Diagnostic.Note] = []
    if let context = explanation.context, let position = error.contextPosition, position != explanation.position {
      notes.append(.init(context, at: Span(source: source, start: position, end: position.advanced(by: 1))))
    }
    if let advice = explanation.advice { notes.append(.init(advice)) }
    if let advice = explanation.adviceOnBreaks { notes.append(.init(advice)) }
    let fixes = explanation.fix.map { fix in
      [
        Diagnostic.Fix(
          fix.description,
          edit: .init(Span(source: source, start: fix.start, end: fix.end), replacement: fix.replacement),
          isUnambiguous: true)
      ]
    }
    return stop(
      .syntax, explanation.message, at: explanation.position, to: explanation.position.advanced(by: 1), notes: notes,
      fixes: fixes ?? [])
  }

  private mutating func document(depth: Int = 0, into diagnostics: inout DiagnosticBag) throws(Stop) -> YAMLNode {
    _ = try next()  // stream start
    let first = try next()
    guard case .documentStart = first.kind else {
      throw stop(.syntax, "the file is empty", at: Position(line: 1, column: 1), to: Position(line: 1, column: 2))
    }
    let root = try node(try next(), depth: depth, into: &diagnostics)
    _ = try next()  // document end
    let after = try next()
    guard case .streamEnd = after.kind else {
      throw stop(
        .unsupportedYAML, "a second document begins here; a spec is one document", at: after.start, to: after.end)
    }
    return root
  }

  private mutating func count(_ nodes: Int, at event: YAMLEvent) throws(Stop) {
    nodeCount += nodes
    if nodeCount > Limit.nodes {
      throw stop(
        .limit, "the document has more than \(Limit.nodes) values once its aliases are put in", at: event.start,
        to: event.end)
    }
  }

  private mutating func node(_ event: YAMLEvent, depth: Int, into diagnostics: inout DiagnosticBag) throws(Stop)
    -> YAMLNode
  {
    guard depth <= Limit.depth else {
      throw stop(.limit, "collections nest more than \(Limit.depth) deep", at: event.start, to: event.end)
    }
    try count(1, at: event)
    switch event.kind {
    case .scalar(let text, let quoted, let anchor, let tagged):
      checkTag(tagged, event, into: &diagnostics)
      let node = YAMLNode(
        content: .scalar(text, quoted: quoted), span: span(event.start, event.end), isFlow: false, weight: 1)
      if let anchor { anchors[anchor] = node }
      return node
    case .alias(let name):
      guard let node = anchors[name] else {
        let reason =
          openAnchors.contains(name)
          ? "the alias '*\(name)' stands within what it names" : "no anchor '&\(name)' before this"
        throw stop(.syntax, reason, at: event.start, to: event.end)
      }
      try count(node.weight, at: event)
      var copy = node
      copy.span = span(event.start, event.end)
      return copy
    case .sequenceStart(let flow, let anchor, let tagged):
      checkTag(tagged, event, into: &diagnostics)
      return try collection(event, anchor: anchor, flow: flow) { (composer, end) throws(Stop) -> YAMLNode.Content in
        try composer.sequence(depth: depth, end: &end, into: &diagnostics)
      }
    case .mappingStart(let flow, let anchor, let tagged):
      checkTag(tagged, event, into: &diagnostics)
      return try collection(event, anchor: anchor, flow: flow) { (composer, end) throws(Stop) -> YAMLNode.Content in
        try composer.mapping(depth: depth, end: &end, into: &diagnostics)
      }
    default:
      throw stop(.syntax, "a value is missing here", at: event.start, to: event.end)
    }
  }

  private mutating func collection(
    _ event: YAMLEvent, anchor: String?, flow: Bool,
    content: (inout YAMLComposer, inout Position) throws(Stop) -> YAMLNode.Content
  ) throws(Stop) -> YAMLNode {
    let before = nodeCount
    if let anchor { openAnchors.insert(anchor) }
    var end = event.end
    if flow { openBrackets.append(event.start) }
    let content = try content(&self, &end)
    if flow { openBrackets.removeLast() }
    let node = YAMLNode(content: content, span: span(event.start, end), isFlow: flow, weight: nodeCount - before + 1)
    if let anchor {
      openAnchors.remove(anchor)
      anchors[anchor] = node
    }
    return node
  }

  private mutating func sequence(
    depth: Int, end: inout Position, into diagnostics: inout DiagnosticBag
  ) throws(Stop) -> YAMLNode.Content {
    var items: [YAMLNode] = []
    while true {
      let event = try next()
      if case .sequenceEnd = event.kind {
        // A block collection's end mark lies at the token after it; its last value's end is what people see as its end.
        if event.start != event.end { end = event.end } else { end = items.last?.span.end ?? end }
        return .sequence(items)
      }
      items.append(try node(event, depth: depth + 1, into: &diagnostics))
    }
  }

  private mutating func mapping(
    depth: Int, end: inout Position, into diagnostics: inout DiagnosticBag
  ) throws(Stop) -> YAMLNode.Content {
    var entries: [YAMLEntry] = []
    var seen = SeenKeys()
    while true {
      let event = try next()
      if case .mappingEnd = event.kind {
        if event.start != event.end { end = event.end } else { end = entries.last?.value.span.end ?? end }
        // Growing has left room behind the last, which many mappings together would keep for nothing.
        return .mapping(entries.count == entries.capacity ? entries : Array(entries[...]))
      }
      let key = try node(event, depth: depth + 1, into: &diagnostics)
      var value = try node(try next(), depth: depth + 1, into: &diagnostics)
      guard let text = key.text else {
        diagnostics.report(
          Diagnostic(.unsupportedYAML, "a key must be a word, not \(key.kindDescription)", at: key.span))
        continue
      }
      // A value that is not written has no place of its own; the key is the place to point at.
      if value.isEmpty, value.span.start == value.span.end { value.span = key.span }
      if text == "<<", case .scalar(_, quoted: false) = key.content {
        diagnostics.report(Diagnostic(.mergeKey, "the merge key '<<' is not part of the language", at: key.span))
        continue
      }
      if let earlier = seen.place(of: text, in: entries) {
        let note = Diagnostic.Note("first written here", at: earlier)
        diagnostics.report(
          Diagnostic(.duplicateKey, "the key '\(text.shown)' is written twice", at: key.span, notes: [note]))
        continue
      }
      guard entries.count < Limit.entries else {
        throw stop(.limit, "a mapping has more than \(Limit.entries) keys", at: event.start, to: event.end)
      }
      entries.append(YAMLEntry(key: text, keySpan: key.span, value: value))
      seen.note(entries)
    }
  }

  /// Where the keys of a mapping are written: looked for one by one as long as there are few, for most mappings are short.
  ///
  /// By bytes: two keys are one only if they are written alike.
  private struct SeenKeys {
    private static let few = 12
    private var places: [[UInt8]: Span] = [:]

    func place(of key: String, in entries: [YAMLEntry]) -> Span? {
      guard places.isEmpty else { return places[Array(key.utf8)] }
      // Texts of the same bytes are equal, but not the other way round.
      return entries.first { $0.key == key && $0.key.utf8.elementsEqual(key.utf8) }?.keySpan
    }

    /// Takes note of the last entry.
    mutating func note(_ entries: [YAMLEntry]) {
      guard entries.count > Self.few else { return }
      let new = places.isEmpty ? entries[...] : entries.suffix(1)
      for entry in new { places[Array(entry.key.utf8)] = entry.keySpan }
    }
  }

  private func checkTag(_ tagged: Bool, _ event: YAMLEvent, into diagnostics: inout DiagnosticBag) {
    guard tagged else { return }
    diagnostics.report(
      Diagnostic(
        .unsupportedYAML, "tags such as !!str mean nothing in a spec; leave it out", at: span(event.start, event.end)))
  }

  private func span(_ start: Position, _ end: Position) -> Span {
    Span(source: source, start: start, end: max(start, end))
  }
}
