import Diagnostics
import Expressions
import Layers
import SystemPackage
import YAML

/// Turns YAML trees into the syntax tree of a spec, reporting everything that is not in the language.
///
/// The root decodes in two rounds: first the imports and the headers of all blocks, then the layers, so that a block may be
/// used before it is declared.
struct SpecDecoder {
  var reader: SpecReader
  let rootPath: FilePath
  var units: [SpecUnit] = []
  var blocks: [String: Block] = [:]
  /// The blocks of the file whose headers are being read: defaults may be those whose own is yet to come.
  var announcedBlocks: Set<String> = []
  /// Blocks whose headers are refused: what uses them is right.
  var faultyBlocks: Set<String> = []
  /// Whether a file of blocks could not be read, so that nobody knows which blocks there are.
  var lacksBlocks = false
  /// Block bodies that wait for the second round.
  var pendingBodies: [(block: String, body: YAMLNode)] = []
  /// The bodies of all blocks, as they are written.
  var writtenBodies: [String: YAMLNode] = [:]
  /// For each block the blocks whose names stand in its body; made where it is first asked for.
  var namedBlocks: [String: [String]]?
  /// The block whose layers are being decoded.
  var openBlock: String?
  /// The files being imported, outermost first, to find circles.
  var importing: [FilePath] = []
  /// The files that have been imported, each with the functions that it gives to those that import it, in the order of their names.
  var functionsOfImports: [FilePath: [FunctionDeclaration]] = [:]
  /// The specs whose network is this one's, the outermost first, to find circles.
  var deriving: [FilePath] = []
  var modelParameterNames: Set<String> = []
  /// The columns of the tables so far.
  var columnNames: Set<String> = []
  /// What the layers of the file were before.
  var earlierLayers: SpecReading.EarlierLayers?
  /// Whether what is decoded is a layer given as an argument.
  var isHandingOver = false
  /// The file whose text is being decoded.
  var unit = 0

  init(reader: SpecReader, path: FilePath) {
    self.reader = reader
    rootPath = path.lexicallyNormalized()
  }

  /// A decoder of further values for a spec that is decoded already.
  init(reader: SpecReader, spec: Spec) {
    self.reader = reader
    rootPath = FilePath()
    units = spec.units
    blocks = spec.blocks
    modelParameterNames = Set(spec.parameters.map(\.name))
  }

  var source: SourceID { units[unit].source }

  mutating func report(
    _ id: DiagnosticID, _ message: String, at span: Span, notes: [Diagnostic.Note] = [], fixes: [Diagnostic.Fix] = []
  ) {
    reader.diagnostics.report(Diagnostic(id, message, at: span, notes: notes, fixes: fixes))
  }

  private static let rootKeys = [
    "cnnc", "model", "summary", "source", "import", "params", "functions", "input", "inputs", "defaults", "blocks",
    "layers",
    "aux",
    "outputs", "expect", "variants", "sweeps", "preprocess", "labels", "weights", "network",
    "train", "recipes",
  ]

  /// The spec in a file's tree; nil where it lacks what every spec has.
  mutating func spec(_ root: YAMLNode) -> Spec? {
    if let network = root.entries?.first(where: { $0.key == "network" }) { return derived(network, root) }
    units = [SpecUnit(source: root.span.source)]
    guard let keys = keyedValues(root, of: "a spec", known: Self.rootKeys) else { return nil }
    checkVersion(keys["cnnc"], at: root.span)
    modelParameterNames = Set(keys["params"]?.value.entries?.map(\.key) ?? [])
    importing = [rootPath]
    declarations(keys)
    // A default may be a block.
    let parameters = keys["params"].map { self.parameters($0.value) } ?? []
    let isComplete = requireRootKeys(keys, root)
    guard isComplete, let layers = keys["layers"], let inputs = inputs(keys) else {
      decodePendingBodies()
      return nil
    }
    var spec = Spec(
      source: root.span.source, model: "Model", modelSpan: root.span, inputs: inputs, units: [],
      layersSpan: layers.keySpan)
    spec.parameters = parameters
    if let entry = keys["model"], entry.value.items != nil {
      report(.wrongType, "model is the network's name; its layers stand under 'layers'", at: entry.keySpan)
    } else if let entry = keys["model"], let name = text(entry.value, for: "model") {
      spec.model = name
      spec.modelSpan = entry.value.span
      checkName(name, at: entry.value.span)
    } else {
      spec.model = modelName(from: rootPath)
    }
    spec.summary = keys["summary"].flatMap { text($0.value, for: "summary") }
    spec.citation = keys["source"].flatMap { text($0.value, for: "source") }
    spec.layers = items(layers.value, in: "layers", earlier: earlierLayers)
    decodePendingBodies()
    extras(keys, into: &spec)
    checkRecursion(of: spec)
    spec.units = units
    spec.blocks = blocks
    return spec
  }

