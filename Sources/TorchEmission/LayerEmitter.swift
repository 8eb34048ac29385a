import Blueprints
import Layers
import PythonSource
import Shapes

/// Writes layers: as modules, and as functions of tensors.
struct LayerEmitter {
  let helpers: HelperList
  let values: GivenValues

  private typealias Spelled = (spelling: TorchSpelling, pad: PythonExpression?, arguments: [PythonArgument])

  // MARK: Modules

  /// A layer's module.
  func module(_ layer: LayerConstruction, _ environment: Environment) -> PythonExpression {
    let (spelling, pad, arguments) = spelled(layer, environment, isFunction: false)
    let axes = max(0, layer.inputRank - 1)
    if let pad {
      // The input is padded by a form of its own.
      if let module = spelling.padded?.module {
        return finished(layer, form(module, isPadded: true, spelling, layer, arguments + [PythonArgument("pad", pad)]))
      }
      let function = TorchSpelling.name(spelling.padded?.function ?? "", axes: axes)
      for helper in spelling.padded?.helpers ?? [] { helpers.add(helper.along(axes: axes)) }
      return applying(function, arguments + [PythonArgument("pad", pad)])
    }
    if let module = spelling.module(axes: axes) {
      add(spelling.helpers, axes)
      return finished(layer, form(module, isPadded: false, spelling, layer, arguments))
    }
    add(spelling.helpers, axes)
    switch spelling.application {
    case .function(let name), .factor(_, let name), .channels(_, _, let name):
      return applying(TorchSpelling.name(name, axes: axes), arguments)
    default: return .call("nn.Identity")
    }
  }

  private func add(_ list: [TorchHelper], _ axes: Int) {
    for helper in list { helpers.add(helper.along(axes: axes)) }
  }

  /// A function as a module.
  private func applying(_ function: String, _ arguments: [PythonArgument]) -> PythonExpression {
    helpers.add(.apply)
    return .call("Apply", [PythonArgument(nil, .name(function))] + arguments)
  }

  /// The call of a module's class, or of one whose weight is computed.
  private func form(
    _ name: String, isPadded: Bool, _ spelling: TorchSpelling, _ layer: LayerConstruction, _ arguments: [PythonArgument]
  ) -> PythonExpression {
    let axes = max(0, layer.inputRank - 1)
    let padded = (spelling.padded?.helpers ?? []).map { $0.along(axes: axes) }
    let module = TorchSpelling.name(name, axes: axes)
    guard let form = layer.form, let base = spelling.module(axes: axes), let weighted = spelling.weighted,
      case .prefix(let prefix, let more) = form.torch,
      let helper = form.torchClass(base: base, weighted: TorchSpelling.name(weighted, axes: axes))
    else {
      if isPadded { for helper in padded { helpers.add(helper) } }
      return .call(module, arguments)
    }
    helpers.add(helper)
    let extra = more.map { text -> PythonArgument in
      let parts = text.split(separator: "=", maxSplits: 1)
      return PythonArgument(String(parts[0]), .literal(String(parts.last ?? "")))
    }
    guard isPadded, let plain = padded.last else { return .call(helper.name, arguments + extra) }
    // The same padding over the class whose weight is computed.
    let own = module.inserting(prefix, before: "Conv")
    helpers.add(
      TorchHelper(
        own, needs: plain.needs,
        plain.source.exchanging("class \(module)(\(base))", for: "class \(own)(\(helper.name))")))
    return .call(own, arguments + extra)
  }

