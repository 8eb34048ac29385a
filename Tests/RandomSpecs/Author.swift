/// What flows while a spec is written: which channels and sizes are known to be equal.
struct Flow: Hashable, Sendable {
  /// Equal for values with as many channels.
  var channels: Int
  /// An expression that gives the channels here; nil if there is none but `prev.c`.
  var text: String?
  /// Equal for maps of one height and width.
  var size: Int
  /// The smaller of height and width; nil where a block cannot know it.
  var extent: Int?
  var isVector = false
  /// How many times the channels of the start there are here, at most and roughly.
  var growth = 1

  func fits(_ other: Flow) -> Bool { channels == other.channels && size == other.size && isVector == other.isVector }
}

/// A node with a written name, which `from` can name.
struct Reference: Sendable {
  var name: String
  var flow: Flow

  /// Whether expressions can ask for its channels.
  var hasMembers: Bool { !name.contains("$") && !(name.first?.isNumber ?? true) }
}

/// A node that `share` can name.
struct Sharable: Sendable {
  var name: String
  var input: Flow
  var output: Flow
}

/// What stands around the items being written.
struct Context: Sendable {
  /// Whether the items are a block's.
  var isBlock: Bool
  /// Whether items can have fixed names: not where they are written once and made several times on one level.
  var canName = true
  /// Whether the list around numbers its items.
  var isNumbered = false
  /// Expressions of multiples of 4.
  var integers: [String] = []
  /// Expressions of small counts.
  var counts: [String] = ["2"]
  var truths: [String] = []
  /// Expressions of numbers.
  var floats: [String] = ["0.5"]
  /// Parameters and columns that are layers which keep the shape.
  var uses: [String] = []
  /// Columns that are layers which lack their `out`.
  var makers: [String] = []
  /// The kernels to choose from, as expressions.
  var kernels: [String] = ["3", "1", "[3, 1]", "5"]

  /// What stands around the items of a network with so many spatial axes.
  init(isBlock: Bool, axes: Int) {
    self.isBlock = isBlock
    if axes == 1 { kernels = ["3", "1", "[3]", "5"] }
    if axes == 3 { kernels = ["3", "1", "[3, 1, 1]", "[1, 3, 3]"] }
  }

  /// Nodes that `from` can name.
  var references: [Reference] = []
  /// Nodes that `share` can name.
  var sharables: [Sharable] = []
  /// What `input` is; nil where its shape is not known.
  var entry: Flow?
  /// Names in `for_each` and `repeat` around, so that no variable hides another's.
  var loops = 0
}

/// Writes a spec.
struct Author {
  /// A block with what it does to the shape of its input.
  struct DeclaredBlock: Sendable {
    var name: String
    var isImported: Bool
    var isList: Bool
    /// What its second input must be, if it has one.
    var second: SecondInput?
    /// The parameters, by name.
    var parameters: Set<String>
    var lines: [String]
  }

  /// A block's second input.
  enum SecondInput: Sendable {
    /// Of the height and width of the first.
    case ofSameSize
    /// Of the shape of the first.
    case ofSameShape
  }

  var random: RandomSource
  /// The spatial axes of the network's input: two of maps, one of a signal, three of a volume.
  var axes = 2
  var blocks: [DeclaredBlock] = []
  private var tokens = 0
  private var names = 0
  private var reserved = ["repeat", "self", "x", "visitor", "default", "relu", "Int", "add", "init"]

  init(seed: UInt64) { random = RandomSource(seed: seed) }

  /// A number for channels or sizes of which nothing is known.
  mutating func token() -> Int {
    tokens += 1
    return tokens
  }

  /// A name that nothing else in the spec has.
  mutating func name() -> String {
    names += 1
    if random.once(in: 12), !reserved.isEmpty { return reserved.removeLast() }
    return random.pick(["n\(names)", "unit_\(names)", "\(100 + names)", "Stage\(names)", "b\(names)_x"])
  }

  /// `name: …, ` for an item, where it can have one and happens to.
  mutating func named(_ context: Context, once count: Int = 3) -> (prefix: String, name: String?) {
    guard context.canName, random.once(in: count) else { return ("", nil) }
    let name = name()
    return ("name: \(name), ", name)
  }

  /// Notes that later items can name a node.
  func note(_ name: String?, _ flow: Flow, _ context: inout Context) {
    if let name { context.references.append(Reference(name: name, flow: flow)) }
  }
}
