import Diagnostics
import Expressions
import Layers
import Recipes
import Shapes
import YAML

/// What a spec says beside its layers: input, expectations, heads, outputs, variants, sweeps, images, labels and names.
extension SpecDecoder {
  /// The inputs, one under `input`, or several with names under `inputs`; nil if there are none, or one is wrong.
  mutating func inputs(_ keys: [String: YAMLEntry]) -> [InputDeclaration]? {
    if let single = keys["input"] {
      if let several = keys["inputs"] {
        report(.conflict, "a spec has either one input, under 'input', or several, under 'inputs'", at: several.keySpan)
      }
      return input(single.value, of: "input").map { [$0] }
    }
    guard let several = keys["inputs"], let entries = mapping(several.value, for: "inputs") else { return nil }
    if !entries.isEmpty, entries.allSatisfy({ Self.inputKeys.contains($0.key) && $0.value.entries == nil }) {
      report(
        .wrongType, "inputs gives each input a name; a single one without stands under 'input'", at: several.keySpan,
        fixes: [.init("write 'input'", edit: .init(several.keySpan, replacement: "input"), isUnambiguous: true)])
      return nil
    }
    guard !entries.isEmpty, entries.count <= Self.inputLimit else {
      report(.outOfRange, "a network has 1 to \(Self.inputLimit) inputs, not \(entries.count)", at: several.value.span)
      return nil
    }
    var inputs: [InputDeclaration] = []
    for entry in entries {
      checkName(entry.key, at: entry.keySpan)
      guard var input = input(entry.value, of: "input \(entry.key)") else { continue }
      input.name = entry.key
      input.span = entry.keySpan
      inputs.append(input)
    }
    return inputs.count == entries.count ? inputs : nil
  }

  /// Inputs of a network, at most.
  private static let inputLimit = 64

  private static let inputKeys = ["channels", "size", "height", "width", "depth", "length", "features"]

  private mutating func input(_ node: YAMLNode, of owner: String) -> InputDeclaration? {
    // `{shape: [224, 224, 3]}` is a list all the same.
    let words = ["shape", "input_shape", "dims", "sizes"]
    if let entries = node.entries, entries.count == 1, words.contains(entries[0].key), entries[0].value.items != nil {
      reportInput(node, of: owner, sizes: entries[0].value)
      return nil
    }
    guard node.entries != nil else {
      reportInput(node, of: owner, sizes: node)
      return nil
    }
    guard let keys = keyedValues(node, of: owner, known: Self.inputKeys) else { return nil }
    if let features = keys["features"] {
      guard keys.count == 1 else {
        report(.conflict, "\(owner) has either features or channels with a size", at: features.keySpan)
        return nil
      }
      return expression(features.value, for: "features").map { InputDeclaration(form: .features($0), span: node.span) }
    }
    guard let channelsEntry = keys["channels"] else {
      report(
        .missingKey, "\(owner) needs channels", at: node.span, notes: [.init("for example {channels: 3, size: 224}")])
      return nil
    }
    if let length = keys["length"] {
      if let other = ["size", "height", "width", "depth"].lazy.compactMap({ keys[$0] }).first {
        report(.conflict, "\(owner) has both length and \(other.key); a signal has a length alone", at: other.keySpan)
        return nil
      }
      guard let channels = expression(channelsEntry.value, for: "channels"),
        let samples = expression(length.value, for: "length")
      else { return nil }
      return InputDeclaration(form: .spatial(channels: channels, sizes: [samples]), span: node.span)
    }
    guard let height = keys["size"] ?? keys["height"], let width = keys["size"] ?? keys["width"] else {
      report(.missingKey, "\(owner) needs size, or height and width, or length", at: node.span)
      return nil
    }
    if let size = keys["size"], let other = keys["height"] ?? keys["width"] {
      report(.conflict, "\(owner) has both size and \(other.key)", at: size.keySpan)
      return nil
    }
    guard let channels = expression(channelsEntry.value, for: "channels") else { return nil }
    var depth: [Expression] = []
    if let entry = keys["depth"] {
      guard let slices = expression(entry.value, for: "depth") else { return nil }
      depth = [slices]
    }
    if let size = keys["size"]?.value, size.items != nil {
      guard let sides = expressions(size, for: "size", counts: [2]) else { return nil }
      return InputDeclaration(form: .spatial(channels: channels, sizes: depth + sides), span: node.span)
    }
    guard let rows = expression(height.value, for: height.key), let columns = expression(width.value, for: width.key)
    else { return nil }
    return InputDeclaration(form: .spatial(channels: channels, sizes: depth + [rows, columns]), span: node.span)
  }

