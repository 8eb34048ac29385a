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

  /// What may wrap these names, the least first.
  static func candidates(for names: [String]) -> [NameWrapping] {
    var result = [NameWrapping()]
    var base = NameWrapping()
    if names.contains(where: hasWrapperStep) {
      base.removesWrapperSteps = true
      result.append(base)
    }
    var rest = names.map(base.unwrapped)
    // Beside the network under `model`, a module of Lightning may have others, such as a loss with weights.
    if rest.contains(where: { $0.utf8.starts(with: "model.".utf8) }) {
      result.append(NameWrapping(removesWrapperSteps: base.removesWrapperSteps, prefix: "model."))
    }
    // Any first step that all names have, and the next, as long as they have one in common.
    for _ in 0..<4 {
      guard let step = commonStep(rest) else { break }
      base.prefix += step
      if !result.contains(base) { result.append(base) }
      rest = rest.map { String(decoding: $0.utf8.dropFirst(step.utf8.count), as: UTF8.self) }
    }
    return result
  }

  private static func hasWrapperStep(_ name: String) -> Bool {
    name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).contains { step in
      wrapperSteps.contains { $0.utf8.elementsEqual(step) }
    }
  }

  /// The first step of all names, with its dot.
  private static func commonStep(_ names: [String]) -> String? {
    guard let first = names.first, let dot = first.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    let step = String(first[...dot])
    return names.allSatisfy { $0.utf8.starts(with: step.utf8) && $0.utf8.count > step.utf8.count } ? step : nil
  }
}

extension WeightFile {
  /// The tensors' names without the steps that PyTorch's wrappers put before all of them (`module.`, `_orig_mod.`); for
  /// a file that no network says more of. Names of integers, such as `n_averaged`, may lack them.
  public var unwrappedNames: [String] {
    let names = tensors.map(\.name)
    let weights = tensors.filter(\.type.isFloatingPoint).map(\.name)
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
