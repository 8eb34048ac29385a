import Hashing

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
    /// The network's shape; the file's has the same elements, and may differ by sizes of one.
    public var shape: [Int]
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
  /// What names in the file have more than the network's or the map's: steps before them or, as `module`, within; nil if
  /// nothing.
  public var wrapping: String?
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
  /// Tensors that are passed over: PyTorch's counters of batches, heads for training, what may be left over.
  public var ignored: [String] = []
  /// Numpy's arrays beside the file's tensors, which are not read, where tensors are missing.
  public var arrays: [String] = []
  /// Whether the arrays hold numbers, and not text or Python's objects.
  var arraysHoldNumbers = true
  /// Maps that could not be tried, with the reason.
  public var unusableMaps: [(map: String, problem: NameMap.Problem)] = []

  /// Whether every tensor has its place and none is left over.
  public var isComplete: Bool { missing.isEmpty && unexpected.isEmpty && mismatched.isEmpty }

  /// How far from complete it is.
  var problemCount: Int { missing.count + unexpected.count + mismatched.count }

  /// Matches a file's tensors with a network's: by the network's own names, then by each map; the best fit wins.
  ///
  /// If nothing fits, the same is tried with what wrappers put before the file's names taken off (`NameWrapping`). Shapes
  /// fit if they are equal but for sizes of one, such as a linear layer's weight and that of a convolution of 1×1.
  ///
  /// `allowMissing` has patterns of names in the network that may be missing, `allowUnexpected` of names in the file that
  /// may be left over, as `fits` has it. What stands in the file as one of numpy's `arrays` is not read, and is not
  /// missing either, so that no pattern allows it. What is no weight, such as integers and `num_batches_tracked`, is passed over
  /// where the network does not have it.
  public static func match(
    _ expected: [ExpectedTensor], to found: [TensorInfo], maps: [NameMap] = [], allowMissing: [String] = [],
    allowUnexpected: [String] = [], arrays: [String] = []
  ) -> WeightBinding {
    let names = expected.map(\.name)
    var sources: [(map: String?, names: [String])] = [(nil, names)]
    var unusable: [(map: String, problem: NameMap.Problem)] = []
    for map in maps {
      do {
        sources.append((map.name, try map.apply(to: names)))
      } catch {
        unusable.append((map.name, error))
      }
    }
    var best: WeightBinding?
    let wrappings = NameWrapping.candidates(
      for: found.filter(\.isWeight).map(\.name), needing: expected.count { $0.need == .required },
      isAllowed: { name in allowUnexpected.contains { fits($0, name) } })
    for wrapping in wrappings {
      guard let file = FoundTensors(found, arrays: arrays, without: wrapping) else { continue }
      for (map, names) in sources where best?.isComplete != true {
        var binding = bind(expected, sources: names, file, allowMissing, allowUnexpected)
        binding.map = map
        binding.wrapping = wrapping.text
        if binding.problemCount < best?.problemCount ?? Int.max { best = binding }
      }
      if best?.isComplete == true { break }
    }
    var result = best ?? WeightBinding()
    result.unusableMaps = unusable
    result.addSuggestions()
    return result
  }

  /// The tensors of a file by their names without what wraps these.
  private struct FoundTensors {
    var tensors: [TensorInfo]
    var names: [String]
    var indices: [ByteName: Int] = [:]
    /// The names of what stands there as arrays that are not read.
    var arrays: Set<ByteName>

    /// Nil if two would have one name.
    init?(_ tensors: [TensorInfo], arrays: [String], without wrapping: NameWrapping) {
      self.tensors = tensors
      self.arrays = Set(arrays.map { ByteName(wrapping.unwrapped($0)) })
      names = tensors.map { wrapping.unwrapped($0.name) }
      for (index, name) in names.enumerated() {
        guard indices.updateValue(index, forKey: ByteName(name)) == nil else { return nil }
      }
    }

    /// The place of a tensor by its name, or by the one that a newer PyTorch has for it.
    func index(of name: String) -> Int? {
      if let index = indices[ByteName(name)] { return index }
      for (last, others) in Self.parametrizations
      where name == last || name.utf8.reversed().starts(with: ".\(last)".utf8.reversed()) {
        let path = String(decoding: name.utf8.dropLast(last.utf8.count), as: UTF8.self)
        for other in others {
          if let index = indices[ByteName(path + "parametrizations.weight." + other)] { return index }
        }
      }
      return nil
    }

    /// What `torch.nn.utils.parametrizations` calls the tensors of a normalized weight, which `weight_norm` and
    /// `spectral_norm` of `torch.nn.utils` called otherwise.
    private static let parametrizations: [(String, [String])] = [
      ("weight_g", ["original0"]), ("weight_v", ["original1", "0._v"]), ("weight_u", ["0._u"]),
      ("weight_orig", ["original"]),
    ]
  }

  private static func bind(
    _ expected: [ExpectedTensor], sources: [String], _ file: FoundTensors, _ allowMissing: [String],
    _ allowUnexpected: [String]
  ) -> WeightBinding {
    var binding = WeightBinding()
    var isTaken = [Bool](repeating: false, count: file.tensors.count)
    for (tensor, source) in zip(expected, sources) {
      guard let index = file.index(of: source) else {
        if tensor.need != .required { continue }
        if !file.arrays.contains(ByteName(source)), allowMissing.contains(where: { fits($0, tensor.name) }) {
          binding.allowed.append(tensor.name)
        } else {
          binding.missing.append(Missing(name: tensor.name, source: source, shape: tensor.shape))
        }
        continue
      }
      let info = file.tensors[index]
      isTaken[index] = true
      if tensor.need == .unused {
        binding.ignored.append(info.name)
      } else if info.type.isFloatingPoint, isSame(info.shape, tensor.shape) {
        binding.bound.append(Bound(name: tensor.name, source: info.name, shape: tensor.shape))
      } else {
        binding.mismatched.append(
          Mismatched(name: tensor.name, source: info.name, expected: tensor.shape, found: info))
      }
    }
    for (index, info) in file.tensors.enumerated() where !isTaken[index] {
      let isAllowed = allowUnexpected.contains { fits($0, info.name) || fits($0, file.names[index]) }
      if info.isWeight, !isAllowed {
        binding.unexpected.append(Unexpected(name: info.name, shape: info.shape))
      } else {
        binding.ignored.append(info.name)
      }
    }
    return binding
  }

  /// Whether two shapes have the same elements in the same order: they are equal but for sizes of one.
  private static func isSame(_ left: [Int], _ right: [Int]) -> Bool {
    left == right || left.filter { $0 != 1 } == right.filter { $0 != 1 }
  }

  /// Whether a pattern is of a tensor: of its whole name, or of that of a layer or block that it is in. The one rule of
  /// patterns, wherever tensors are named by them.
  package static func fits(_ pattern: String, _ name: String) -> Bool {
    matches(pattern, name) || matches("\(pattern).*", name)
  }

  /// Whether a name is of a pattern, in which `*` stands for any characters.
  package static func matches(_ pattern: String, _ name: String) -> Bool {
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
