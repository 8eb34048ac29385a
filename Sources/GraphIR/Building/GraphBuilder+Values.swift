import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// Expressions and arguments: their values among the names of the place.
extension GraphBuilder {
  /// The value of an expression; nil, reported unless it follows from an earlier fault.
  mutating func evaluate(_ expression: Expression, _ environment: Environment, at level: Int, prev: Flow) -> Value? {
    if let literal = expression.literal { return literal }
    do {
      var steps = 0
      defer { expressionSteps += steps }
      let result = try value(of: expression, environment, at: level, prev: prev, steps: &steps)
      guard expressionSteps <= Limit.steps else {
        abort(
          "the spec's expressions take more than \(Limit.steps) steps to compute", at: expression.span, in: environment)
        return nil
      }
      return result
    } catch {
      fail(error, environment)
      if expressionSteps > Limit.steps { isAborted = true }
      return nil
    }
  }

  mutating func fail(_ error: ExpressionError, _ environment: Environment) {
    hasFailed = true
    guard !error.isConsequence else { return }
    report(error.diagnostic, in: environment.frame)
  }

  func value(
    of expression: Expression, _ environment: Environment, at level: Int, prev: Flow, steps: inout Int
  ) throws(ExpressionError) -> Value {
    try Evaluator.evaluate(
      expression, functions: spec.units[environment.unit].functions, globals: environment.unit == 0 ? modelValues : [:],
      steps: &steps
    ) { (path, span) throws(ExpressionError) -> Value in
      try resolve(path, span, environment, at: level, prev: prev)
    }
  }

  private func resolve(
    _ path: [String], _ span: Span, _ environment: Environment, at level: Int, prev: Flow
  ) throws(ExpressionError) -> Value {
    let name = path[0]
    if path.count == 1 {
      if name == "i" || name == "first" || name == "last" {
        if let value = environment.loop?.member(name) { return value }
        throw ExpressionError(.unknownName, "'\(name.shown)' is known to the item of a repeat only", at: span)
      }
      switch binding(name, environment) {
      case .value(let value)?: return value
      case .padding(let padding)?:
        throw ExpressionError(.expressionType, "'\(name.shown)' is a padding (\(padding)), not a number", at: span)
      case .layer?:
        throw ExpressionError(.expressionType, "'\(name.shown)' is a layer; it stands as `use: \(name)`", at: span)
      case nil: throw unknownName(path, span, environment, at: level)
      }
    }
    let member = path[path.count - 1]
    if path.count == 2 {
      if ["prev", "input"].contains(name), !environment.isAmongLayers {
        throw ExpressionError(.unknownName, "'\(name.shown)' is known among the layers only", at: span)
      }
      if name == "prev" { return try dimension(member, of: prev, named: name, span) }
      if name == "input" { return try dimension(member, of: environment.input, named: name, span) }
      if let loop = environment.members[name] {
        if let value = loop.member(member) { return value }
        throw ExpressionError(.unknownName, "\(name) has i, first and last, no '\(member)'", at: span)
      }
      if case .value(.size(let numbers))? = binding(name, environment) {
        let axes = numbers.count == 1 ? Shape.Axis.all : Shape.Axis.axes(numbers.count)
        let members = axes.map(\.member)
        if let axis = members.firstIndex(of: member) { return .int(numbers[min(axis, numbers.count - 1)]) }
        throw ExpressionError(.unknownName, "a size has \(members.listed), no '\(member)'", at: span)
      }
    }
    switch find(Array(path.dropLast()), from: level, environment) {
    case .found(let entry):
      return try dimension(member, of: entry.flow, named: path.dropLast().joined(separator: "."), span)
    case .missing(let hint, _):
      throw ExpressionError(
        .unknownReference, "no earlier node '\(path.dropLast().joined(separator: "."))' is known here\(hint)", at: span)
    }
  }

  func binding(_ name: String, _ environment: Environment) -> Binding? {
    environment.bindings[name] ?? (environment.unit == 0 ? modelParameters[name] : nil)
  }

  private func unknownName(_ path: [String], _ span: Span, _ environment: Environment, at level: Int) -> ExpressionError
  {
    let name = path[0]
    var known = environment.bindings.names + Array(environment.members.keys)
    if environment.unit == 0 { known += modelParameters.keys }
    var notes: [Diagnostic.Note] = []
    if path.count == 1, ["prev", "input"].contains(name) {
      return ExpressionError(
        .unknownName, "'\(name)' is no number; its sizes are \(name).c, \(name).h, \(name).w and \(name).features",
        at: span)
    }
    if ["prev", "input"].contains(name) || environment.members[name] != nil {
      notes.append(
        .init(
          "it has members: \(environment.members[name] == nil ? "\(name).c, \(name).h, \(name).w, \(name).features" : "\(name).i, \(name).first, \(name).last")"
        ))
    } else if case .found = find([name], from: level, environment) {
      notes.append(.init("a node's sizes are \(name).c, \(name).h, \(name).w and \(name).features"))
    } else if environment.blockDepth > 0 {
      notes.append(.init("a block sees its own params and those of its file; hand the value over as a parameter"))
    }
    let isTruth = ["yes", "no", "on", "off", "true", "false"].contains(name.lowercased())
    let hint =
      isTruth ? "; truth values are written true and false" : suggestion(for: name, among: known)
    return ExpressionError(.unknownName, "'\(name.shown)' is not known here\(hint)", at: span, notes: notes)
  }