  /// With first values, the norm of its weight, and what training leaves as it is.
  private func finished(_ layer: LayerConstruction, _ module: PythonExpression) -> PythonExpression {
    var result = module
    let given = Set(layer.fixing?.values.map(\.name) ?? [])
    let fills = layer.initializers.compactMap { initializer -> PythonArgument? in
      let wanted = initializer.tensor ?? "weight"
      var name = wanted
      if let form = layer.form, wanted == "weight" || wanted == form.weightName {
        // A function that norms is put around a module with its plain weight.
        if case .prefix = form.torch { name = form.weightName } else { name = "weight" }
      }
      guard !given.contains(name), !given.contains(wanted), !given.contains(layer.form?.weightName ?? wanted) else {
        return nil
      }
      guard let fill = values.fill(initializer) else { return nil }
      if initializer.values != nil { helpers.add(.fill) }
      return PythonArgument(name, fill)
    }
    if !fills.isEmpty {
      helpers.add(.start)
      result = .call("start", [PythonArgument(nil, result)] + fills)
      if case .weightNorm? = layer.form, fills.contains(where: { $0.label == "weight_v" }) {
        helpers.add(.lengths)
        result = .call("set_lengths", [PythonArgument(nil, result)])
      }
    }
    if let form = layer.form, case .around(let function, let more) = form.torch {
      let extra = more.map { text -> PythonArgument in
        let parts = text.split(separator: "=", maxSplits: 1)
        return PythonArgument(String(parts[0]), .literal(String(parts.last ?? "")))
      }
      result = .call(function, [PythonArgument(nil, result)] + extra)
    }
    guard let fixing = layer.fixing else { return result }
    let numbers = fixing.values.compactMap { tensor in
      values.numbers(tensor.values).map { PythonArgument(tensor.name, $0) }
    }
    if numbers.isEmpty { return .call(.member(result, "requires_grad_"), [PythonArgument(nil, .literal("False"))]) }
    helpers.add(.fixed)
    return .call("fixed", [PythonArgument(nil, result)] + numbers)
  }

  // MARK: Functions

  /// What a layer without tensors makes of values.
  func apply(_ layer: LayerConstruction, to inputs: [PythonExpression]) -> PythonExpression {
    let (spelling, pad, arguments) = spelled(layer, .empty, isFunction: true)
    let axes = max(0, layer.inputRank - 1)
    func call(_ name: String, _ values: [PythonExpression]) -> PythonExpression {
      .call(TorchSpelling.name(name, axes: axes), values.map { PythonArgument(nil, $0) } + arguments)
    }
    if let pad, let padded = spelling.padded {
      add(padded.helpers, axes)
      return .call(
        TorchSpelling.name(padded.function ?? "", axes: axes),
        [PythonArgument(nil, inputs[0])] + arguments + [PythonArgument("pad", pad)])
    }
    switch spelling.application {
    case .function(let name):
      add(spelling.helpers, axes)
      return call(name, inputs)
    case .listFunction(let name): return call(name, [.list(inputs)])
    case .pairwise(let name):
      return inputs.dropFirst().reduce(inputs[0]) { .call(name, [PythonArgument(nil, $0), PythonArgument(nil, $1)]) }
    case .sum: return inputs.dropFirst().reduce(inputs[0]) { .binary($0, .add, $1) }
    case .mean:
      let sum = inputs.dropFirst().reduce(inputs[0]) { PythonExpression.binary($0, .add, $1) }
      return .binary(sum, .divide, .integer(inputs.count))
    case .product:
      let rank = layer.inputRanks.max() ?? 0
      let factors = inputs.enumerated().map { position, input -> PythonExpression in
        let own = layer.inputRanks.indices.contains(position) ? layer.inputRanks[position] : rank
        if own >= rank { return input }
        // A vector is spread over the pixels.
        let axes = Array(repeating: PythonExpression.literal("None"), count: rank - own)
        return .subscripted(input, .tuple([.slice(nil, nil), .slice(nil, nil)] + axes))
      }
      return factors.dropFirst().reduce(factors[0]) { .binary($0, .multiply, $1) }
    case .factor(let field, _):
      let factor = layer.field(field) ?? layer.defaultTerm(of: field) ?? .int(1)
      return .binary(factor.python([:]), .multiply, inputs[0])
    case .channels(let start, let count, _):
      let first = (layer.field(start) ?? layer.defaultTerm(of: start))?.constantValue?.int ?? 0
      let number = (layer.field(count) ?? layer.defaultTerm(of: count))?.constantValue?.int ?? 0
      return .subscripted(inputs[0], .tuple([.slice(nil, nil), .slice(first == 0 ? nil : first, first + number)]))
    case .input, nil: return inputs[0]
    }
  }

  /// Whether the layer stands between its inputs as an operator.
  func isOperator(_ layer: LayerConstruction) -> Bool {
    switch layer.spelling(layer.constants)?.application {
    case .sum, .mean, .product: true
    default: false
    }
  }

