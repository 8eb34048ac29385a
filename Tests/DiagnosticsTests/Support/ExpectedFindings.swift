import Diagnostics

/// The findings that a spec's comments expect, and the comments that findings make.
///
/// A comment stands after the line it concerns, its caret under the start of the finding:
/// `#      ^ error[spec.unknown-key]: …`. Where that cannot be, because the column is the first, the line lies in a text
/// or in another file, a line at the end says the place: `# at 3:1 error[…]: …`, `# at blocks/a.yaml:3:1 error[…]: …`.
enum ExpectedFindings {
  /// One finding as a line of the comparison.
  static func describe(_ diagnostic: Diagnostic, sources: SourceTable, path: String) -> String {
    let file = sources[diagnostic.span.source].path
    let folder = path.split(separator: "/").dropLast().joined(separator: "/") + "/"
    let prefix = file == path ? "" : (file.hasPrefix(folder) ? String(file.dropFirst(folder.count)) : file) + ":"
    let start = diagnostic.span.start
    return "\(prefix)\(start.line):\(start.column) \(headline(diagnostic))"
  }

  static func headline(_ diagnostic: Diagnostic) -> String {
    "\(diagnostic.severity.rawValue)[\(diagnostic.id.rawValue)]: \(diagnostic.message)"
  }

  /// The column of a caret comment and what it expects.
  private static func caret(in line: Substring) -> (column: Int, headline: Substring)? {
    guard line.hasPrefix("#"), let mark = line.firstIndex(of: "^") else { return nil }
    guard line[line.index(after: line.startIndex)..<mark].allSatisfy({ $0 == " " || $0 == "\t" }) else { return nil }
    let column = line[..<mark].unicodeScalars.count + 1
    return (column, line[line.index(after: mark)...].drop { $0 == " " })
  }

  private static func isExpectation(_ line: Substring) -> Bool { caret(in: line) != nil || line.hasPrefix("# at ") }

  private static func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// What the comments of a text expect.
  static func expected(in text: String) -> [String] {
    var result: [String] = []
    var current = 0
    for (index, line) in lines(text).enumerated() {
      if let (column, headline) = caret(in: line) {
        result.append("\(current):\(column) \(headline)")
      } else if line.hasPrefix("# at ") {
        result.append(String(line.dropFirst(5)))
      } else {
        current = index + 1
      }
    }
    return result
  }

  /// The text with comments for its findings in place of those it has.
  static func recorded(_ text: String, path: String) -> String {
    var plain = lines(text).filter { !isExpectation($0) }.map(String.init)
    while plain.last == "" { plain.removeLast() }
    let bare = Findings(path, bytes: Array((plain.joined(separator: "\n") + "\n").utf8))
    let isHere = bare.diagnostics.map { finding in
      let start = finding.span.start
      return bare.sources[finding.span.source].path == path && start.column > 1 && start.line <= plain.count
    }
    if let result = recorded(plain, bare, isHere, path) { return result }
    // A comment after a line within a text would become part of it.
    return recorded(plain, bare, isHere.map { _ in false }, path) ?? text
  }

  private static func recorded(_ plain: [String], _ bare: Findings, _ isHere: [Bool], _ path: String) -> String? {
    var findings = bare
    var lineMap = Dictionary(uniqueKeysWithValues: (1...plain.count + 1).map { ($0, $0) })
    var text = ""
    // Comments move lines, which messages may name, so a second look has the final ones.
    for _ in 0..<3 {
      var carets: [Int: [Diagnostic]] = [:]
      for (finding, isHere) in zip(findings.diagnostics, isHere) where isHere {
        carets[lineMap[finding.span.start.line] ?? 0, default: []].append(finding)
      }
      let late = zip(findings.diagnostics, isHere).filter { !$0.1 }.map {
        "# at " + describe($0.0, sources: findings.sources, path: path)
      }
      text = assemble(plain, carets, late)
      findings = Findings(path, bytes: Array(text.utf8))
      guard findings.diagnostics.map(\.id) == bare.diagnostics.map(\.id) else { return nil }
      lineMap = originalLines(text)
    }
    return text
  }

  private static func assemble(_ plain: [String], _ carets: [Int: [Diagnostic]], _ late: [String]) -> String {
    var result: [String] = []
    for (index, line) in plain.enumerated() {
      result.append(line)
      for caret in carets[index + 1] ?? [] {
        let lead = caret.span.start.column - 2
        let indent = line.unicodeScalars.dropFirst().prefix(lead).map { $0 == "\t" ? "\t" : " " }
        let padding = String(repeating: " ", count: max(0, lead - indent.count))
        result.append("#" + indent.joined() + padding + "^ " + headline(caret))
      }
    }
    return (result + late).map { $0 + "\n" }.joined()
  }

  /// The line that each line of a text has without its comments.
  private static func originalLines(_ text: String) -> [Int: Int] {
    var result: [Int: Int] = [:]
    var number = 0
    for (index, line) in lines(text).enumerated() where !isExpectation(line) {
      number += 1
      result[index + 1] = number
    }
    return result
  }
}
