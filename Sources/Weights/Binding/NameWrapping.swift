import Hashing

/// What wrappers of a module put into the names of its tensors.
///
/// `DataParallel` and `AveragedModel` put `module.` before every name, `torch.compile` `_orig_mod.`, a module of Lightning
/// the attribute that holds the network. Each is tried and kept only if the network fits better.
struct NameWrapping: Hashable {
  /// Whether the steps that PyTorch's own wrappers add go wherever they stand (`features.module.0.weight`).
  var removesWrapperSteps = false
  /// The steps before all names or, with `model`, most; each with its dot.
  var prefix = ""

  /// The steps of PyTorch's own wrappers.
  private static let wrapperSteps: Set<String> = ["module", "_orig_mod"]

  /// What messages call it; nil if nothing is taken off.
  var text: String? {
    if !prefix.isEmpty { return prefix }
    return removesWrapperSteps ? "module. or _orig_mod." : nil
  }

  /// A name in the file without it.
  func unwrapped(_ name: String) -> String {
    var name = name
    if removesWrapperSteps, Self.hasWrapperStep(name) {
      name = name.split(separator: ".", omittingEmptySubsequences: false)
        .filter { !Self.wrapperSteps.contains(String($0)) }.joined(separator: ".")
    }
    guard !prefix.isEmpty, name.utf8.starts(with: prefix.utf8), name.utf8.count > prefix.utf8.count else { return name }
    return String(decoding: name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }

  /// How many steps before names are looked for below each other, and how many ways of taking some off are tried.
  private static let largestDepth = 4
  private static let largestCandidates = 16

  /// What may wrap the names of weights, the least first: PyTorch's own wrappers, and steps before so many names that a
  /// network that needs `needing` tensors may lie below. What lies beside it, such as a loss with weights, is left over.
  ///
  /// Names that `isAllowed` says may be left over do not count.
  static func candidates(
    for names: [String], needing: Int = 0, isAllowed: (String) -> Bool = { _ in false }
  ) -> [NameWrapping] {
    var result = [NameWrapping()]
    var base = NameWrapping()
    if names.contains(where: hasWrapperStep) {
      base.removesWrapperSteps = true
      result.append(base)
    }
    let wanted = names.filter { !isAllowed($0) }.map(base.unwrapped)
    var level = [(wrapping: base, names: wanted)]
    for _ in 0..<largestDepth {
      let longer = level.flatMap { below($0.wrapping, $0.names, needing: needing, isAllowed: isAllowed) }
      level = Array(longer.prefix(largestCandidates))
      for next in level where result.count < largestCandidates { result.append(next.wrapping) }
    }
    return result
  }

  /// The ways of taking one step more off, those of the most names first.
  private static func below(
    _ wrapping: NameWrapping, _ names: [String], needing: Int, isAllowed: (String) -> Bool
  ) -> [(wrapping: NameWrapping, names: [String])] {
    let names = names.filter { !isAllowed($0) }
    var rests: [String: [String]] = [:]
    var steps: [String] = []
    for name in names {
      guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")) else { continue }
      let start = name.utf8.index(after: dot)
      guard start < name.utf8.endIndex else { continue }
      let step = String(name[..<start])
      if rests[step] == nil { steps.append(step) }
      rests[step, default: []].append(String(name[start...]))
    }
    // Half of what is needed: a file that lacks some is still reported by names that are near the network's.
    let least = max(1, (min(needing, names.count) + 1) / 2)
    return steps.compactMap { step in
      guard let rest = rests[step], rest.count >= least else { return nil }
      let longer = NameWrapping(
        removesWrapperSteps: wrapping.removesWrapperSteps, prefix: wrapping.prefix + step)
      return (longer, rest)
    }.sorted { $0.1.count > $1.1.count }
  }

  private static func hasWrapperStep(_ name: String) -> Bool {
    name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).contains { step in
      wrapperSteps.contains { $0.utf8.elementsEqual(step) }
    }
  }
}

extension WeightFile {
  /// The tensors' names without the steps that PyTorch's wrappers put before all of them (`module.`, `_orig_mod.`); for
  /// a file that no network says more of. Names of counts, such as `n_averaged`, may lack them.
  public var unwrappedNames: [String] {
    let names = tensors.map(\.name)
    let weights = tensors.filter(\.isWeight).map(\.name)
    var prefix = ""
    for wrapper in ["module.", "_orig_mod.", "module."] {
      let longer = prefix + wrapper
      let isCommon = weights.allSatisfy { $0.utf8.starts(with: longer.utf8) && $0.utf8.count > longer.utf8.count }
      if isCommon, !weights.isEmpty { prefix = longer }
    }
    let result = names.map(NameWrapping(prefix: prefix).unwrapped)
    return Set(result.map(ByteName.init)).count == result.count ? result : names
  }
}
