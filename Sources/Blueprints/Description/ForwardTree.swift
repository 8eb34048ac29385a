import Diagnostics

/// An expression of the forward pass over values that have names.
package indirect enum ForwardTree {
  case value(Int)
  case apply(Application, [ForwardTree])
  /// What a property that may be absent makes of an expression; the other value where it is.
  case optional(String, ForwardTree, otherwise: Int, place: SourceLine)

  /// How many layers the expression applies.
  package var cost: Int {
    switch self {
    case .value: 0
    case .apply(_, let inputs): 1 + inputs.reduce(0) { $0 + $1.cost }
    case .optional(_, let input, _, _): 1 + input.cost
    }
  }

  /// The values that the expression reads.
  package var reads: [Int] {
    switch self {
    case .value(let value): [value]
    case .apply(_, let inputs): inputs.flatMap(\.reads)
    case .optional(_, let input, let otherwise, _): input.reads + [otherwise]
    }
  }

  /// Where the first layer of the expression is written.
  package var place: SourceLine? {
    switch self {
    case .value: nil
    case .apply(let application, let inputs): inputs.lazy.compactMap(\.place).first ?? application.place
    case .optional(_, let input, _, let place): input.place ?? place
    }
  }

  /// What the value may be called.
  package var label: String {
    switch self {
    case .value: "x"
    case .apply(let application, _): application.label
    case .optional(let name, _, _, _): name
    }
  }
}

/// A statement of the forward pass once short-lived values stand within the expressions that read them.
package indirect enum ForwardLine {
  case define(Int, ForwardTree)
  case condition(ForwardCondition, properties: [String], body: [ForwardLine], result: ForwardTree)

  package var reads: [Int] {
    switch self {
    case .define(_, let tree): tree.reads
    case .condition(let condition, _, let body, let result):
      body.flatMap(\.reads) + result.reads + [condition.otherwise]
    }
  }

  package var output: Int {
    switch self {
    case .define(let value, _): value
    case .condition(let condition, _, _, _): condition.output
    }
  }
}

/// Puts values that are read once into the expressions that read them, as a person would nest calls.
package struct ForwardNesting {
  private let optionals: Set<String>
  private var uses: [Int: Int] = [:]
  private let modules: Set<String>

  /// `optionals` are the properties that may be nil, `modules` those that are more than a layer; `heads` read values too.
  package init(
    _ pass: ForwardPass, optionals: Set<String>, modules: Set<String>, heads: [TypeBlueprint.Head] = []
  ) {
    self.optionals = optionals
    self.modules = modules
    count(pass.statements)
    for result in pass.results { uses[result, default: 0] += 1 }
    for head in heads {
      count(head.statements)
      uses[head.result, default: 0] += 1
    }
  }

  private mutating func count(_ statements: [ForwardStatement]) {
    for statement in statements {
      switch statement {
      case .apply(let application): for input in application.inputs { uses[input, default: 0] += 1 }
      case .condition(let condition):
        count(condition.body)
        uses[condition.result, default: 0] += 1
        uses[condition.otherwise, default: 0] += 1
      }
    }
  }

  /// The lines, and what became of the results.
  package func lines(_ statements: [ForwardStatement], results: [Int]) -> (lines: [ForwardLine], results: [ForwardTree])
  {
    var pending: [Int: ForwardTree] = [:]
    let operands = joinOperands(in: statements)
    var lines: [ForwardLine] = []
    func take(_ value: Int) -> ForwardTree { pending.removeValue(forKey: value) ?? .value(value) }
    for (position, statement) in statements.enumerated() {
      switch statement {
      case .apply(let application):
        let tree = ForwardTree.apply(application, application.inputs.map(take))
        if isNested(application, tree, in: statements, after: position, results: results, operands) {
          pending[application.output] = tree
        } else {
          lines.append(.define(application.output, tree))
        }
      case .condition(let condition):
        if let tree = optional(condition) {
          if uses[condition.output] == 1, operands.contains(condition.output) {
            pending[condition.output] = tree
          } else {
            lines.append(.define(condition.output, tree))
          }
          continue
        }
        let inner = self.lines(condition.body, results: [condition.result])
        lines.append(
          .condition(
            condition, properties: optionals(in: condition.body), body: inner.lines, result: inner.results[0]))
      }
    }
    return (lines, results.map(take))
  }

  /// A property where it is there, else the input, where a condition is nothing else.
  private func optional(_ condition: ForwardCondition) -> ForwardTree? {
    guard condition.flag == nil, condition.body.count == 1, case .apply(let application) = condition.body[0],
      case .property(let name) = application.callee, application.inputs == [condition.otherwise],
      condition.result == application.output
    else { return nil }
    return .optional(name, .value(condition.otherwise), otherwise: condition.otherwise, place: application.place)
  }

  private func optionals(in statements: [ForwardStatement]) -> [String] {
    var names: [String] = []
    for case .apply(let application) in statements {
      if case .property(let name) = application.callee, optionals.contains(name), !names.contains(name) {
        names.append(name)
      }
    }
    return names
  }

  /// Whether a value stands within what reads it: read once, soon, and not the end of a line of thought.
  private func isNested(
    _ application: Application, _ tree: ForwardTree, in statements: [ForwardStatement], after position: Int,
    results: [Int], _ operands: Set<Int>
  ) -> Bool {
    guard uses[application.output] == 1 else { return false }
    if position == statements.count - 1 { return results.contains(application.output) && tree.cost <= 4 }
    if operands.contains(application.output) { return tree.cost <= 3 }
    if isLast(application) { return false }
    guard case .apply(let next) = statements[position + 1] else { return false }
    return next.inputs.contains(application.output) && tree.cost <= 3
  }

  private func isLast(_ application: Application) -> Bool {
    switch application.callee {
    case .property(let name): modules.contains(name)
    case .function(let layer): layer.endsStatement || layer.isJoin
    }
  }

  /// The values that joins among the statements read.
  private func joinOperands(in statements: [ForwardStatement]) -> Set<Int> {
    var operands: Set<Int> = []
    for case .apply(let application) in statements {
      if case .function(let layer) = application.callee, layer.isJoin {
        operands.formUnion(application.inputs)
      }
    }
    return operands
  }
}
