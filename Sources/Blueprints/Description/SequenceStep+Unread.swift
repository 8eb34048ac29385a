import Layers

extension Construction {
  /// The same without variables and columns of tables that nothing reads.
  var withoutUnread: Construction {
    switch self {
    case .layer, .type: return self
    case .array(let element, let count, let index): return .array(element.withoutUnread, count: count, index: index)
    case .sequence(var steps):
      while let less = steps.withoutUnreadOnce { steps = less }
      return .sequence(steps)
    }
  }
}

extension [SequenceStep] {
  /// The steps without what nothing reads now; nil if there is no such thing.
  fileprivate var withoutUnreadOnce: [SequenceStep]? {
    let read = variablesRead
    let result = keeping(read)
    return result == self ? nil : result
  }

  /// The names that are read; a variable that only its own new value is made of is not.
  fileprivate var variablesRead: Set<String> {
    reduce(into: []) { result, step in
      switch step {
      case .append(let construction, let name, _):
        result.formUnion(construction.variablesRead.union(name?.number?.variables ?? []))
      case .condition(let term, let steps): result.formUnion(term.variables.union(steps.variablesRead))
      case .loop(let loop): result.formUnion(loop.body.variablesRead.union(loop.count.variables))
      case .declare(_, let term): result.formUnion(term.variables)
      case .assign(let name, let term): result.formUnion(term.variables.subtracting([name]))
      }
    }
  }

  /// The steps without declarations, assignments and columns of other names.
  private func keeping(_ names: Set<String>) -> [SequenceStep] {
    compactMap { step in
      switch step {
      case .append(.sequence(let steps), let name, let comment):
        return .append(.sequence(steps.keeping(names)), name: name, comment: comment)
      case .append: return step
      case .condition(let term, let steps):
        let kept = steps.keeping(names)
        return kept.isEmpty ? nil : .condition(term, kept)
      case .loop(var loop):
        loop.columns.removeAll { !names.contains($0.name) }
        loop.body = loop.body.keeping(names)
        return .loop(loop)
      case .declare(let name, _), .assign(let name, _): return names.contains(name) ? step : nil
      }
    }
  }
}

extension Construction {
  fileprivate var variablesRead: Set<String> {
    switch self {
    case .layer, .type: variables
    case .array(let element, let count, _): element.variablesRead.union(count.variables)
    case .sequence(let steps): steps.variablesRead
    }
  }
}
