/// The candidate that `word` most likely stands for, if one is near enough to suggest; of equally near ones the first in
/// the alphabet.
///
/// Only those that are about as long are compared, letter by letter as far as they may still be near; among thousands of
/// those there is none, for a guess is no help there, and every unknown name would be measured against all.
package func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
  nearMiss(to: word, among: candidates)?.candidate
}

/// As `nearest`, and whether it is the one that must be meant: no other candidate is as near, and of the word's letters at
/// most one in four is another, of three one. What has another number is hardly misspelled: it is what is missing.
package func nearMiss(
  to word: String, among candidates: some Sequence<String>
) -> (candidate: String, isOnly: Bool)? {
  // Nobody misspells a word this long, and measuring it against all others takes its time.
  guard word.utf8.count <= 64 else { return nil }
  let letters = word.lowercased().utf16.map { $0 }
  // One letter of three, or it is another word: "nodes" is no "model".
  let limit = max(1, min(3, letters.count / 3))
  var comparison = EditDistance()
  var best: (distance: Int, candidate: String)?
  var isOnly = true
  var measured = 0
  for candidate in candidates {
    let isPart =
      candidate.utf8.starts(with: word.utf8) || candidate.utf8.reversed().starts(with: word.utf8.reversed())
    // A letter has at most three bytes for each of its UTF-16 units.
    let length = candidate.utf8.count
    guard isPart || length <= 3 * (letters.count + limit) && 3 * length >= letters.count - limit else { continue }
    measured += 1
    if measured > measuredAtMost { return nil }
    var distance = comparison.measure(
      letters, String(candidate.unicodeScalars.prefix(72)).lowercased().utf16, limit: limit)
    if distance == nil, isPart, letters.count >= 3 { distance = limit + 1 }
    guard let distance else { continue }
    if let found = best {
      if found.candidate != candidate, found.distance <= distance { isOnly = isOnly && found.distance < distance }
      if (found.distance, found.candidate) <= (distance, candidate) { continue }
      isOnly = found.distance > distance
    }
    best = (distance, candidate)
  }
  return best.map { best in
    let isNear = best.distance <= (letters.count > 2 ? max(1, letters.count / 4) : 0)
    return (best.candidate, isOnly && isNear && !differInNumbers(word, best.candidate))
  }
}

/// Whether two words are the same but for their digits, of which both have some.
private func differInNumbers(_ word: String, _ other: String) -> Bool {
  func split(_ text: String) -> (letters: String, digits: String) {
    (text.filter { !$0.isNumber }.lowercased(), text.filter(\.isNumber))
  }
  let (own, its) = (split(word), split(other))
  return own.letters == its.letters && own.digits != its.digits && !own.digits.isEmpty && !its.digits.isEmpty
}

/// Candidates about as long as a word that it is measured against, at most.
private let measuredAtMost = 4_000

/// "; did you mean 'x'?" or nothing.
package func suggestion(for word: String, among candidates: some Sequence<String>) -> String {
  nearest(to: word, among: candidates).map { "; did you mean '\($0.shown)'?" } ?? ""
}

/// Damerau's distance with adjacent transpositions: insertions, deletions, substitutions and swaps. Its rows are kept, for
/// one word is measured against many.
struct EditDistance {
  private var other: [UInt16] = []
  private var beforeLast: [Int] = []
  private var last: [Int] = []
  private var row: [Int] = []

  init() {}

  /// The distance between two words; nil if it is more than `limit`.
  mutating func measure(_ word: [UInt16], _ candidate: some Sequence<UInt16>, limit: Int) -> Int? {
    other.removeAll(keepingCapacity: true)
    other.append(contentsOf: candidate)
    guard abs(word.count - other.count) <= limit else { return nil }
    let far = limit + 1
    let width = other.count + 1
    last.removeAll(keepingCapacity: true)
    last.append(contentsOf: (0..<width).map { min($0, far) })
    if row.count != width {
      row = [Int](repeating: far, count: width)
      beforeLast = row
    }
    for i in word.indices {
      // Cells further from the diagonal than the limit are far.
      let band = max(0, i - limit)..<min(other.count, i + limit + 1)
      row[0] = min(i + 1, far)
      if band.lowerBound > 0 { row[band.lowerBound] = far }
      var smallest = row[band.lowerBound]
      for j in band {
        let above = j < i + limit ? last[j + 1] : far
        var distance = min(above + 1, row[j] + 1, last[j] + (word[i] == other[j] ? 0 : 1))
        if i > 0, j > 0, word[i] == other[j - 1], word[i - 1] == other[j] {
          distance = min(distance, beforeLast[j - 1] + 1)
        }
        row[j + 1] = min(distance, far)
        smallest = min(smallest, distance)
      }
      if smallest > limit { return nil }
      (beforeLast, last, row) = (last, row, beforeLast)
    }
    let distance = last[other.count]
    return distance <= limit ? distance : nil
  }
}
