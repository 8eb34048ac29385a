import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// A value on its way through the layers; its shape is nil behind a fault, so that nothing follows from it.
struct Flow: Sendable {
  var value: ValueID
  var shape: Shape?

  static let unknown = Flow(value: .input, shape: nil)
}

/// What a name stands for in expressions and arguments.
indirect enum Binding: Sendable {
  case value(Value)
  case padding(Padding)
  /// An item with the names it was written among.
  case layer(Item, Environment)
}

/// `i`, `first` and `last` of a repeat, or the members of an `as` variable.
struct LoopState: Sendable {
  var index: Int
  var count: Int

  func member(_ name: String) -> Value? {
    switch name {
    case "i": .int(index)
    case "first": .bool(index == 0)
    case "last": .bool(index == count - 1)
    default: nil
    }
  }
}

/// The names that an item sees.
///
/// Every item has one, so what blocks and few items alone set lies behind one reference.
struct Environment: Sendable {
  /// The file whose functions and defaults hold; the model's parameters are seen in the spec's own only.
  var unit: Int
  /// Columns of rows, then the block's parameters, the inner ones in place of the outer.
  var bindings = NameTable<Binding>()
  /// The innermost `repeat`.
  var loop: LoopState?
  /// Nodes older than this lie outside the block.
  var edge: Int
  /// The edge of what sees no node at all, the file's `defaults`.
  static let seesNoNode = Int.max
  /// The innermost block or repeat, for the trail of a finding.
  var frame: Int?
  /// Whether anything flows: not so for the model's parameters, its input and what it expects.
  var isAmongLayers: Bool
  /// How many blocks are open.
  var blockDepth: Int
  private var around: Around

  /// What is the same for all items of a block, and seldom more than what flows in.
  private final class Around: Sendable {
    let members: [String: LoopState]
    let input: Flow
    let inputs: [String: Flow]
    let sites: [WritingSite]

    init(
      members: [String: LoopState] = [:], input: Flow = .unknown, inputs: [String: Flow] = [:],
      sites: [WritingSite] = []
    ) {
      self.members = members
      self.input = input
      self.inputs = inputs
      self.sites = sites
    }

    static let nothing = Around()

    var isInputAlone: Bool { members.isEmpty && inputs.isEmpty && sites.isEmpty }
  }

  init(unit: Int = 0, input: Flow? = nil, edge: Int = 0, isAmongLayers: Bool = true, blockDepth: Int = 0) {
    self.unit = unit
    self.edge = edge
    self.isAmongLayers = isAmongLayers
    self.blockDepth = blockDepth
    around = input.map { Around(input: $0) } ?? .nothing
  }

  /// `as` variables.
  var members: [String: LoopState] {
    get { around.members }
    set { around = Around(members: newValue, input: input, inputs: inputs, sites: sites) }
  }

  /// What flows into the enclosing block, or into the network.
  var input: Flow { around.input }

  /// The block's inputs by the names that it gives them.
  var inputs: [String: Flow] {
    get { around.inputs }
    set { around = Around(members: members, input: input, inputs: newValue, sites: sites) }
  }

  /// The places where an item that was handed over was written, the innermost first: it refers to the nodes there.
  private(set) var sites: [WritingSite] {
    get { around.sites }
    set { around = Around(members: members, input: input, inputs: inputs, sites: newValue) }
  }
}

/// A place where an item was written that a block got as an argument.
struct WritingSite: Sendable {
  /// The level that names are looked up from.
  var level: Int
  /// Nodes that are not newer than this lie outside the block around.
  var edge: Int
  /// Nodes newer than this came after the item was handed over.
  var stamp: Int
}

extension WritingSite {
  /// Whether an entry was made within the block around, and before the item was handed over.
  func sees(_ entry: Level.Entry) -> Bool { entry.stamp > edge && entry.stamp <= stamp }
}

extension Environment {
  /// What a file's `defaults` see: its functions, and the same input.
  func outside(in unit: Int) -> Environment {
    var environment = Environment(unit: unit, edge: Self.seesNoNode)
    environment.frame = frame
    environment.around = around.isInputAlone ? around : Around(input: input)
    return environment
  }

  /// The environment of an item that is handed over here, at a moment of the expansion.
  func handingOver(at level: Int, stamp: Int) -> Environment {
    var environment = self
    environment.sites.insert(WritingSite(level: level, edge: edge, stamp: stamp), at: 0)
    return environment
  }
}

/// A step on the way from the spec's layers into blocks, for the trail of a finding.
struct Frame {
  var parent: Int?
  var label: String
  var line: Int
  var copy: LoopState?
}

/// A level of names: a module, or a list that numbers its items.
struct Level {
  struct Entry {
    var flow: Flow
    /// The level that the name leads to.
    var level: Int?
    var span: Span
    var isAutomatic: Bool
    /// Whether what it stands for is still being expanded, so that there is no value yet.
    var isOpen = true
    /// The node of a join that the spec does not write out; it makes room for a written name.
    var join: Int?
    /// What `share` expands once more, an index into the builder's list.
    var sharable: Int?
    /// When the entry was made; a block sees those made within it only.
    var stamp: Int

    /// Says what the entry stands for, now that it is expanded.
    mutating func close(with flow: Flow) {
      self.flow = flow
      isOpen = false
    }

    /// Whether a reference may mean the entry: at its end one that has a value, so none that the item itself stands in.
    func isReferable(at end: Bool) -> Bool { !isAutomatic && !(end && isOpen) }
  }

  /// The names of the levels around, joined by dots.
  var path: String
  var parent: Int?
  var isNumbered: Bool
  var nextNumber = 0
  var ordinals = NameTable<Int>()
  var entries = NameTable<Entry>()

  /// Counts one more of what is called so.
  mutating func count(_ prefix: String) -> Int { ordinals.increase(prefix) }
}

/// A name that an item gets from around it: a branch's key, a number, or one of `name: x$(i)`.
struct GivenName {
  var text: String
  var span: Span
}

/// One step through a body, for the chain of shapes in a finding.
struct ShapeStep {
  var line: Int
  var label: String
  /// The stride, where it is not 1.
  var stride: String?
  /// Whether the step is left out where it keeps the shape.
  var isPlain: Bool
  var shape: Shape
}

/// The steps through a body whose items are expanded at `depth + 1`.
struct ShapeTrace {
  var depth: Int
  var start: Shape?
  var steps: [ShapeStep] = []

  init(depth: Int, start: Shape?, items count: Int) {
    self.depth = depth
    self.start = start
    steps.reserveCapacity(min(count, 16))
  }
}

extension String {
  /// A path with one more name.
  func followed(by name: String) -> String {
    var path = ""
    path.reserveCapacity(utf8.count + 1 + name.utf8.count)
    path += self
    path += "."
    path += name
    return path
  }
}
