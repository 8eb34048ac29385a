import Diagnostics
import Expressions
import Layers
import SystemPackage
import YAML

/// Imports, parameters, functions, defaults and the headers of blocks.
extension SpecDecoder {
  /// What a file of blocks has.
  static let importedKeys = ["cnnc", "summary", "source", "import", "functions", "defaults", "blocks"]

  /// Parameters, functions or blocks of one mapping, at most.
  private static let declarationLimit = 10_000

  mutating func imports(_ node: YAMLNode) {
    guard let items = node.items ?? (node.isEmpty ? nil : [node]) else {
      report(.wrongType, "import is a list of files", at: node.span)
      return
    }
    for item in items {
      guard let name = text(item, for: "an import"), importFile(FilePath(name), at: item.span) else {
        lacksBlocks = true
        continue
      }
    }
  }

  /// Reads what a file declares, once; false, reported, if it cannot be read.
  private mutating func importFile(_ name: FilePath, at span: Span) -> Bool {
    let folder = (importing.last ?? rootPath).removingLastComponent()
    let path: FilePath
    do throws(FileError) {
      path = FilePath(
        try NamedFile.path(name.string, in: folder, root: rootPath.removingLastComponent(), of: reader.files))
    } catch {
      report(
        .importProblem, "an import lies in the spec's folder or below it; '\(name.string.shown)' does not", at: span)
      return false
    }
    guard !importing.contains(path) else {
      let circle = (importing.drop { $0 != path } + [path]).map { $0.lastComponent?.string ?? "" }
      report(.importProblem, "the imports form a circle: \(circle.joined(separator: " → "))", at: span)
      return false
    }
    if let functions = functionsOfImports[path] {
      // Its blocks are there for all files; a function for those that import it.
      for function in functions { declare(function) }
      return true
    }
    guard importing.count <= SpecReader.importDepth, functionsOfImports.count < SpecReader.fileLimit else {
      report(
        .limit, "imports nest more than \(SpecReader.importDepth) deep, or there are more than \(SpecReader.fileLimit)",
        at: span)
      return false
    }
    // A file that cannot be read is said to be so once.
    functionsOfImports[path] = []
    guard let root = reader.compose(path.string, at: span) else { return false }
    let outer = unit
    unit = units.count
    units.append(SpecUnit(source: root.span.source))
    importing.append(path)
    let isRead = decodeImport(root)
    importing.removeLast()
    let functions = units[unit].functions.values.sorted { $0.name < $1.name }
    unit = outer
    functionsOfImports[path] = functions
    for function in functions { declare(function) }
    return isRead
  }

  private mutating func decodeImport(_ root: YAMLNode) -> Bool {
    guard let entries = mapping(root, for: "an imported file") else { return false }
    var keys: [String: YAMLEntry] = [:]
    for entry in entries {
      if Self.importedKeys.contains(entry.key) {
        keys[entry.key] = entry
      } else {
        report(
          .importProblem, "an imported file has blocks, functions and defaults only, no '\(entry.key.shown)'",
          at: entry.keySpan)
      }
    }
    if keys["cnnc"]?.value.text != "1" {
      let start = Span(source: source, start: root.span.start, end: root.span.start.advanced(by: 1))
      report(.version, "an imported file begins with `cnnc: 1` too", at: keys["cnnc"]?.value.span ?? start)
    }
    declarations(keys)
    return true
  }

  // MARK: Parameters

  /// `{alpha: float = 1.0, classes: int}`.
  mutating func parameters(_ node: YAMLNode) -> [ParameterDeclaration] {
    if node.isEmpty { return [] }
    return declarations(node, of: "params").compactMap { parameter($0) }
  }

  /// What a mapping declares, within a bound.
  mutating func declarations(_ node: YAMLNode, of owner: String) -> [YAMLEntry] {
    guard let entries = mapping(node, for: owner) else { return [] }
    guard entries.count <= Self.declarationLimit else {
      report(
        .limit, "\(owner) declares more than \(Self.declarationLimit)", at: entries[Self.declarationLimit].keySpan)
      return []
    }
    return entries
  }