  private func dimension(
    _ member: String, of flow: Flow, named name: String, _ span: Span
  ) throws(ExpressionError) -> Value {
    guard let shape = flow.shape else { throw ExpressionError(consequenceAt: span) }
    let members = shape.isMaps ? ["c"] + shape.axes.map(\.member) : ["features"]
    guard let index = members.firstIndex(of: member) else {
      let isKnown = ["c", "features"].contains(member) || Shape.Axis.all.contains { $0.member == member }
      let message =
        !isKnown
        ? "\(name) has c, h and w, or features, no '\(member)'"
        : shape.isMaps
          ? "\(name) is \(shape), \(shape.noun): it has \(members.listed), no \(member)"
          : "\(name) is \(shape), a vector: it has \(name).features, no \(member)"
      throw ExpressionError(.unknownName, message, at: span)
    }
    let extent = shape.dimensions[index]
    guard let number = extent.value else {
      throw ExpressionError(
        .symbolicValue, "\(name).\(member) is \(extent) here, not a number", at: span,
        notes: [.init("give a size with `--input`")])
    }
    return .int(number)
  }

  // MARK: Arguments by type

  /// The value of an argument as a layer's field takes it; nil, reported, where it has another type.
  mutating func fieldValue(
    _ argument: ArgumentValue, type: Field.FieldType, _ environment: Environment, at level: Int, prev: Flow
  ) -> FieldValue? {
    switch (argument.form, type) {
    case (.word(let word), .padding): return Padding(word: word).map { .padding($0) }
    case (.word(let word), .text): return .text(word)
    case (.word(let word), _): return .word(word)
    case (.list(let list), .ints): return integers(list, environment, at: level, prev: prev).map { .ints($0) }
    case (.list(let list), .padding):
      return integers(list, environment, at: level, prev: prev).map { .padding(.explicit(PaddingSizes(list: $0))) }
    case (.list(let list), _):
      return integers(list, environment, at: level, prev: prev).map { .size(AxisSizes(axes: $0)) }
    case (.table(let rows), _):
      let values = rows.compactMap { integers($0, environment, at: level, prev: prev) }
      return values.count == rows.count ? .intTable(values) : nil
    case (.initializers(let list), _):
      return initializers(list, environment, at: level, prev: prev).map { .initializers($0) }
    case (.expression(let expression), .padding):
      if case .path(let path) = expression.node, path.count == 1,
        case .padding(let padding)? = binding(path[0], environment)
      {
        return .padding(padding)
      }
      return evaluate(expression, environment, at: level, prev: prev).flatMap {
        coerced($0, to: type, at: expression.span, environment)
      }
    case (.expression(let expression), _):
      return evaluate(expression, environment, at: level, prev: prev).flatMap {
        coerced($0, to: type, at: expression.span, environment)
      }
    case (.item, _), (.choice, _), (.reference, _): return nil
    }
  }

  mutating func integers(_ list: [Expression], _ environment: Environment, at level: Int, prev: Flow) -> [Int]? {
    var result: [Int] = []
    for expression in list {
      guard let value = evaluate(expression, environment, at: level, prev: prev) else { return nil }
      guard case .int(let number) = value else {
        report(typeError(value, "an integer", at: expression.span).diagnostic, in: environment.frame)
        return nil
      }
      result.append(number)
    }
    return result
  }

  /// An integer that counts something: rows, copies.
  mutating func count(_ expression: Expression, of what: String, _ environment: Environment, at level: Int, prev: Flow)
    -> Int?
  {
    guard let number = integers([expression], environment, at: level, prev: prev)?.first else { return nil }
    guard number >= 0 else {
      report(.outOfRange, "\(what) must be at least 0, got \(number)", at: expression.span, in: environment)
      return nil
    }
    guard number <= Limit.nodes else {
      abort("\(what) is \(number); a network has at most \(Limit.nodes) nodes", at: expression.span, in: environment)
      return nil
    }
    return number
  }

  /// A truth value; nil, reported, where there is none.
  mutating func truth(_ expression: Expression, _ environment: Environment, at level: Int, prev: Flow) -> Bool? {
    guard let value = evaluate(expression, environment, at: level, prev: prev) else { return nil }
    if case .bool(let flag) = value { return flag }
    report(typeError(value, "true or false", at: expression.span).diagnostic, in: environment.frame)
    return nil
  }

