/// The candidate that `word` most likely stands for, if one is near enough to suggest.
package func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
  // Nobody misspells a word this long, and measuring it against all others takes its time.
  guard word.utf8.count <= 64 else { return nil }
  let limit = max(1, min(3, word.count / 2))
  var best: (distance: Int, candidate: String)?
  for candidate in candidates {
    guard abs(candidate.count - word.count) <= limit || candidate.hasPrefix(word) else { continue }
    var distance = editDistance(word.lowercased(), candidate.lowercased())
    if distance > limit, candidate.hasPrefix(word), word.count >= 3 { distance = limit }
    guard distance <= limit else { continue }
    if let found = best, (found.distance, found.candidate) <= (distance, candidate) { continue }
    best = (distance, candidate)
  }
  return best?.candidate
}

/// "; did you mean 'x'?" or nothing.
package func suggestion(for word: String, among candidates: some Sequence<String>) -> String {
  nearest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
}

/// Damerau's distance with adjacent transpositions: insertions, deletions, substitutions and swaps.
func editDistance(_ left: String, _ right: String) -> Int {
  let a = Array(left.unicodeScalars.prefix(64))
  let b = Array(right.unicodeScalars.prefix(64))
  if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + [Int](repeating: 0, count: b.count)
    for j in 1...b.count {
      let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
      row[j] = min(last[j] + 1, row[j - 1] + 1, substitution)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        row[j] = min(row[j], beforeLast[j - 2] + 1)
      }
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
