/// A file of Python of which parts are taken: what a flag keeps, what is used of the rest, with values put in.
///
/// A line may end in `#? files !labels`, and is there if `files` is among the flags and `labels` is not. `{{name}}` stands for a
/// value; alone on a line it stands for lines. Declarations are separated by two empty lines; those that nothing uses are left
/// out, and so are names that are imported for them.
package struct PythonTemplate {
  private let flags: Set<String>
  private let values: [String: String]
  private var imported: [Import] = []
  private var parts: [Part] = []

  /// A line that imports, as `from module import name` or `import module as name`.
  private struct Import: Hashable {
    var module: String
    /// What is imported from it, by the name in the code; nil for the module itself.
    var member: String?
    var name: String
  }

  /// A declaration with the names that it uses.
  private struct Part {
    var name: String?
    var declaration: PythonDeclaration
    var uses: Set<String>
  }

  /// - Parameters:
  ///   - flags: What holds.
  ///   - values: What is put in, by name; lines without a newline at the end.
  package init(flags: Set<String>, values: [String: String]) {
    self.flags = flags
    self.values = values
  }

  /// Adds a template.
  package mutating func add(_ template: String) {
    let lines = template.split(separator: "\n", omittingEmptySubsequences: false).compactMap { kept(String($0)) }
    var body: [String] = []
    var isImported = false
    for line in lines.flatMap({ $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }) {
      if body.allSatisfy(\.isEmpty), isImported || line.hasPrefix("import ") || line.hasPrefix("from ") {
        isImported = take(importing: line, isImported)
      } else {
        body.append(line)
      }
    }
    add(declarations: body)
  }

  /// Adds a name with a value.
  package mutating func add(constant name: String, _ value: PythonExpression) {
    let uses = PythonNames.used(in: PythonPrinter.flat(value))
    parts.append(Part(name: name, declaration: .constant(name, value), uses: uses))
  }

  /// What is used, as a file without its docstring; `root` is the declaration that all others are for.
  package func file(from root: String) -> PythonFile {
    var wanted: Set<String> = [root]
    var kept: Set<Int> = []
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for (place, part) in parts.enumerated() where !kept.contains(place) {
        guard part.name.map(wanted.contains) ?? true else { continue }
        kept.insert(place)
        wanted.formUnion(part.uses)
        isGrowing = true
      }
    }
    let used = kept.reduce(into: Set<String>()) { $0.formUnion(parts[$1].uses) }
    return PythonFile(
      documentation: [], imports: imports(of: used),
      declarations: kept.sorted().map { parts[$0].declaration })
  }

  // MARK: Lines

  /// The line without its condition and with its values; nil where the condition does not hold.
  private func kept(_ line: String) -> String? {
    var line = line
    if let mark = line.firstRange(of: "#? ") {
      let words = line[mark.upperBound...].split(separator: " ")
      guard words.allSatisfy({ $0.hasPrefix("!") != flags.contains(String($0.drop { $0 == "!" })) }) else { return nil }
      line = String(line[..<mark.lowerBound])
      while line.last == " " { line.removeLast() }
    }
    // What stands in a value is no place for another.
    var (result, rest) = ("", line[...])
    while let start = rest.firstRange(of: "{{"), let end = rest.firstRange(of: "}}"), start.upperBound <= end.lowerBound
    {
      let name = String(rest[start.upperBound..<end.lowerBound])
      guard let value = values[name] else { preconditionFailure("a template asks for '\(name)', which nothing gives") }
      result += rest[..<start.lowerBound] + value
      rest = rest[end.upperBound...]
    }
    return result + rest
  }

  /// Takes a line of the imports; gives whether they go on behind it.
  private mutating func take(importing line: String, _ isWithin: Bool) -> Bool {
    if line.isEmpty { return false }
    let words = line.split { $0 == " " || $0 == "," || $0 == "(" || $0 == ")" }.map(String.init)
    switch words.first {
    case "import":
      let name = words.count == 4 ? words[3] : String(words[1].split(separator: ".")[0])
      imported.append(Import(module: words[1], name: name))
    case "from":
      for member in words.dropFirst(3) { imported.append(Import(module: words[1], member: member, name: member)) }
      openModule = line.hasSuffix("(") ? words[1] : nil
    default:
      if let openModule {
        for member in words { imported.append(Import(module: openModule, member: member, name: member)) }
      }
      if line.hasPrefix(")") { openModule = nil }
    }
    return openModule != nil
  }
  private var openModule: String?

  // MARK: Declarations

  private mutating func add(declarations lines: [String]) {
    var current: [String] = []
    func finished(_ lines: [String]) -> Part? {
      var lines = lines[...]
      while lines.first?.isEmpty == true { lines.removeFirst() }
      while lines.last?.isEmpty == true { lines.removeLast() }
      guard let head = lines.first(where: { !$0.hasPrefix("@") }) else { return nil }
      let words = head.split { " (:".contains($0) }.map(String.init)
      let isDeclared = words.count > 1 && (words[0] == "def" || words[0] == "class")
      let text = lines.joined(separator: "\n")
      return Part(
        name: isDeclared ? words[1] : nil, declaration: .source(text), uses: PythonNames.used(in: text))
    }
    for (place, line) in lines.enumerated() {
      let isGap = line.isEmpty && place + 1 < lines.count && lines[place + 1].isEmpty
      if isGap {
        if let part = finished(current) { parts.append(part) }
        current = []
      } else {
        current.append(line)
      }
    }
    if let part = finished(current) { parts.append(part) }
  }

  // MARK: Imports

  private static let standard: Set<String> = [
    "argparse", "collections", "csv", "fnmatch", "gzip", "math", "os", "pathlib", "random", "typing",
  ]

  /// The lines that import names: of the standard library, of packages, of files beside.
  private func imports(of used: Set<String>) -> [[String]] {
    let wanted = Set(imported).filter { used.contains($0.name) }
    let modules = Dictionary(grouping: wanted) { [$0.module, $0.member == nil ? "" : "from"] }
    let lines = modules.map { key, all -> (group: Int, line: String) in
      let module = key[0]
      let root = String(module.split(separator: ".")[0])
      let group = module == values["module"] ? 2 : Self.standard.contains(root) ? 0 : 1
      guard all.contains(where: { $0.member != nil }) else {
        let name = all.first?.name ?? root
        return (group, "import \(module)" + (name == root ? "" : " as \(name)"))
      }
      let members = all.map(\.name).sorted()
      let line = "from \(module) import \(members.joined(separator: ", "))"
      if line.count <= 88 { return (group, line) }
      return (group, "from \(module) import (\n" + members.map { "    \($0),\n" }.joined() + ")")
    }
    return (0...2).map { group in
      let own = lines.filter { $0.group == group }.map(\.line)
      return own.sorted { ($0.hasPrefix("from "), $0) < ($1.hasPrefix("from "), $1) }
    }
  }
}

private func < (left: (Bool, String), right: (Bool, String)) -> Bool {
  left.0 == right.0 ? left.1.lowercased() < right.1.lowercased() : !left.0
}

extension StringProtocol {
  fileprivate func firstRange(of part: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