  /// `input: [1, 3, 224, 224]` and `input: 3x224x224`.
  private mutating func reportInput(_ node: YAMLNode, of owner: String, sizes: YAMLNode) {
    let texts =
      sizes.items?.map { $0.text ?? "" }
      ?? (sizes.text ?? "").cut(to: 80).split { "x×X, ()".contains($0) }.map(String.init)
    let numbers = texts.compactMap { Int($0) }
    let meant = numbers.count == texts.count ? ForeignValue.input(numbers) : nil
    report(
      .wrongType, "\(owner) is a mapping of keys and values, not \(sizes.kindDescription)", at: sizes.span,
      notes: [.init("for example {channels: 3, size: 224}; the batch is not written")],
      fixes: meant.map { [.init("write \($0)", edit: .init(node.span, replacement: $0), isUnambiguous: true)] } ?? [])
  }

  mutating func expectation(_ node: YAMLNode) -> Expectation? {
    let metrics = Expectation.Metric.allCases.map(\.rawValue)
    guard let keys = keyedValues(node, of: "expect", known: metrics + ["input", "output"]) else { return nil }
    var result = Expectation(span: node.span)
    for metric in Expectation.Metric.allCases {
      guard let entry = keys[metric.rawValue], let number = expectedNumber(entry.value, for: metric.rawValue) else {
        continue
      }
      result.figures.append(.init(metric: metric, expected: number))
    }
    result.input = keys["input"].flatMap { expectedShape($0) }
    result.output = keys["output"].flatMap { expectedShape($0) }
    return result
  }

  private mutating func expectedNumber(_ node: YAMLNode, for owner: String) -> ExpectedNumber? {
    if let text = node.text, let number = ExpectedNumber(text, span: node.span) { return number }
    report(
      .wrongType, "\(owner) is a number such as 4231976 or 4.2M, not \(node.kindDescription)", at: node.span)
    return nil
  }

  private mutating func expectedShape(_ entry: YAMLEntry) -> Expectation.ExpectedShape? {
    expressions(entry.value, for: entry.key).map { .init(dimensions: $0, span: entry.value.span) }
  }

  mutating func extras(_ keys: [String: YAMLEntry], into spec: inout Spec) {
    spec.expectation = keys["expect"].flatMap { expectation($0.value) }
    spec.heads = keys["aux"].map { heads($0.value) } ?? []
    spec.outputs = keys["outputs"].map { outputs($0.value) } ?? []
    spec.variants = keys["variants"].map { variants($0.value, parameters: spec.parameters) } ?? []
    spec.sweeps = keys["sweeps"].map { sweeps($0.value, parameters: spec.parameters) } ?? []
    spec.preprocessing = keys["preprocess"].flatMap { preprocessing($0.value) }
    spec.labels = keys["labels"].flatMap { labels($0.value) }
    spec.weightMaps = keys["weights"].map { weightMaps($0.value) } ?? []
    recipes(keys, into: &spec)
  }

  /// `train` and `recipes`, which are read by their own declarations.
  mutating func recipes(_ keys: [String: YAMLEntry], into spec: inout Spec) {
    if let entry = keys["train"] { spec.training = recipe(entry.value, into: &spec) }
    guard let entry = keys["recipes"] else { return }
    for entry in mapping(entry.value, for: "recipes") ?? [] {
      checkName(entry.key, at: entry.keySpan)
      let settings = recipe(entry.value, into: &spec)
      spec.recipes.append(NamedRecipe(name: entry.key, nameSpan: entry.keySpan, settings: settings))
    }
  }

  private mutating func recipe(_ node: YAMLNode, into spec: inout Spec) -> RecipeSettings {
    var recipeReader = RecipeReader()
    let settings = recipeReader.settings(node)
    for finding in recipeReader.diagnostics.sorted { reader.diagnostics.report(finding) }
    spec.recipePatterns += recipeReader.patterns
    spec.recipeLosses += recipeReader.losses
    return settings
  }

