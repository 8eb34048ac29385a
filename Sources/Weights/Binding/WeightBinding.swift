/// A tensor of a network.
public struct ExpectedTensor: Hashable, Sendable {
  /// The name in the network.
  public var name: String
  /// The sizes from the outermost dimension.
  public var shape: [Int]
  /// Whether the network works without it.
  public var need: Need

  /// Whether a network works without a tensor.
  public enum Need: Hashable, Sendable {
    /// It must be there.
    case required
    /// It is used if it is there, as centers that the spec has as well.
    case optional
    /// It is passed over if it is there, as those of heads that exist in training only.
    case unused
  }

  /// A tensor of a network.
  public init(name: String, shape: [Int], need: Need = .required) {
    self.name = name
    self.shape = shape
    self.need = need
  }
}

/// Which tensor of a file goes where in a network, and what does not fit.
public struct WeightBinding: Sendable {
  /// A tensor that has its place.
  public struct Bound: Hashable, Sendable {
    /// The name in the network.
    public var name: String
    /// The name in the file.
    public var source: String
  }

  /// A tensor of the network that the file lacks.
  public struct Missing: Hashable, Sendable {
    /// The name in the network.
    public var name: String
    /// The name that is looked for in the file.
    public var source: String
    /// The shape it must have.
    public var shape: [Int]
    /// A tensor of the file that nothing else takes and whose name is near.
    public var suggestion: String?
  }

  /// A tensor of the file that the network does not have.
  public struct Unexpected: Hashable, Sendable {
    /// The name in the file.
    public var name: String
    /// Its shape.
    public var shape: [Int]
  }

  /// A tensor whose shape is another in the file, or whose elements are no floating-point numbers.
  public struct Mismatched: Hashable, Sendable {
    /// The name in the network.
    public var name: String
    /// The name in the file.
    public var source: String
    /// The network's shape.
    public var expected: [Int]
    /// The file's.
    public var found: TensorInfo
  }

  /// The map by which names were looked up; nil for the network's own.
  public var map: String?
  /// The tensors that have their place, in the network's order.
  public var bound: [Bound] = []
  /// Tensors that the file lacks, in the network's order.
  public var missing: [Missing] = []
  /// Tensors that the file lacks and may lack, by the caller's patterns.
  public var allowed: [String] = []
  /// Tensors that the network does not have, in the file's order.
  public var unexpected: [Unexpected] = []
  /// Tensors of other shapes or types, in the network's order.
  public var mismatched: [Mismatched] = []
  /// Tensors that are passed over: PyTorch's counters of batches, heads for training.
  public var ignored: [String] = []
  /// Maps that could not be tried, with the reason.
  public var unusableMaps: [(map: String, problem: NameMap.Problem)] = []

  /// Whether every tensor has its place and none is left over.
  public var isComplete: Bool { missing.isEmpty && unexpected.isEmpty && mismatched.isEmpty }

  /// How far from complete it is.
  var problemCount: Int { missing.count + unexpected.count + mismatched.count }

  /// Matches a file's tensors with a network's: by the network's own names, then by each map; the best fit wins.
  ///
  /// `allowMissing` has patterns of names in the network that may be missing, `*` for any characters. Integers that
  /// the network does not have, such as `num_batches_tracked`, are passed over.
  public static func match(
    _ expected: [ExpectedTensor], to found: [TensorInfo], maps: [NameMap] = [], allowMissing: [String] = []
  ) -> WeightBinding {
    let names = expected.map(\.name)
    var best = bind(expected, sources: names, found, allowMissing)
    var unusable: [(map: String, problem: NameMap.Problem)] = []
    for map in maps where !best.isComplete {
      let sources: [String]
      do {
        sources = try map.apply(to: names)
      } catch {
        unusable.append((map.name, error))
        continue
      }
      var binding = bind(expected, sources: sources, found, allowMissing)
      binding.map = map.name
      if binding.problemCount < best.problemCount { best = binding }
    }
    best.unusableMaps = unusable
    best.addSuggestions()
    return best
  }

  private static func bind(
    _ expected: [ExpectedTensor], sources: [String], _ found: [TensorInfo], _ allowMissing: [String]
  ) -> WeightBinding {
    var binding = WeightBinding()
    let infos = Dictionary(found.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var taken: Set<String> = []
    for (tensor, source) in zip(expected, sources) {
      guard let info = infos[source] else {
        if tensor.need != .required { continue }
        if allowMissing.contains(where: { matches($0, tensor.name) }) {
          binding.allowed.append(tensor.name)
        } else {
          binding.missing.append(Missing(name: tensor.name, source: source, shape: tensor.shape))
        }
        continue
      }
      taken.insert(source)
      if tensor.need == .unused {
        binding.ignored.append(source)
      } else if info.shape == tensor.shape, info.type.isFloatingPoint {
        binding.bound.append(Bound(name: tensor.name, source: source))
      } else {
        binding.mismatched.append(
          Mismatched(name: tensor.name, source: source, expected: tensor.shape, found: info))
      }
    }
    for info in found where !taken.contains(info.name) {
      if info.type.isFloatingPoint {
        binding.unexpected.append(Unexpected(name: info.name, shape: info.shape))
      } else {
        binding.ignored.append(info.name)
      }
    }
    return binding
  }

  /// Whether a name is of a pattern, in which `*` stands for any characters.
  static func matches(_ pattern: String, _ name: String) -> Bool {
    let pattern = Array(pattern.utf8)
    let name = Array(name.utf8)
    var p = 0
    var n = 0
    var star: (pattern: Int, name: Int)?
    while n < name.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        star = (p, n)
        p += 1
      } else if p < pattern.count, pattern[p] == name[n] {
        p += 1
        n += 1
      } else if let last = star {
        p = last.pattern + 1
        n = last.name + 1
        star = (last.pattern, n)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
