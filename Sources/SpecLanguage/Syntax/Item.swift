import Diagnostics
import Expressions
import Layers
import YAML

/// One entry of a layer list: an operation with what the entry says beside it.
package struct Item: Sendable {
  /// How an entry is written: a bare word, `{…}` or keys on lines of their own.
  package enum Style: Sendable {
    case word
    case flow
    case block
  }

  package var operation: ItemOperation
  /// The place of the operation's key or word.
  package var operationSpan: Span
  /// The place of the whole entry.
  package var span: Span
  /// How the entry is written, for edits.
  package var style = Style.word
  package var name: NameTemplate?
  private var beside: Beside?

  /// What few entries say, behind one reference: a large spec has tens of thousands that do not, and items are copied much.
  private final class Beside: Sendable {
    let from: [Reference]?
    let when: Expression?
    let copies: Expression?
    let expectation: Expectation?

    init(_ from: [Reference]?, _ when: Expression?, _ copies: Expression?, _ expectation: Expectation?) {
      self.from = from
      self.when = when
      self.copies = copies
      self.expectation = expectation
    }
  }

  /// The values that flow in, instead of the entry before.
  package var from: [Reference]? {
    get { beside?.from }
    set { setBeside(newValue, when, copies, expectation) }
  }

  package var when: Expression? {
    get { beside?.when }
    set { setBeside(from, newValue, copies, expectation) }
  }

  package var copies: Expression? {
    get { beside?.copies }
    set { setBeside(from, when, newValue, expectation) }
  }

  package var expectation: Expectation? {
    get { beside?.expectation }
    set { setBeside(from, when, copies, newValue) }
  }

  private mutating func setBeside(
    _ from: [Reference]?, _ when: Expression?, _ copies: Expression?, _ expectation: Expectation?
  ) {
    let isNone = from == nil && when == nil && copies == nil && expectation == nil
    beside = isNone ? nil : Beside(from, when, copies, expectation)
  }

  package init(operation: ItemOperation, operationSpan: Span, span: Span) {
    self.operation = operation
    self.operationSpan = operationSpan
    self.span = span
  }

  /// The operation's word, for messages: `conv`, `Bottleneck`, `residual`.
  package var word: String {
    switch operation {
    case .layer(let call): call.keyword
    case .block(let call): call.block
    case .identity: "identity"
    case .sequence: "seq"
    case .level: "layers"
    case .forEach: "for_each"
    case .branches: "branches"
    case .residual: "residual"
    case .gate: "gate"
    case .append: "append"
    case .split: "split"
    case .share: "share"
    case .use: "use"
    case .splice: "splice"
    }
  }
}

extension Item {
  /// The arguments of a layer, a block or a parameter that is used, and the cells of a table.
  package var arguments: [Argument] {
    switch operation {
    case .layer(let call): call.arguments
    case .block(let call): call.arguments
    case .use(_, _, let arguments): arguments
    case .forEach(let loop): loop.columns
    default: []
    }
  }

  /// The layers that the item hands over as arguments, or that its table holds.
  package var handedItems: [Item] { arguments.flatMap(\.value.items) }

  /// The items directly within this one: of a list, a body, branches, a shortcut.
  package var directItems: [Item] {
    switch operation {
    case .layer, .block, .identity, .use, .share: []
    case .sequence(let items), .level(let items): items
    case .forEach(let loop): loop.layers
    case .branches(let branches, _), .split(let branches, _, _): branches.flatMap(\.body.items)
    case .gate(let body), .append(let body), .splice(let body): body.items
    case .residual(let body, let shortcut, _): body.items + shortcut.items
    }
  }
}

/// What an item does.
package indirect enum ItemOperation: Sendable {
  case layer(LayerCall)
  case block(BlockCall)
  case identity
  case sequence([Item])
  /// `layers: […]`, a module written in place: a level whose items have names of their own.
  case level([Item])
  case forEach(ForEach)
  case branches([Branch], join: Join)
  case residual(Body, Shortcut, scale: Expression?)
  case gate(Body)
  case append(Body)
  case split([Branch], shares: [Expression], join: Join)
  /// An earlier layer or block once more, with the same weights.
  case share(Reference)
  /// A parameter of type `layer`; `with` are arguments for it where it does not say them itself.
  case use(String, Span, with: [Argument])
  /// A list whose items stand in the list around.
  case splice(Body)
}

/// A layer kind with the fields that are written.
package struct LayerCall: Sendable {
  /// The kind, which is looked up once however often the layer is expanded.
  package let declaration: LayerDeclaration
  package let arguments: [Argument]
  /// The fields that are written, a bit each by its number in the declaration.
  package let writtenFields: UInt64
  /// The file whose defaults hold.
  package var unit: Int
  package var written: WrittenArguments

  init(_ declaration: LayerDeclaration, arguments: [Argument], unit: Int, written: WrittenArguments) {
    self.declaration = declaration
    self.arguments = arguments
    var fields: UInt64 = 0
    for index in arguments.indices { fields |= declaration.bit(ofField: arguments[index].name) }
    writtenFields = fields
    self.unit = unit
    self.written = written
  }

  package var keyword: String { declaration.keyword }
}

