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
struct Environment: Sendable {
  /// The file whose functions and defaults hold; the model's parameters are seen in the spec's own only.
  var unit = 0
  /// Columns of rows, then the block's parameters, the inner ones in place of the outer.
  var bindings: [String: Binding] = [:]
  /// The innermost `repeat`.
  var loop: LoopState?
  /// `as` variables.
  var members: [String: LoopState] = [:]
  /// What flows into the enclosing block, or into the network.
  var input = Flow.unknown
  /// The block's inputs by the names that it gives them.
  var inputs: [String: Flow] = [:]
  /// Nodes older than this lie outside the block.
  var edge = 0
  /// The edge of what sees no node at all, the file's `defaults`.
  static let seesNoNode = Int.max
  /// The places where an item that was handed over was written, the innermost first: it refers to the nodes there.
  var sites: [WritingSite] = []
  /// The innermost block or repeat, for the trail of a finding.
  var frame: Int?
  /// Whether anything flows: not so for the model's parameters, its input and what it expects.
  var isAmongLayers = true
  /// How many blocks are open.
  var blockDepth = 0
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

    /// The entry as it is; mutating, so that a dictionary takes a default in.
    mutating func touched() -> Entry { self }

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
  var ordinals: [String: Int] = [:]
  var entries: [String: Entry] = [:]

  func path(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  /// Enters what takes a name, unless another has it, which is returned.
  mutating func claim(_ name: String, for entry: Entry) -> Entry? {
    let before = entries.count
    // One search for a place, whether the name is there or not.
    let there = entries[name, default: entry].touched()
    return entries.count == before ? there : nil
  }

  /// Counts one more of what is called so.
  mutating func count(_ prefix: String) -> Int {
    ordinals[prefix, default: 0].increased()
  }
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
}

extension Int {
  /// One more, which is returned.
  fileprivate mutating func increased() -> Int {
    self += 1
    return self
  }
}
