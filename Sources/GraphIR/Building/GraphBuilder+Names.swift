import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// Levels of names, and references to earlier nodes.
extension GraphBuilder {
  /// Opens a level below another; the caller registers it under its name.
  mutating func openLevel(_ name: String, in parent: Int, isNumbered: Bool) -> Int {
    levels.append(Level(path: levels[parent].path(of: name), parent: parent, isNumbered: isNumbered))
    return levels.count - 1
  }

  /// Takes a name on a level for a node or a list; a second taker is reported and gets another name.
  mutating func claim(
    _ name: String, at level: Int, span: Span, isAutomatic: Bool, _ environment: Environment
  ) -> String {
    stamp += 1
    guard let earlier = levels[level].entries[name] else {
      levels[level].entries[name] = Level.Entry(
        flow: .unknown, level: nil, span: span, isAutomatic: isAutomatic, stamp: stamp)
      return name
    }
    if let join = earlier.join, !isAutomatic {
      rename(join, at: level, from: name)
      return claim(name, at: level, span: span, isAutomatic: isAutomatic, environment)
    }
    let path = levels[level].path(of: name)
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
    let other = "\(name)~\(levels[level].ordinals["\(name)~", default: 0])"
    levels[level].ordinals["\(name)~", default: 0] += 1
    return claim(other, at: level, span: span, isAutomatic: isAutomatic, environment)
  }

  /// Gives a join that the spec does not write out another name, for a written one wants its own.
  private mutating func rename(_ join: Int, at level: Int, from name: String) {
    var other = countedName(nodes[join].keyword, at: level)
    while levels[level].entries[other] != nil { other = countedName(nodes[join].keyword, at: level) }
    levels[level].entries[other] = levels[level].entries.removeValue(forKey: name)
    nodes[join].name = other
    nodes[join].path = levels[level].path(of: other)
  }

  /// Says what a claimed name stands for, so that later items can refer to it.
  mutating func register(_ name: String, at level: Int, flow: Flow, level inner: Int? = nil) {
    levels[level].entries[name]?.flow = flow
    if let inner { levels[level].entries[name]?.level = inner }
  }

  /// The name that a layer or module gets by itself: kind and ordinal, all of its kind on the level counted.
  mutating func countedName(_ prefix: String, at level: Int) -> String {
    levels[level].ordinals[prefix, default: 0] += 1
    // Behind a digit the ordinal stands apart, or the first relu6 would be called as the sixty-first relu is.
    let separator = prefix.last?.isNumber ?? false ? "_" : ""
    return prefix + separator + String(levels[level].ordinals[prefix] ?? 1)
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

  /// The value that a path refers to: an earlier node on the own level or further out, up to the block's edge.
  mutating func lookUp(_ path: [String], at span: Span, from level: Int, _ environment: Environment) -> Flow? {
    switch find(path, from: level, environment) {
    case .found(let flow): return flow
    case .missing(let hint):
      report(
        .unknownReference, "no earlier node '\(path.joined(separator: "."))' is known here\(hint)", at: span,
        in: environment)
      return nil
    }
  }

  enum Finding {
    case found(Flow)
    case missing(String)
  }

  func find(_ path: [String], from level: Int, _ environment: Environment) -> Finding {
    var known: [String] = []
    // An item that was handed over sees its own nodes, then those of the place where it was written.
    let own = WritingSite(level: level, edge: environment.edge, stamp: .max)
    for site in [own] + environment.sites {
      if let finding = find(path, from: site, &known) { return finding }
    }
    let outside = (environment.sites.last ?? own).edge > 0 ? "; a block sees its own nodes only" : ""
    let hint = suggestion(for: path[0], among: known.sorted())
    return .missing(hint.isEmpty ? outside : hint)
  }

  /// What a path means on the levels around a place; nil, the names there noted, if its first name is none of them.
  private func find(_ path: [String], from site: WritingSite, _ known: inout [String]) -> Finding? {
    func isSeen(_ entry: Level.Entry) -> Bool { entry.stamp > site.edge && entry.stamp <= site.stamp }
    var current: Int? = site.level
    while let index = current {
      let entries = levels[index].entries
      if let entry = entries[path[0]], isSeen(entry) {
        if entry.isAutomatic {
          return .missing("; it has that name by itself, and references use written names: give it `name:`")
        }
        return descend(path.dropFirst(), from: entry)
      }
      // Collecting all names of a huge level for a suggestion is not worth it.
      if entries.count < 10_000 {
        known += entries.filter { isSeen($0.value) && !$0.value.isAutomatic }.map(\.key)
      }
      current = levels[index].parent
    }
    return nil
  }

  private func descend(_ path: ArraySlice<String>, from entry: Level.Entry) -> Finding {
    guard let name = path.first else { return .found(entry.flow) }
    guard let inner = entry.level, let next = levels[inner].entries[name] else {
      let known = entry.level.map { levels[$0].entries.filter { !$0.value.isAutomatic }.keys.sorted() } ?? []
      return .missing("; there is no '\(name)' in it\(suggestion(for: name, among: known))")
    }
    if next.isAutomatic {
      return .missing("; '\(name)' has that name by itself, and references use written names: give it `name:`")
    }
    return descend(path.dropFirst(), from: next)
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