/// A block with the arguments that are written.
package struct BlockCall: Sendable {
  package var block: String
  package var arguments: [Argument]
  package var written: WrittenArguments
}

/// How a call's arguments are written, for edits: not at all, as `{…}`, or on lines of their own.
package enum WrittenArguments: Sendable {
  case none
  case flow(Span)
  case block(Span)

  init(_ node: YAMLNode?) {
    guard let node, !node.isEmpty else {
      self = .none
      return
    }
    self = node.isFlow ? .flow(node.span) : .block(node.span)
  }
}

/// A field or parameter with what is written for it.
package struct Argument: Sendable {
  package var name: String
  package var nameSpan: Span
  package var value: ArgumentValue

  package init(name: String, nameSpan: Span, value: ArgumentValue) {
    self.name = name
    self.nameSpan = nameSpan
    self.value = value
  }
}

/// What is written for a field or a parameter, read by its type.
package struct ArgumentValue: Sendable {
  package indirect enum Form: Sendable {
    case expression(Expression)
    case list([Expression])
    case table([[Expression]])
    case word(String)
    case initializers([InitializerDeclaration])
    case item(Item)
    /// A node: `like: skip`.
    case reference(Reference)
    /// `a if c else b` of layers, which are no values that an expression could choose from.
    case choice(ArgumentValue, condition: Expression, otherwise: ArgumentValue)
  }

  package var form: Form
  package var span: Span

  package init(form: Form, span: Span) {
    self.form = form
    self.span = span
  }

  /// The items that the value may be.
  package var items: [Item] {
    switch form {
    case .item(let item): [item]
    case .choice(let chosen, _, let other): chosen.items + other.items
    case .expression, .list, .table, .word, .initializers, .reference: []
    }
  }
}

/// `{weight: {normal: {std: 0.01}}}`, or `{weight: [1, 2, 1]}`.
package struct InitializerDeclaration: Sendable {
  /// Values that are written, in place of a distribution.
  package enum Values: Sendable {
    /// Nested lists, with the count of each level.
    case list([Expression], shape: [Int])
    /// The outer product of two lists, and what its numbers add up to.
    case outer([Expression], [Expression], sum: Expression?)
    /// Whole numbers from one to before another.
    case range(from: Expression?, end: Expression)
    case file(String)

    /// What is computed.
    package var expressions: [Expression] {
      switch self {
      case .list(let list, _): list
      case .outer(let rows, let columns, let sum): rows + columns + (sum.map { [$0] } ?? [])
      case .range(let from, let end): (from.map { [$0] } ?? []) + [end]
      case .file: []
      }
    }
  }

  package var tensor: String?
  /// Where the tensor is named.
  package var tensorSpan: Span?
  /// Empty for values that are written.
  package var distribution: String
  package var arguments: [Argument]
  package var values: Values?
  package var span: Span
}

/// `for_each: {rows: […], layers: […], as: stage}`.
package struct ForEach: Sendable {
  package enum Rows: Sendable {
    case count(Expression)
    case table([[Argument]])
  }

  package var rows: Rows
  package var layers: [Item]
  package var variable: String?
  package var variableSpan: Span?

  /// What stands in the rows of a table, one row after the other.
  package var columns: [Argument] {
    if case .table(let rows) = rows { Array(rows.joined()) } else { [] }
  }
}

/// What a combinator applies: a list of items, or one item in place of a list.
package struct Body: Sendable {
  package var items: [Item]
  package var isSingle: Bool
  package var span: Span
}

/// A branch of `branches` or `split`, with its key where it has one.
package struct Branch: Sendable {
  package var name: String?
  package var nameSpan: Span
  package var body: Body
}

/// How branches come together.
package enum Join: String, Sendable, CaseIterable {
  case concat
  case add
  case multiply
  case mean
  case max
}

/// What is added to a residual's body.
package struct Shortcut: Sendable {
  package indirect enum Form: Sendable {
    /// The input itself; shapes must agree.
    case identity
    /// The input where the shapes agree, else nothing.
    case whenSame
    /// The input where the shapes agree, else these layers with `out`, `stride` and `kernel` filled in.
    case project(Body)
    /// The input, its rows and columns skipped and channels of zeros added.
    case padChannels
    /// These layers.
    case always(Body)
  }

  package var form: Form
  package var span: Span
  /// Whether the spec writes it; else it is the default.
  package var isWritten = true
  package var name: NameTemplate?
  package var when: Expression?
}

extension Expression {
  /// Whether the expression reads exactly this path.
  package func mentions(_ path: [String]) -> Bool {
    switch node {
    case .integer, .float, .boolean: false
    case .path(let own): own == path
    case .call(_, _, let arguments): arguments.contains { $0.mentions(path) }
    case .negation(let inner), .not(let inner): inner.mentions(path)
    case .binary(_, let left, let right): left.mentions(path) || right.mentions(path)
    case .conditional(let chosen, let condition, let other):
      chosen.mentions(path) || condition.mentions(path) || other.mentions(path)
    }
  }
}
