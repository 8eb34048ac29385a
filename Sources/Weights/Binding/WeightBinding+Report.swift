import Hashing

extension WeightBinding {
  /// How many suggestions are searched for; who reads more?
  private static let suggestionCount = 50

  /// Finds for the first missing tensors the unexpected ones that may be meant.
  mutating func addSuggestions() {
    guard !unexpected.isEmpty else { return }
    for index in missing.indices.prefix(Self.suggestionCount) {
      let wanted = missing[index]
      let sameShape = unexpected.lazy.filter { $0.shape == wanted.shape }.map(\.name)
      missing[index].suggestion = nearest(to: wanted.source, among: sameShape.prefix(1000))
    }
  }

  /// What does not fit, a line each, at most `limit` of a kind; empty if all fits.
  public func problems(limit: Int = 20) -> [String] {
    var lines: [String] = []
    func add<Item>(_ items: [Item], _ heading: String, _ line: (Item) -> String) {
      guard !items.isEmpty else { return }
      lines.append("\(items.count) \(heading):")
      lines += items.prefix(limit).map { "  " + line($0) }
      if items.count > limit { lines.append("  and \(items.count - limit) more") }
    }
    let renaming = Renaming(of: missing, to: unexpected)
    if let renaming { lines.append(renaming.text) }
    let missing = missing.filter { renaming?.names[ByteName($0.source)] == nil }
    let renamed = Set(renaming?.names.values.map { $0 } ?? [])
    let unexpected = unexpected.filter { !renamed.contains(ByteName($0.name)) }
    add(missing, missing.count == 1 ? "tensor is missing" : "tensors are missing") { item in
      let place = item.source == item.name ? "" : ", in the file \(item.source)"
      let suggestion = item.suggestion.map { "; did you mean '\($0)'?" } ?? ""
      return "\(item.name) \(shapeText(item.shape))\(place)\(suggestion)"
    }
    add(unexpected, unexpected.count == 1 ? "tensor is unexpected" : "tensors are unexpected") {
      "\(quoted($0.name).dropFirst().dropLast()) \(shapeText($0.shape))"
    }
    add(mismatched, mismatched.count == 1 ? "tensor has another shape" : "tensors have other shapes") { item in
      let place = item.source == item.name ? "" : " (\(item.source))"
      let type = item.found.type.isFloatingPoint ? "" : " of \(item.found.type.rawValue)"
      return
        "\(item.name)\(place): the network has \(shapeText(item.expected)), the file \(shapeText(item.found.shape))"
        + type
    }
    if let first = arrays.first {
      let names = "\(quoted(first))\(arrays.count > 1 ? " and \(arrays.count - 1) more" : "")"
      lines.append(
        arraysHoldNumbers
          ? "the file has \(arrays.count == 1 ? "a numpy array" : "numpy arrays") beside its tensors, \(names), which "
            + "\(arrays.count == 1 ? "is" : "are") not read; save torch.from_numpy(array) in place of each"
          : "the file has arrays without numbers, which are not read: \(names)")
    }
    if !isComplete, let wrapping { lines.append("'\(shortened(wrapping))' is taken off the file's names for this") }
    if !isComplete { lines += unusableMaps.map { "the map '\($0.map)' cannot be used: \($0.problem)" } }
    return lines
  }

  /// Fails unless every tensor has its place and none is left over.
  ///
  /// - Throws: `WeightError` that lists what does not fit.
  public func requireComplete(file: String) throws(WeightError) {
    guard !isComplete else { return }
    let lines = problems()
    throw WeightError(.mismatch, file: file, "does not fit the network\n" + lines.joined(separator: "\n"))
  }
}

/// What all names of a file have before those that are looked for, or lack.
private struct Renaming {
  /// By the names that are looked for, those in the file.
  private(set) var names: [ByteName: ByteName] = [:]
  private(set) var text = ""

  /// How many tensors that may be the first missing one are tried.
  private static let attempts = 100

  /// Nil unless it is so of most of the tensors that are missing, and of several.
  init?(of missing: [WeightBinding.Missing], to unexpected: [WeightBinding.Unexpected]) {
    guard let first = missing.first, missing.count > 2, unexpected.count > 2 else { return nil }
    let shapes = Dictionary(unexpected.map { (ByteName($0.name), $0.shape) }) { first, _ in first }
    let similar = unexpected.lazy.filter { $0.shape == first.shape }.prefix(Self.attempts)
    for candidate in similar {
      let (short, long) =
        candidate.name.utf8.count > first.source.utf8.count
        ? (first.source, candidate.name) : (candidate.name, first.source)
      guard short != long, !short.isEmpty, long.utf8.reversed().starts(with: short.utf8.reversed()) else { continue }
      let prefix = String(decoding: long.utf8.dropLast(short.utf8.count), as: UTF8.self)
      let isAdded = long == candidate.name
      var found: [ByteName: ByteName] = [:]
      for item in missing {
        let name: String
        if isAdded {
          name = prefix + item.source
        } else if item.source.utf8.starts(with: prefix.utf8) {
          name = String(decoding: item.source.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        } else {
          continue
        }
        if shapes[ByteName(name)] == item.shape { found[ByteName(item.source)] = ByteName(name) }
      }
      guard found.count > 2, found.count * 2 >= missing.count, found.count > names.count else { continue }
      names = found
      let inner = quoted(prefix).dropFirst().dropLast()
      text =
        "\(found.count) tensors have names in the file \(isAdded ? "with" : "without") '\(inner)' before them; "
        + "a map of the spec's weights finds them: {\(isAdded ? "\"*\": \"\(inner)*\"" : "\"\(inner)*\": \"*\"")}"
    }
    if names.isEmpty { return nil }
  }
}

/// The name that most likely is the same tensor's, if one is near enough.
func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
  let limit = max(2, min(6, name.utf8.count / 4))
  var best: (distance: Int, name: String)?
  for candidate in candidates where abs(candidate.utf8.count - name.utf8.count) <= limit {
    let distance = editDistance(Array(name.utf8), Array(candidate.utf8), limit: (best?.distance ?? limit + 1) - 1)
    if let distance { best = (distance, candidate) }
  }
  return best?.name
}

/// Levenshtein's distance, if it is at most `limit`; common beginnings and ends cost nothing.
private func editDistance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int? {
  var a = left[...]
  var b = right[...]
  while let x = a.first, x == b.first {
    a.removeFirst()
    b.removeFirst()
  }
  while let x = a.last, x == b.last {
    a.removeLast()
    b.removeLast()
  }
  guard limit >= 0, abs(a.count - b.count) <= limit, a.count <= 64, b.count <= 64 else { return nil }
  var last = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var row = [i + 1]
    for (j, y) in b.enumerated() {
      row.append(min(last[j + 1] + 1, row[j] + 1, last[j] + (x == y ? 0 : 1)))
    }
    last = row
  }
  return last[b.count] <= limit ? last[b.count] : nil
}