  // MARK: Arguments

  private func spelled(_ layer: LayerConstruction, _ environment: Environment, isFunction: Bool) -> Spelled {
    guard let spelling = layer.spelling(layer.constants) else {
      return (.join(.input), nil, [])
    }
    var pad: PythonExpression?
    var result: [PythonArgument] = []
    for argument in spelling.arguments + (isFunction ? spelling.functionArguments : []) {
      if argument == .padding {
        switch WindowPadding(layer, spelling, environment, helpers) {
        case .none: break
        case .plain(let value): result.append(PythonArgument("padding", value))
        case .padded(let value): pad = value
        }
      } else if let made = self.argument(argument, layer, environment.first) {
        result.append(made)
      }
    }
    return (spelling, pad, result)
  }

  private func argument(
    _ argument: TorchSpelling.Argument, _ layer: LayerConstruction, _ bindings: Bindings
  ) -> PythonArgument? {
    func term(_ name: String) -> PythonExpression? {
      guard let term = layer.field(name) else { return nil }
      if term.calls("divisible") { helpers.add(.divisible) }
      return term.python(bindings)
    }
    switch argument {
    case .channels: return layer.channels.map { PythonArgument(nil, python($0, bindings)) }
    case .labelledChannels(let label): return layer.channels.map { PythonArgument(label, python($0, bindings)) }
    case .channelsTimes(let name):
      guard let channels = layer.channels else { return nil }
      guard let factor = layer.field(name) else { return PythonArgument(nil, python(channels, bindings)) }
      if let count = channels.constantValue?.int, let times = factor.constantValue?.int {
        return PythonArgument(nil, .integer(count * times))
      }
      return PythonArgument(nil, .binary(python(channels, bindings), .multiply, python(factor, bindings)))
    case .shape:
      return layer.shape.map { shape in
        PythonArgument(
          nil, shape.count == 1 ? .integer(shape[0]) : .tuple(shape.map(PythonExpression.integer)))
      }
    case .inputCount: return layer.inputCount.map { PythonArgument(nil, .integer($0)) }
    case .field(let name, let label): return term(name).map { PythonArgument(label, $0) }
    case .required(let name, let label):
      let value = term(name) ?? layer.defaultTerm(of: name)?.python(bindings)
      return value.map { PythonArgument(label, $0) }
    case .flag(let name, let word, let label):
      guard let value = layer.field(name)?.constantValue else { return nil }
      return PythonArgument(label, .literal(value == .word(word) ? "True" : "False"))
    case .constant(let text):
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      return parts.count == 2 ? PythonArgument(parts[0], .literal(parts[1])) : PythonArgument(nil, .literal(text))
    case .training: return PythonArgument("training", .own("training"))
    case .padding: return nil
    }
  }

  private func python(_ term: Term, _ bindings: Bindings) -> PythonExpression {
    if term.calls("divisible") { helpers.add(.divisible) }
    return term.python(bindings)
  }
}

extension LayerConstruction {
  /// What is known of the fields: the constants among them, and defaults.
  var constants: TorchUse {
    var values: [String: FieldValue] = [:]
    for field in LayerRegistry.declaration(keyword)?.fields ?? [] {
      if let term = self.field(field.name) {
        values[field.name] = term.constantValue
      } else {
        values[field.name] = field.defaultValue
      }
    }
    return TorchUse(axes: max(0, inputRank - 1), hasTensors: hasTensors, fields: values)
  }

  func spelling(_ use: TorchUse) -> TorchSpelling? { kind?.torch(use) }

  /// Whether the layer is written as brackets behind its input.
  var isSubscript: Bool { if case .channels? = spelling(constants)?.application { true } else { false } }

  func defaultTerm(of field: String) -> Term? {
    LayerRegistry.declaration(keyword)?.field(named: field)?.defaultValue.map(Term.constant)
  }
}

extension String {
  fileprivate func exchanging(_ part: String, for other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }

  fileprivate func inserting(_ text: String, before part: String) -> String {
    guard let range = firstRange(of: part) else { return text + self }
    return String(self[..<range.lowerBound]) + text + String(self[range.lowerBound...])
  }

  private func firstRange(of part: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
