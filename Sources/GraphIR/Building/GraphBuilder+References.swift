import Diagnostics
import Expressions
import SpecLanguage

/// References to earlier nodes and to what flows in.
extension GraphBuilder {
  /// The value that a reference means; nil, reported, if there is none.
  ///
  /// `previous` is what the item before made, where there is one.
  mutating func lookUp(
    _ reference: Reference, from level: Int, _ environment: Environment, previous: Flow?
  ) -> Flow? {
    switch reference.form {
    case .input:
      return isHidden("input", reference, from: level, environment) ? nil : environment.input
    case .previous:
      guard !isHidden("prev", reference, from: level, environment) else { return nil }
      if let previous { return previous }
      report(
        .unknownReference, "'prev' is what the item before made, and there is none here", at: reference.span,
        in: environment)
      return nil
    case .choice(let chosen, let condition, let otherwise):
      guard let holds = truth(condition, environment, at: level, prev: previous ?? .unknown) else {
        hasFailed = true
        return nil
      }
      return lookUp(holds ? chosen : otherwise, from: level, environment, previous: previous)
    case .path(let path):
      return entry(path, at: reference.span, from: level, environment, previous: previous)?.flow
    }
  }

  /// What the names of a path mean; nil, reported, if they mean nothing.
  private mutating func entry(
    _ templates: [NameTemplate], at span: Span, from level: Int, _ environment: Environment, previous: Flow?
  ) -> Level.Entry? {
    var path: [String] = []
    for template in templates {
      guard let name = text(of: template, environment, at: level, prev: previous ?? .unknown) else {
        hasFailed = true
        return nil
      }
      path.append(name)
    }
    switch find(path, from: level, environment) {
    case .found(let entry): return entry
    case .missing(let hint, let near):
      let later = path.first.flatMap { laterHint(for: $0, after: span) }
      // What is written out and nearly right is mended by the right word.
      let isLiteral = later == nil && path.count == 1 && templates[0].literal != nil
      let fixes = near.flatMap { near in
        isLiteral
          ? [
            Diagnostic.Fix(
              "write '\(near)'", edit: .init(span, replacement: near),
              isUnambiguous: !isMeantBeside(near, than: span, from: level, environment))
          ] : nil
      }
      report(
        .unknownReference, "no earlier node '\(path.joined(separator: ".").shown)' is known here\(later ?? hint)",
        at: span, in: environment, fixes: fixes ?? [])
      return nil
    }
  }

  /// Whether another reference of the same list means a node, or is as likely a misspelled word for it: then a misspelled one
  /// is hardly that node too, for nobody reads one twice, or calls one output by two names.
  private func isMeantBeside(
    _ name: String, than span: Span, from level: Int, _ environment: Environment
  ) -> Bool {
    // Who lists more than this is asked.
    guard referencesBeside.count <= 100 else { return true }
    return referencesBeside.contains { other in
      guard other.span != span, let word = other.literalName else { return false }
      if word == name { return true }
      guard case .missing(_, let near?) = find([word], from: level, environment) else { return false }
      return near == name
    }
  }

  /// The node, list or block that a reference means, rather than its value; nil, reported, if there is none.
  mutating func entry(
    of reference: Reference, from level: Int, _ environment: Environment, previous: Flow
  ) -> Level.Entry? {
    switch reference.form {
    case .path(let path): return entry(path, at: reference.span, from: level, environment, previous: previous)
    case .choice(let chosen, let condition, let otherwise):
      guard let holds = truth(condition, environment, at: level, prev: previous) else {
        hasFailed = true
        return nil
      }
      return entry(of: holds ? chosen : otherwise, from: level, environment, previous: previous)
    case .input, .previous:
      report(
        .unknownReference, "'share' takes the name of an earlier layer, block or list", at: reference.span,
        in: environment)
      return nil
    }
  }

  /// Reports a word that means what flows in where a node has taken it for its name.
  private mutating func isHidden(
    _ word: String, _ reference: Reference, from level: Int, _ environment: Environment
  ) -> Bool {
    guard case .found = find([word], from: level, environment) else { return false }
    let meaning = word == "input" ? "flows into the block or the network" : "the item before made"
    report(
      .reservedName, "'\(word)' is what \(meaning), but a node is called so too; give the node another name",
      at: reference.span, in: environment)
    return true
  }

  enum Finding {
    case found(Level.Entry)
    /// Why there is none, and the one name that is nearly the same.
    case missing(String, near: String? = nil)
  }

  func find(_ path: [String], from level: Int, _ environment: Environment) -> Finding {
    // An item that was handed over sees its own nodes, then those of the place where it was written.
    let own = WritingSite(level: level, edge: environment.edge, stamp: .max)
    if let finding = find(path, from: own) { return finding }
    for site in environment.sites {
      if let finding = find(path, from: site) { return finding }
    }
    if let flow = environment.inputs[path[0]] {
      let entry = Level.Entry(flow: flow, level: nil, span: spec.layersSpan, isAutomatic: false, stamp: 0)
      return path.count == 1
        ? .found(entry) : .missing("; '\(path[0])' is an input of the block, a value without nodes")
    }
    let known =
      ([own] + environment.sites).flatMap { names(seenFrom: $0, areWhole: path.count == 1) } + environment.inputs.keys
    let outside =
      switch (environment.sites.last ?? own).edge {
      case 0: ""
      case Environment.seesNoNode: "; defaults see the model's params, 'input' and 'prev', and no nodes"
      default: "; a block sees its own nodes only"
      }
    guard let near = nearMiss(to: path[0], among: known) else { return .missing(outside) }
    return .missing("; did you mean '\(near.candidate)'?", near: near.isOnly ? near.candidate : nil)
  }

  /// What a path means on the levels around a place; nil if its first name is none of those there.
  private func find(_ path: [String], from site: WritingSite) -> Finding? {
    var current: Int? = site.level
    while let index = current {
      if let entry = levels[index].entries[path[0]], site.sees(entry) {
        if entry.isAutomatic {
          return .missing("; it has that name by itself, and references use written names: give it `name:`")
        }
        return descend(path.dropFirst(), from: entry)
      }
      current = levels[index].parent
    }
    return nil
  }

  /// The names that a reference may have on the levels around a place, as a whole or as its beginning.
  private func names(seenFrom site: WritingSite, areWhole: Bool) -> [String] {
    var names: [String] = []
    var current: Int? = site.level
    while let index = current {
      // Collecting all names of a huge level for a suggestion is not worth it.
      if levels[index].entries.count < 10_000 {
        names += levels[index].entries.names { site.sees($0) && $0.isReferable(at: areWhole) }
      }
      current = levels[index].parent
    }
    return names
  }

  private func descend(_ path: ArraySlice<String>, from entry: Level.Entry) -> Finding {
    guard let name = path.first else {
      return entry.isOpen
        ? .missing("; the node of that name has this item within it, so it has no value yet") : .found(entry)
    }
    guard let inner = entry.level, let next = levels[inner].entries[name] else {
      let known =
        entry.level.map { inner in
          levels[inner].entries.names { $0.isReferable(at: path.count == 1) }
        } ?? []
      return .missing("; there is no '\(name)' in it\(suggestion(for: name, among: known))")
    }
    if next.isAutomatic {
      return .missing("; '\(name)' has that name by itself, and references use written names: give it `name:`")
    }
    return descend(path.dropFirst(), from: next)
  }
}
