import Diagnostics
import SystemPackage
import YAML

/// Specs that are another file's network under other parameters: `network: resnet.yaml`.
extension SpecDecoder {
  private static let derivedKeys = [
    "cnnc", "network", "model", "summary", "source", "params", "expect", "variants", "preprocess", "labels", "weights",
    "train", "recipes",
  ]
  /// Keys that only the other file may have.
  private static let foreignKeys = [
    "import", "functions", "input", "inputs", "defaults", "blocks", "layers", "aux", "outputs", "sweeps",
  ]

  /// The other file's spec with this file's name, values of parameters, figures and variants.
  mutating func derived(_ network: YAMLEntry, _ root: YAMLNode) -> Spec? {
    units = [SpecUnit(source: root.span.source)]
    guard let entries = mapping(root, for: "a spec") else { return nil }
    for entry in entries where Self.foreignKeys.contains(entry.key) {
      report(
        .conflict, "the network of another file brings its own '\(entry.key)'", at: entry.keySpan,
        notes: [.init("the file is named here", at: network.keySpan)])
    }
    let known = Self.derivedKeys + Self.foreignKeys
    guard let keys = keyedValues(root, of: "a spec with another file's network", known: known) else { return nil }
    checkVersion(keys["cnnc"], at: root.span)
    guard var spec = base(network.value) else { return nil }
    units = spec.units
    blocks = spec.blocks
    modelParameterNames = Set(spec.parameters.map(\.name))
    if let entry = keys["params"] { assign(entry.value, to: &spec) }
    spec.source = root.span.source
    spec.model = modelName(from: rootPath)
    spec.modelSpan = network.value.span
    if let entry = keys["model"], let name = text(entry.value, for: "model") {
      spec.model = name
      spec.modelSpan = entry.value.span
      checkName(name, at: entry.value.span)
    }
    if let entry = keys["summary"] { spec.summary = text(entry.value, for: "summary") }
    if let entry = keys["source"] { spec.citation = text(entry.value, for: "source") }
    spec.expectation = keys["expect"].flatMap { expectation($0.value) }
    spec.variants = keys["variants"].map { variants($0.value, parameters: spec.parameters) } ?? []
    spec.sweeps = []
    if let entry = keys["preprocess"] { spec.preprocessing = preprocessing(entry.value) }
    if let entry = keys["labels"] { spec.labels = labels(entry.value) }
    if let entry = keys["weights"] { spec.weightMaps = weightMaps(entry.value) }
    recipes(keys, into: &spec)
    return spec
  }

  /// The spec in the other file, which stands beside this one.
  private mutating func base(_ node: YAMLNode) -> Spec? {
    guard let name = text(node, for: "network") else { return nil }
    let file = FilePath(name)
    guard file.isRelative, file.components.count == 1, file.lastComponent?.kind == .regular else {
      report(
        .importProblem, "network names a spec in this file's folder; '\(name.shown)' is none", at: node.span)
      return nil
    }
    let path = (rootPath.removingLastComponent().pushing(file)).lexicallyNormalized()
    let chain = deriving + [rootPath]
    guard !chain.contains(path) else {
      let circle = (chain.drop { $0 != path } + [path]).map { $0.lastComponent?.string ?? "" }
      report(.importProblem, "the networks form a circle: \(circle.joined(separator: " → "))", at: node.span)
      return nil
    }
    guard chain.count <= SpecReader.importDepth else {
      report(.limit, "networks of other files nest more than \(SpecReader.importDepth) deep", at: node.span)
      return nil
    }
    guard let root = reader.compose(path.string, at: node.span) else { return nil }
    var decoder = SpecDecoder(reader: reader, path: path)
    decoder.deriving = chain
    let spec = decoder.spec(root)
    reader = decoder.reader
    return reader.diagnostics.hasErrors ? nil : spec
  }

  /// Gives parameters of the other file their values here; a default is an expression over the earlier ones.
  private mutating func assign(_ node: YAMLNode, to spec: inout Spec) {
    for entry in mapping(node, for: "params") ?? [] {
      guard let index = spec.parameters.firstIndex(where: { $0.name == entry.key }) else {
        let names = spec.parameters.map(\.name)
        let hint = suggestion(for: entry.key, among: names)
        let list = names.isEmpty ? "; it has none" : "; it has \(names.joined(separator: ", "))"
        report(
          .unknownParameter, "the network has no parameter '\(entry.key.shown)'\(hint.isEmpty ? list : hint)",
          at: entry.keySpan)
        continue
      }
      let type = ExpectedType(spec.parameters[index].type)
      if let value = value(entry.value, type: type, for: entry.key) { spec.parameters[index].defaultValue = value }
    }
  }
}