  private mutating func heads(_ node: YAMLNode) -> [AuxiliaryHead] {
    (mapping(node, for: "aux") ?? []).compactMap { entry in
      checkName(entry.key, at: entry.keySpan)
      guard var entries = mapping(entry.value, for: "head \(entry.key.shown)") else { return nil }
      var weight: Expression?
      if let index = entries.firstIndex(where: { $0.key == "weight" }) {
        weight = expression(entries.remove(at: index).value, for: "weight", type: .float)
      }
      guard entries.contains(where: { $0.key == "from" }) else {
        report(
          .missingKey, "head \(entry.key.shown) does not say what it looks at", at: entry.keySpan,
          notes: [.init("write `from: NODE`")])
        return nil
      }
      var inner = entry.value
      inner.content = .mapping(entries)
      guard let item = item(inner, in: "aux") else { return nil }
      if let name = item.name {
        report(.doubleName, "the key '\(entry.key.shown)' names the head already", at: name.span)
      }
      return AuxiliaryHead(name: entry.key, nameSpan: entry.keySpan, weight: weight, item: item)
    }
  }

  private mutating func outputs(_ node: YAMLNode) -> [OutputDeclaration] {
    (mapping(node, for: "outputs") ?? []).compactMap { entry in
      checkName(entry.key, at: entry.keySpan)
      return reference(entry.value).map {
        OutputDeclaration(name: entry.key, nameSpan: entry.keySpan, reference: $0)
      }
    }
  }

  // MARK: Variants and sweeps

  /// Networks of one sweep, at most.
  private static let sweepLimit = 10_000

