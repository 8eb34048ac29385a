import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// Levels of names, and references to earlier nodes.
extension GraphBuilder {
  /// Opens a level below another; the caller registers it under its name.
  mutating func openLevel(_ name: String, in parent: Int, isNumbered: Bool) -> Int {
    levels.append(Level(path: path(of: name, at: parent), parent: parent, isNumbered: isNumbered))
    return levels.count - 1
  }

  /// The path of a name on a level, of which a method would be handed a copy.
  func path(of name: String, at level: Int) -> String {
    levels[level].path.isEmpty ? name : levels[level].path.followed(by: name)
  }

  /// Takes a name on a level for a node or a list; a second taker is reported and gets another name.
  mutating func claim(
    _ name: String, at level: Int, span: Span, isAutomatic: Bool, _ environment: Environment
  ) -> String {
    stamp += 1
    let new = Level.Entry(flow: .unknown, level: nil, span: span, isAutomatic: isAutomatic, stamp: stamp)
    guard let earlier = levels[level].entries.claim(name, for: new) else { return name }
    if let join = earlier.join, !isAutomatic {
      rename(join, at: level, from: name)
      return claim(name, at: level, span: span, isAutomatic: isAutomatic, environment)
    }
    let path = path(of: name, at: level)
    let advice: String =
      switch (isAutomatic, earlier.isAutomatic) {
      case _ where earlier.span == span:
        "name the repeat or the list around it, so that each copy has a level of its own"
      case (true, _): "give this one a name of its own with `name:`"
      case (false, true): "the other one has the name by itself; give one of them another name"
      case (false, false): "choose another name for one of them"
      }
    report(
      .duplicateName, "two nodes are called \(path); \(advice)", at: span, in: environment,
      notes: earlier.span == span ? [] : [.init("the other one", at: earlier.span)])
    // Not a name that a spec can write, and counted, so that a thousand takers take a thousand steps.
    let other = "\(name)~\(levels[level].ordinals.increase("\(name)~") - 1)"
    return claim(other, at: level, span: span, isAutomatic: isAutomatic, environment)
  }

  /// Gives a join that the spec does not write out another name, for a written one wants its own.
  private mutating func rename(_ join: Int, at level: Int, from name: String) {
    var other = countedName(nodes[join].keyword, at: level)
    while levels[level].entries[other] != nil { other = countedName(nodes[join].keyword, at: level) }
    if let entry = levels[level].entries.remove(name) { _ = levels[level].entries.claim(other, for: entry) }
    nodes[join].name = other
    nodes[join].path = path(of: other, at: level)
  }

  /// Says what a claimed name stands for, so that later items can refer to it.
  mutating func register(_ name: String, at level: Int, flow: Flow) {
    levels[level].entries.update(name) { $0.close(with: flow) }
  }

  /// Says which level a claimed name leads to, whose items are expanded next.
  mutating func register(_ name: String, at level: Int, leadingTo inner: Int) {
    levels[level].entries.update(name) { $0.level = inner }
  }

  /// The name that a layer or module gets by itself: kind and ordinal, all of its kind on the level counted.
  mutating func countedName(_ prefix: String, at level: Int) -> String {
    let ordinal = levels[level].count(prefix)
    // Behind a digit the ordinal stands apart, or the first relu6 would be called as the sixty-first relu is.
    let endsInDigit = prefix.utf8.last.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    var name = prefix
    if endsInDigit { name += "_" }
    name += String(ordinal)
    return name
  }

  /// The text of a name template.
  mutating func text(of template: NameTemplate, _ environment: Environment, at level: Int, prev: Flow) -> String? {
    if let literal = template.literal { return literal }
    var text = ""
    for part in template.parts {
      switch part {
      case .text(let piece): text += piece
      case .expression(let expression):
        guard let value = evaluate(expression, environment, at: level, prev: prev) else { return nil }
        guard case .int(let number) = value, number >= 0 else {
          report(
            .illFormedName, "a name takes non-negative integers in $(), not \(value.typeName) \(value)",
            at: expression.span,
            in: environment)
          return nil
        }
        text += String(number)
      }
    }
    return text
  }
}

extension String {
  /// `MBConv` as `mb_conv`, `SE` as `se`, `ConvBN` as `conv_bn`.
  var snakeCase: String {
    let letters = Array(self)
    var result = ""
    for (index, letter) in letters.enumerated() {
      let startsWord =
        letter.isUppercase && index > 0
        && (letters[index - 1].isLowercase || letters[index - 1].isNumber
          || index + 1 < letters.count && letters[index + 1].isLowercase && letters[index - 1] != "_")
      if startsWord { result += "_" }
      result += letter.lowercased()
    }
    return result
  }
}