  private func typeError(_ value: Value, _ expected: String, at span: Span) -> ExpressionError {
    var notes: [Diagnostic.Note] = []
    if case .float = value, expected.contains("integer") {
      notes.append(
        .init(
          "a float does not become an integer by itself; write int(…), round(…), floor(…) or ceil(…), or divide with //"
        ))
    }
    return ExpressionError(
      .expressionType, "\(expected) is needed here, but this is \(value.typeName) \(value)", at: span, notes: notes)
  }

  private mutating func coerced(
    _ value: Value, to type: Field.FieldType, at span: Span, _ environment: Environment
  ) -> FieldValue? {
    switch (type, value) {
    case (.int, .int(let number)): return .int(number)
    case (.float, .int(let number)): return .float(Double(number))
    case (.float, .float(let number)): return .float(number)
    case (.bool, .bool(let flag)): return .bool(flag)
    case (.size, .int(let number)): return .size(AxisSizes(number))
    case (.size, .size(let numbers)): return .size(AxisSizes(numbers))
    case (.padding, .int(let number)): return .padding(.symmetric(number))
    case (.padding, .size(let numbers)): return .padding(.symmetric(AxisSizes(numbers)))
    default:
      let expected: String =
        switch type {
        case .int: "an integer"
        case .float: "a number"
        case .bool: "true or false"
        case .size: "an integer, or a list of one for each axis, such as [height, width]"
        default: "a \(type.name)"
        }
      report(typeError(value, expected, at: span).diagnostic, in: environment.frame)
      return nil
    }
  }

  /// The layer that an argument is, of those that it chooses from.
  private mutating func layer(
    _ argument: ArgumentValue, _ environment: Environment, at level: Int, prev: Flow
  ) -> Binding? {
    switch argument.form {
    case .item(let item):
      // A parameter handed on is what it was bound to.
      if item.isBareUse, case .use(let name, _, _) = item.operation, let bound = binding(name, environment) {
        if case .layer = bound { return bound }
      }
      return .layer(item, environment.handingOver(at: level, stamp: stamp))
    case .choice(let chosen, let condition, let otherwise):
      guard let holds = truth(condition, environment, at: level, prev: prev) else { return nil }
      return layer(holds ? chosen : otherwise, environment, at: level, prev: prev)
    default: return nil
    }
  }

  /// What a column of a table stands for in the row's layers.
  mutating func columnBinding(_ column: ArgumentValue, _ environment: Environment, at level: Int, prev: Flow)
    -> Binding?
  {
    switch column.form {
    case .expression(let expression): return binding(of: expression, environment, at: level, prev: prev)
    case .list(let list):
      return integers(list, environment, at: level, prev: prev).map { .value(.size($0)) }
    case .item, .choice: return layer(column, environment, at: level, prev: prev)
    case .table, .word, .initializers, .reference: return nil
    }
  }

  /// What an expression stands for: a number, or the layer or padding that it names or chooses.
  private mutating func binding(of expression: Expression, _ environment: Environment, at level: Int, prev: Flow)
    -> Binding?
  {
    switch expression.node {
    case .path(let path) where path.count == 1:
      // What is no number is handed on.
      if let bound = binding(path[0], environment) { return bound }
    case .conditional(let chosen, if: let condition, else: let otherwise):
      guard let holds = truth(condition, environment, at: level, prev: prev) else { return nil }
      return binding(of: holds ? chosen : otherwise, environment, at: level, prev: prev)
    default: break
    }
    return evaluate(expression, environment, at: level, prev: prev).map { .value($0) }
  }

  /// What an argument binds a parameter of a block or of the model to; nil, reported, where it has another type.
  mutating func binding(
    of argument: ArgumentValue, type: ParameterType, _ environment: Environment, at level: Int, prev: Flow
  ) -> Binding? {
    guard let fieldType = type.fieldType else {
      return layer(argument, environment, at: level, prev: prev)
    }
    switch fieldValue(argument, type: fieldType, environment, at: level, prev: prev) {
    case .int(let number)?: return .value(.int(number))
    case .float(let number)?: return .value(.float(number))
    case .bool(let flag)?: return .value(.bool(flag))
    case .size(let size)?: return .value(Value(size))
    case .padding(let padding)?: return .padding(padding)
    default: return nil
    }
  }
}

extension Value {
  /// Sizes as expressions see them.
  init(_ size: AxisSizes) { self = .size(size.numbers) }
}

extension AxisSizes {
  /// Sizes that an expression gives: one number is for all axes.
  init(_ numbers: [Int]) {
    if numbers.count == 1 { self.init(numbers[0]) } else { self.init(axes: numbers) }
  }
}

extension Shape {
  /// What has the shape.
  fileprivate var noun: String { axisCount == 1 ? "a signal" : axisCount == 2 ? "feature maps" : "a volume" }
}