  private mutating func parameter(_ entry: YAMLEntry) -> ParameterDeclaration? {
    checkVariable(entry.key, at: entry.keySpan)
    guard let text = text(entry.value, for: "parameter \(entry.key.shown)") else { return nil }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let word = parts[0].trimmed
    guard let type = ParameterType(rawValue: word) ?? meantType(word, text, of: entry) else { return nil }
    var declaration = ParameterDeclaration(name: entry.key, nameSpan: entry.keySpan, type: type)
    guard parts.count == 2 else {
      // `n: 64`, which is a default without its type.
      if Self.typedExample(word) != nil {
        declaration.defaultValue = value(
          entry.value, type: ExpectedType(type), for: "the default of \(entry.key.shown)")
      }
      return declaration
    }
    let written = parts[1]
    let lead = written.prefix { $0 == " " }.unicodeScalars.count
    let start = entry.value.textStart.advanced(by: parts[0].unicodeScalars.count + 1 + lead)
    let valueText = written.trimmed
    let span = Span(
      source: source, start: start, end: start.advanced(by: valueText.unicodeScalars.count))
    let isCollection = valueText.first.map { "{[".contains($0) } ?? false
    if type == .layer, isCollection || valueText.contains(": ") {
      report(
        .wrongType, LayerDefault.message, at: span, notes: [.init(LayerDefault.advice(for: entry.key.shown))])
    } else {
      declaration.defaultValue = defaultNode(valueText, type: type, span: span).flatMap {
        value($0, type: ExpectedType(type), for: "the default of \(entry.key.shown)")
      }
    }
    // A parameter with a faulty default has one: who leaves it out is right.
    if declaration.defaultValue == nil {
      declaration.defaultValue = ArgumentValue(form: .word(valueText), span: span)
    }
    return declaration
  }

  /// Reports a word that is no type, and gives the type that must be meant, so that uses of the parameter are none that is
  /// not known.
  private mutating func meantType(_ word: String, _ text: String, of entry: YAMLEntry) -> ParameterType? {
    let types = ParameterType.allCases.map(\.rawValue)
    let near = nearMiss(to: word, among: types)
    let example = Self.typedExample(word)
    let hint: String
    if let example {
      hint = "; write `\(entry.key.shown): \(example)`"
    } else if let near {
      hint = "; did you mean '\(near.candidate)'?"
    } else {
      hint = "; types are \(types.joined(separator: ", "))"
    }
    var fixes = Self.typedExample(text).map {
      [Diagnostic.Fix("write \($0)", edit: .init(entry.value.span, replacement: $0), isUnambiguous: true)]
    }
    if example == nil, let near, near.isOnly, entry.value.span.start.line == entry.value.span.end.line {
      let start = entry.value.textStart
      let place = Span(source: source, start: start, end: start.advanced(by: word.unicodeScalars.count))
      fixes = [.init("write '\(near.candidate)'", edit: .init(place, replacement: near.candidate), isUnambiguous: true)]
    }
    report(
      .wrongWord, "'\(word.shown)' is not a type\(hint)", at: entry.value.span,
      notes: [.init("a parameter is `name: type` or `name: type = default`")], fixes: fixes ?? [])
    return example.flatMap { ParameterType(rawValue: $0.prefix { $0 != " " }.description) }
      ?? near.flatMap { $0.isOnly ? ParameterType(rawValue: $0.candidate) : nil }
  }

  /// `int = 64` for `64`: what was meant where a default stands without its type.
  private static func typedExample(_ text: String) -> String? {
    if Int(text) != nil { return "int = \(text)" }
    if Double(text) != nil { return "float = \(text)" }
    return text == "true" || text == "false" ? "bool = \(text)" : nil
  }