  mutating func variants(_ node: YAMLNode, parameters: [ParameterDeclaration]) -> [Variant] {
    let byName = Dictionary(parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return (mapping(node, for: "variants") ?? []).compactMap { entry in
      guard !reader.diagnostics.isFull else { return nil }
      checkName(entry.key, at: entry.keySpan)
      var variant = Variant(name: entry.key, nameSpan: entry.keySpan, assignments: [])
      if entry.value.isEmpty { return variant }
      for assignment in mapping(entry.value, for: "variant \(entry.key.shown)") ?? [] {
        if assignment.key == "expect" {
          variant.expectation = expectation(assignment.value)
          continue
        }
        guard let parameter = parameter(assignment, among: byName) else { continue }
        guard let value = value(assignment.value, type: ExpectedType(parameter.type), for: parameter.name) else {
          continue
        }
        variant.assignments.append(Argument(name: parameter.name, nameSpan: assignment.keySpan, value: value))
      }
      return variant
    }
  }

  private mutating func parameter(
    _ entry: YAMLEntry, among parameters: [String: ParameterDeclaration]
  ) -> ParameterDeclaration? {
    if let parameter = parameters[entry.key] { return parameter }
    let hint = suggestion(for: entry.key, among: parameters.keys.sorted())
    report(.unknownParameter, "the model has no parameter '\(entry.key.shown)'\(hint)", at: entry.keySpan)
    return nil
  }

  private mutating func sweeps(_ node: YAMLNode, parameters: [ParameterDeclaration]) -> [Sweep] {
    let byName = Dictionary(parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return (mapping(node, for: "sweeps") ?? []).compactMap { entry in
      guard let keys = keyedValues(entry.value, of: "sweep \(entry.key.shown)", known: ["over", "expect"]) else {
        return nil
      }
      guard let over = keys["over"] else {
        report(
          .missingKey, "sweep \(entry.key.shown) does not say what varies", at: entry.keySpan,
          notes: [.init("write `over: {alpha: [1.0, 0.5]}`")])
        return nil
      }
      var sweep = Sweep(name: entry.key, nameSpan: entry.keySpan, axes: [], columns: [])
      for axis in mapping(over.value, for: "over") ?? [] {
        guard let parameter = parameter(axis, among: byName) else { continue }
        guard let nodes = axis.value.items, !nodes.isEmpty else {
          report(.wrongType, "\(axis.key.shown) sweeps over a list of values", at: axis.value.span)
          continue
        }
        let values = nodes.compactMap { value($0, type: ExpectedType(parameter.type), for: axis.key) }
        sweep.axes.append(.init(parameter: parameter.name, span: axis.keySpan, values: values))
      }
      let points = sweep.axes.reduce(1) { saturatingProduct($0, $1.values.count) }
      guard points <= Self.sweepLimit else {
        report(.limit, "sweep \(entry.key.shown) has more than \(Self.sweepLimit) points", at: over.value.span)
        return nil
      }
      for column in keys["expect"].flatMap({ mapping($0.value, for: "expect") }) ?? [] {
        guard let metric = Expectation.Metric(rawValue: column.key) else {
          let known = Expectation.Metric.allCases.map(\.rawValue)
          report(
            .unknownKey, "a sweep expects \(known.joined(separator: ", ")), not '\(column.key.shown)'",
            at: column.keySpan)
          continue
        }
        let values = (column.value.items ?? []).compactMap { expectedNumber($0, for: column.key) }
        guard values.count == points else {
          report(
            .wrongType,
            "\(column.key.shown) has \(values.count) figure\(values.count == 1 ? "" : "s") for \(points) "
              + "point\(points == 1 ? "" : "s")", at: column.value.span)
          continue
        }
        sweep.columns.append(.init(metric: metric, span: column.keySpan, values: values))
      }
      return sweep
    }
  }

  // MARK: Images, labels and weights

  private static let interpolations = ["nearest", "bilinear", "bicubic", "lanczos"]

  mutating func preprocessing(_ node: YAMLNode) -> Preprocessing? {
    let known = ["orient", "resize", "crop", "interpolation", "scale", "mean", "std", "order"]
    guard let keys = keyedValues(node, of: "preprocess", known: known) else { return nil }
    var result = Preprocessing(span: node.span)
    func numbers(_ key: String, _ decoder: inout SpecDecoder) -> [Expression] {
      guard let value = keys[key]?.value else { return [] }
      if value.items != nil { return decoder.expressions(value, for: key) ?? [] }
      return decoder.expression(value, for: key).map { [$0] } ?? []
    }
    result.resize = numbers("resize", &self)
    result.crop = numbers("crop", &self)
    result.mean = numbers("mean", &self)
    result.deviation = numbers("std", &self)
    result.scale = keys["scale"].flatMap { expression($0.value, for: "scale", type: .float) }
    if let entry = keys["orient"],
      case .word(let word)? = value(entry.value, type: .word(["exif", "none"]), for: entry.key)?.form
    {
      result.orientation = word
    }
    if let entry = keys["interpolation"],
      case .word(let word)? = value(entry.value, type: .word(Self.interpolations), for: entry.key)?.form
    {
      result.interpolation = word
    }
    if let entry = keys["order"],
      case .word(let word)? = value(entry.value, type: .word(["rgb", "bgr"]), for: entry.key)?.form
    {
      result.channelOrder = word
    }
    for (key, list) in [("resize", result.resize), ("crop", result.crop)] where list.count > 2 {
      report(.wrongType, "\(key) is a size: one number or [height, width]", at: keys[key]?.value.span ?? node.span)
    }
    return result
  }

  mutating func labels(_ node: YAMLNode) -> LabelSource? {
    guard let items = node.items else { return text(node, for: "labels").map { .file($0, node.span) } }
    return .list(items.compactMap { text($0, for: "a label") }, node.span)
  }

  mutating func weightMaps(_ node: YAMLNode) -> [WeightMap] {
    (mapping(node, for: "weights") ?? []).map { entry in
      let rules = (mapping(entry.value, for: "the map \(entry.key.shown)") ?? []).compactMap {
        rule -> WeightMap.Rule? in
        guard let replacement = text(rule.value, for: "a name") else { return nil }
        guard Self.isPath(rule.key, of: Self.isPatternStep) else {
          report(.illFormedName, "'\(rule.key.shown)' is no path of names and *", at: rule.keySpan)
          return nil
        }
        guard Self.isPath(replacement, of: Self.isPublishedStep) else {
          report(.illFormedName, "'\(replacement.shown)' is no path of names, * and #", at: rule.value.span)
          return nil
        }
        return WeightMap.Rule(pattern: rule.key, replacement: replacement, span: rule.keySpan)
      }
      return WeightMap(name: entry.key, rules: rules)
    }
  }

  private static func isPath(_ path: String, of isStep: (Substring) -> Bool) -> Bool {
    path.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isStep)
  }

  /// A step of a rule's path: a name, in which `*` and `#` may stand.
  private static func isPatternStep(_ step: Substring) -> Bool {
    isName(step.filter { $0 != "*" && $0 != "#" } + "x") && !step.isEmpty
  }

  /// A step of a name in a published file, which may hold what a network's names do not: `block1-0`.
  private static func isPublishedStep(_ step: Substring) -> Bool {
    !step.isEmpty
      && step.unicodeScalars.allSatisfy { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
        default: scalar != " "
        }
      }
  }
}