  private mutating func requireRootKeys(_ keys: [String: YAMLEntry], _ root: YAMLNode) -> Bool {
    if let model = keys["model"], model.value.items != nil, keys["layers"] == nil {
      report(
        .wrongType, "model is the network's name; its layers stand under 'layers'", at: model.keySpan,
        fixes: [.init("write 'layers'", edit: .init(model.keySpan, replacement: "layers"), isUnambiguous: true)])
      return false
    }
    if let model = keys["model"], model.value.entries != nil, keys["layers"] == nil {
      report(
        .wrongType, "model is the network's name; 'input' and 'layers' stand at the top of the spec", at: model.keySpan)
      return false
    }
    let missing = [
      ("input", "input: {channels: 3, size: 224}"), ("layers", "layers: [conv: {out: 8, kernel: 3}]"),
    ].filter { keys[$0.0] == nil && !($0.0 == "input" && keys["inputs"] != nil) }
    if missing.isEmpty { return true }
    let place = Span(source: root.span.source, start: root.span.start, end: root.span.start.advanced(by: 1))
    let names = missing.map { "'\($0.0)'" }.joined(separator: " and no ")
    report(
      .missingKey, "the spec has no \(names)", at: place,
      notes: missing.map { .init("for example `\($0.1)`") })
    return false
  }

  func modelName(from path: FilePath) -> String {
    let name = (path.stem ?? "model").map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    return String(name)
  }

  mutating func checkVersion(_ entry: YAMLEntry?, at span: Span) {
    guard let entry else {
      let place = Span(source: span.source, start: span.start, end: span.start.advanced(by: 1))
      // A spec in JSON is a mapping in braces.
      let isFlow = reader.sources[span.source].text(of: place) == "{"
      let start = isFlow ? place.end : place.start
      let edit = Diagnostic.Edit(
        Span(source: span.source, start: start, end: start), replacement: isFlow ? "\"cnnc\": 1, " : "cnnc: 1\n")
      let fix = Diagnostic.Fix("begin with `cnnc: 1`", edit: edit, isUnambiguous: true)
      report(.version, "the spec does not say its format version", at: place, fixes: [fix])
      return
    }
    guard entry.value.text == "1" else {
      report(
        .version, "format version \(entry.value.kindDescription) is unknown; this cnnc reads version 1",
        at: entry.value.span)
      return
    }
  }

  /// What spec files and imported files have in common: imports, functions, defaults and blocks.
  mutating func declarations(_ keys: [String: YAMLEntry]) {
    if let entry = keys["import"] { imports(entry.value) }
    if let entry = keys["blocks"] { blockHeaders(entry.value) }
    if let entry = keys["functions"] { functions(entry.value) }
    if let entry = keys["defaults"] { units[unit].defaults = defaults(entry.value) }
  }

  private mutating func decodePendingBodies() {
    while !pendingBodies.isEmpty {
      let (name, body) = pendingBodies.removeFirst()
      guard let block = blocks[name] else { continue }
      let outer = unit
      unit = block.unit
      openBlock = name
      let layers = items(body, in: "block \(name)")
      openBlock = nil
      blocks[name]?.layers = layers
      unit = outer
    }
  }
}