  /// The value after `=`: a scalar, or for sizes and paddings `[h, w]`.
  private mutating func defaultNode(_ text: String, type: ParameterType, span: Span) -> YAMLNode? {
    if text.isEmpty {
      report(.wrongType, "a value is missing after '='", at: span)
      return nil
    }
    guard text.hasPrefix("["), text.hasSuffix("]"), type == .size || type == .padding else {
      return YAMLNode(content: .scalar(text, quoted: false), span: span, isFlow: false, weight: 1)
    }
    var start = span.start.advanced(by: 1)
    let items = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false).map { part in
      let end = start.advanced(by: part.unicodeScalars.count)
      let node = YAMLNode(
        content: .scalar(part.trimmed, quoted: false), span: Span(source: span.source, start: start, end: end),
        isFlow: false,
        weight: 1)
      start = end.advanced(by: 1)
      return node
    }
    return YAMLNode(content: .sequence(items), span: span, isFlow: true, weight: items.count + 1)
  }

  // MARK: Functions

  /// `ch(c): max(8, int(c * alpha))`.
  mutating func functions(_ node: YAMLNode) {
    if node.isEmpty { return }
    for entry in declarations(node, of: "functions") {
      guard let open = entry.key.firstIndex(of: "("), entry.key.hasSuffix(")") else {
        report(
          .expressionSyntax, "a function is written `name(a, b): expression`; inside {} quote it", at: entry.keySpan)
        continue
      }
      let name = entry.key[..<open].trimmed
      let list = entry.key[entry.key.index(after: open)...].dropLast()
      let names =
        list.trimmed.isEmpty ? [] : list.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
      guard checkVariable(name, at: entry.keySpan) else { continue }
      guard names.allSatisfy({ checkVariable($0, at: entry.keySpan) }) else { continue }
      if Set(names).count != names.count {
        report(.duplicateDeclaration, "function \(name) has two parameters of one name", at: entry.keySpan)
        continue
      }
      guard let body = expression(entry.value, for: "function \(name)", type: .float) else { continue }
      declare(FunctionDeclaration(name: name, parameters: names, body: body, span: entry.keySpan))
    }
    checkFunctionRecursion()
  }

  private mutating func declare(_ function: FunctionDeclaration) {
    if let earlier = units[unit].functions[function.name] {
      if earlier.span == function.span { return }
      report(
        .duplicateDeclaration, "there are two functions '\(function.name)'", at: function.span,
        notes: [.init("the other one is declared here", at: earlier.span)])
      return
    }
    units[unit].functions[function.name] = function
  }

  private mutating func checkFunctionRecursion() {
    let functions = units[unit].functions
    let own = functions.values.filter { $0.span.source == source }.sorted { $0.span.start < $1.span.start }
    for circle in circles(in: functions.mapValues(\.body.calledFunctions), order: own.map(\.name)) {
      guard let function = functions[circle[0]] else { continue }
      report(
        .recursiveFunction, "function \(function.name) calls itself: \(Self.way(circle))", at: function.span)
      for name in circle { units[unit].functions[name] = nil }
    }
  }

  /// `a → b → a`, the middle of a long circle left out.
  static func way(_ circle: [String]) -> String {
    (circle.count <= 12 ? circle : circle.prefix(6) + ["…"] + circle.suffix(5)).joined(separator: " → ")
  }

  // MARK: Defaults

  /// `{conv: {bias: false, padding: half}}`.
  mutating func defaults(_ node: YAMLNode) -> [String: [Argument]] {
    if node.isEmpty { return [:] }
    var result: [String: [Argument]] = [:]
    for entry in mapping(node, for: "defaults") ?? [] {
      guard let declaration = LayerRegistry.declaration(entry.key) else {
        let reason = blocks[entry.key] != nil ? "; a block's defaults stand in its params" : ""
        let hint = reason.isEmpty ? Synonyms.text(for: entry.key, among: LayerRegistry.declarations.keys.sorted()) : ""
        report(.unknownOperation, "no layer kind '\(entry.key.shown)'\(reason)\(hint)", at: entry.keySpan)
        continue
      }
      result[entry.key] = arguments(entry.value, of: declaration)
    }
    return result
  }
}

extension StringProtocol {
  /// The text without spaces at its ends.
  var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace ?? false { text = text.dropFirst() }
    while text.last?.isWhitespace ?? false { text = text.dropLast() }
    return String(text)
  }

  /// `basic_block` as `BasicBlock`.
  var upperCamel: String {
    split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
