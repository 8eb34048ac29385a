import Hashing

/// Rules from a network's tensor names to those of a published file.
///
/// A rule rewrites the beginning of a name; the first that fits counts. In its pattern `*` is one step (or a part of
/// one, where the step has more), in its replacement `*` is what the star in the same place stood for, and `#` counts
/// from 0, in the network's order, the beginnings that fit the pattern up to its last star:
///
///     blocks.*.*.conv_dw: _blocks.#._depthwise_conv      blocks.1.0.conv_dw.weight → _blocks.1._depthwise_conv.weight
public struct NameMap: Hashable, Sendable {
  /// One rule.
  public struct Rule: Hashable, Sendable {
    /// The beginning of a name in the network.
    public var pattern: String
    /// What stands there in the file.
    public var replacement: String

    /// A rule as a spec writes it.
    public init(pattern: String, replacement: String) {
      self.pattern = pattern
      self.replacement = replacement
    }
  }

  /// Why a map cannot be used for a network.
  public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// No tensor's name begins as the rule says, or an earlier rule has all of them.
    case unusedRule(Rule)
    /// Two tensors would have one name in the file.
    case doubleName(String, first: String, second: String)
    /// The rule counts without a star, or has more stars in the replacement.
    case illFormedRule(Rule, String)

    /// What is wrong.
    public var description: String {
      switch self {
      case .unusedRule(let rule): "the rule \(quoted(rule.pattern)) fits no tensor"
      case .doubleName(let name, let first, let second):
        "both \(quoted(first)) and \(quoted(second)) are mapped to \(quoted(name))"
      case .illFormedRule(let rule, let reason): "the rule \(quoted(rule.pattern)) \(reason)"
      }
    }
  }

  /// The name that the spec gives the map.
  public var name: String
  /// The rules in their order.
  public var rules: [Rule]

  /// A map as a spec has it.
  public init(name: String, rules: [Rule]) {
    self.name = name
    self.rules = rules
  }

  /// The names in the file, for the network's tensors in its order; names that no rule fits stay as they are.
  ///
  /// - Throws: `Problem`, the first there is.
  public func apply(to names: [String]) throws(Problem) -> [String] {
    let steps = names.map { $0.split(separator: ".", omittingEmptySubsequences: false) }
    var compiled: [CompiledRule] = []
    // Rules by what they have before their first star, so that a name is compared with few.
    var rulesByBeginning: [ByteName: [Int]] = [:]
    for (index, rule) in rules.enumerated() {
      compiled.append(try CompiledRule(rule, steps))
      rulesByBeginning[ByteName(compiled[index].beginning), default: []].append(index)
    }
    var isUsed = [Bool](repeating: false, count: rules.count)
    var result: [String] = []
    var owners: [ByteName: String] = [:]
    for (name, path) in zip(names, steps) {
      var mapped = name
      var candidates: [Int] = []
      for count in 0...path.count {
        candidates += rulesByBeginning[ByteName(path[..<count].joined(separator: "."))] ?? []
      }
      for index in candidates.sorted() {
        guard let rewritten = compiled[index].rewrite(path) else { continue }
        mapped = rewritten
        isUsed[index] = true
        break
      }
      if let first = owners.updateValue(name, forKey: ByteName(mapped)) {
        throw .doubleName(mapped, first: first, second: name)
      }
      result.append(mapped)
    }
    if let unused = isUsed.firstIndex(of: false) { throw .unusedRule(rules[unused]) }
    return result
  }
}

/// A rule taken apart, with the numbers of the beginnings that fit it.
private struct CompiledRule {
  /// The steps before the first that has a star, joined by dots.
  let beginning: String
  private let pattern: [StepPattern]
  private let replacement: String
  private let countedSteps: Int
  private var numbers: [[Substring]: Int] = [:]

  init(_ rule: NameMap.Rule, _ names: [[Substring]]) throws(NameMap.Problem) {
    let words = rule.pattern.split(separator: ".", omittingEmptySubsequences: false)
    pattern = words.map(StepPattern.init)
    beginning = words.prefix { !$0.contains("*") }.joined(separator: ".")
    replacement = rule.replacement
    let stars = rule.pattern.count { $0 == "*" }
    if rule.pattern.contains("#") { throw .illFormedRule(rule, "has '#', which stands in replacements only") }
    if rule.replacement.count(where: { $0 == "*" }) > stars {
      throw .illFormedRule(rule, "has fewer stars than its replacement")
    }
    countedSteps = (words.lastIndex { $0.contains("*") } ?? -1) + 1
    guard rule.replacement.contains("#") else { return }
    if countedSteps == 0 { throw .illFormedRule(rule, "has no star, so that its '#' counts nothing") }
    let counted = pattern[..<countedSteps]
    for name in names where name.count >= countedSteps {
      let beginning = Array(name[..<countedSteps])
      if numbers[beginning] == nil, zip(counted, beginning).allSatisfy({ $0.match($1) != nil }) {
        numbers[beginning] = numbers.count
      }
    }
  }

  func rewrite(_ path: [Substring]) -> String? {
    guard path.count >= pattern.count else { return nil }
    var found: [Substring] = []
    for (step, name) in zip(pattern, path) {
      guard let parts = step.match(name) else { return nil }
      found += parts
    }
    let number = numbers[Array(path[..<countedSteps])]
    var stars = found.makeIterator()
    var result = ""
    for character in replacement {
      switch character {
      case "*": result += stars.next() ?? ""
      case "#": result += number.map(String.init) ?? ""
      default: result.append(character)
      }
    }
    return ([Substring(result)] + path[pattern.count...]).joined(separator: ".")
  }
}
