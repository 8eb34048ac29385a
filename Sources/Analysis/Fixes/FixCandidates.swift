import Diagnostics
import GraphIR
import Layers
import Shapes
import SpecLanguage

/// The changes that come to mind for each kind of fault, cheapest first.
extension FixContext {
  func candidates(for fault: ShapeFault) -> [FixCandidate] {
    var result: [FixCandidate] =
      switch fault.id {
      case .residualMismatch: residualCandidates(fault)
      case .wrongRank: insertionCandidates(fault)
      case .kernelExceedsInput, .emptyOutput, .padding: windowCandidates(fault)
      case .notDivisible: divisorCandidates(fault)
      case .joinMismatch, .gateMismatch: joinCandidates(fault)
      case .expectation: expectationCandidates(fault)
      default: []
      }
    var seen: Set<Diagnostic.Edit> = []
    result = result.filter { seen.insert($0.edit).inserted }
    return result.enumerated().sorted { ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset) }.map(\.element)
  }

  /// A candidate that sets one field of a node.
  func setting(_ field: String, _ text: String, of node: Node, cost: Int) -> FixCandidate? {
    guard has(field, node), let edit = setting(field, of: node, to: text) else { return nil }
    let before = value(of: field, in: node).map { " instead of \($0)" } ?? ""
    return FixCandidate(
      description: "\(field): \(text)\(before) in \(node.keyword) \(node.path) (line \(node.span.start.line))",
      edit: edit,
      cost: cost)
  }

  // MARK: Residuals

  private func residualCandidates(_ fault: ShapeFault) -> [FixCandidate] {
    guard let item = item(at: fault.item), fault.shapes.count == 2 else { return [] }
    let (body, shortcut) = (fault.shapes[0], fault.shapes[1])
    var result: [FixCandidate] = []
    for name in ["downsample", "shortcut", "projection"] {
      let text = "{name: \(name), project: \(projection(for: item))}"
      guard let edit = settingShortcut(of: item, to: text) else { continue }
      let stride =
        GraphBuilder.stride(from: shortcut.height, to: body.height).map { $0 > 1 ? " stride-\($0)" : "" } ?? ""
      result.append(
        FixCandidate(
          description: "shortcut: \(text)",
          remark: "inserts a 1×1\(stride) \(shortcut.channels)→\(body.channels) projection", edit: edit,
          family: "projection", cost: 1))
    }
    let bodyNodes = upstream(of: [fault.inputs[0]], limit: 12).filter {
      attempt.scopes.isWithin($0.node.scope, fault.scope)
    }
    for (node, distance) in bodyNodes {
      if value(of: "stride", in: node) != .size(.one) {
        result += [setting("stride", "1", of: node, cost: 4 + distance)].compactMap { $0 }
      }
      if body.channels != shortcut.channels, let channels = shortcut.channels.value {
        result += [setting("out", "\(channels)", of: node, cost: 3 + distance)].compactMap { $0 }
      }
      if body.height != shortcut.height {
        result += [setting("padding", "half", of: node, cost: 3 + distance)].compactMap { $0 }
      }
    }
    return result
  }

  /// What a projection is made of here: the file's own convolution with norm, or one that suits the body.
  private func projection(for item: Item) -> String {
    let blocks = spec.blocks.values.filter { block in
      block.form == .list && block.parameters.contains { $0.name == "out" }
        && block.parameters.allSatisfy { $0.defaultValue != nil || ["out", "stride"].contains($0.name) }
        && block.layers.allSatisfy { [Conv.keyword, BatchNorm.keyword].contains($0.word) }
    }
    if let block = blocks.map(\.name).min() { return block }
    let hasNorm = item.directItems.contains { $0.word == BatchNorm.keyword }
    return hasNorm ? "[conv: {bias: false}, batch_norm]" : "conv"
  }

  // MARK: Rank

  private func insertionCandidates(_ fault: ShapeFault) -> [FixCandidate] {
    guard let item = item(at: fault.item), fault.shapes.first?.rank == 3 else { return [] }
    let line = item.operationSpan.start.line
    return [(["flatten"], 1), (["global_avg_pool", "flatten"], 2)].map { layers, cost in
      FixCandidate(
        description: "put \(layers.joined(separator: " and ")) before \(item.word) (line \(line))",
        edit: inserting(layers, before: item), cost: cost)
    }
  }

  // MARK: Windows

  private func windowCandidates(_ fault: ShapeFault) -> [FixCandidate] {
    guard let item = item(at: fault.item), case .layer(let call) = item.operation, let shape = fault.shapes.first else {
      return []
    }
    var result: [FixCandidate] = []
    func own(_ field: String, _ text: String, cost: Int) {
      guard LayerRegistry.declaration(call.keyword)?.field(named: field) != nil,
        let edit = setting(field, to: text, at: item, call, scope: fault.scope)
      else { return }
      result.append(
        FixCandidate(
          description: "\(field): \(text) in \(call.keyword) (line \(item.operationSpan.start.line))", edit: edit,
          cost: cost))
    }
    own("padding", "half", cost: 1)
    if fault.id == .padding { own("padding", "valid", cost: 2) }
    if let height = shape.height.value, let width = shape.width.value, fault.id != .padding {
      own("kernel", height == width ? "\(height)" : "[\(height), \(width)]", cost: 2)
    }
    for (node, distance) in upstream(of: fault.inputs, limit: 24) {
      if case .size(let stride)? = value(of: "stride", in: node), stride != .one {
        result += [setting("stride", "1", of: node, cost: 4 + distance)].compactMap { $0 }
      }
      result += [setting("padding", "half", of: node, cost: 5 + distance)].compactMap { $0 }
    }
    return result
  }

  private func setting(_ field: String, to text: String, at item: Item, _ call: LayerCall, scope: Int) -> Diagnostic
    .Edit?
  {
    setting(field, to: text, in: item, arguments: call.arguments, written: call.written, scope: scope)
  }

  // MARK: Groups

  private func divisorCandidates(_ fault: ShapeFault) -> [FixCandidate] {
    guard let item = item(at: fault.item), case .layer(let call) = item.operation,
      let channels = fault.shapes.first?.channels.value, channels <= 1 << 20
    else { return [] }
    func number(_ field: String) -> Int? {
      guard case .expression(let expression)? = call.arguments.first(where: { $0.name == field })?.value.form,
        case .int(let number)? = expression.literal
      else { return nil }
      return number
    }
    var result: [FixCandidate] = []
    func own(_ field: String, _ value: Int, from old: Int, cost: Int) {
      guard value > 0, value != old, let edit = setting(field, to: "\(value)", at: item, call, scope: fault.scope)
      else { return }
      result.append(
        FixCandidate(
          description:
            "\(field): \(value) instead of \(old) in \(call.keyword) (line \(item.operationSpan.start.line))",
          edit: edit,
          cost: cost))
    }
    guard let groups = number("groups"), groups > 0 else { return [] }
    let out = number("out") ?? channels
    if !out.isMultiple(of: groups) {
      let lower = out / groups * groups
      own("out", lower, from: out, cost: out - lower <= groups / 2 ? 1 : 2)
      own("out", lower + groups, from: out, cost: out - lower <= groups / 2 ? 2 : 1)
    }
    let shared = (1...min(channels, 4096)).filter { channels.isMultiple(of: $0) && out.isMultiple(of: $0) }
    for divisor in shared.sorted(by: { abs($0 - groups) < abs($1 - groups) }).prefix(2) {
      own("groups", divisor, from: groups, cost: 2)
    }
    if !channels.isMultiple(of: groups) {
      for (node, distance) in upstream(of: fault.inputs, limit: 6) {
        for value in [channels / groups * groups, (channels / groups + 1) * groups] where value > 0 {
          result += [setting("out", "\(value)", of: node, cost: 3 + distance)].compactMap { $0 }
        }
      }
    }
    return result
  }

  // MARK: Joins

  private func joinCandidates(_ fault: ShapeFault) -> [FixCandidate] {
    var result: [FixCandidate] = []
    for (value, shape) in zip(fault.inputs, fault.shapes) {
      for other in Set(fault.shapes) where other != shape {
        for (node, distance) in upstream(of: [value], limit: 6) {
          result += adjusting(node, from: shape, to: other, cost: 1 + distance)
        }
      }
    }
    return result
  }

  /// Changes of a node that may turn one shape at its end into another.
  private func adjusting(_ node: Node, from shape: Shape, to wanted: Shape, cost: Int) -> [FixCandidate] {
    var result: [FixCandidate?] = []
    if shape.channels != wanted.channels, let channels = wanted.channels.value {
      result.append(setting("out", "\(channels)", of: node, cost: cost))
    }
    if shape.isMaps, wanted.isMaps, shape.height != wanted.height || shape.width != wanted.width {
      result.append(setting("padding", "half", of: node, cost: cost))
      result.append(setting("padding", "valid", of: node, cost: cost + 2))
      for stride in 1...4 where value(of: "stride", in: node) != .size(Size2D(stride)) {
        result.append(setting("stride", "\(stride)", of: node, cost: cost + 1))
      }
    }
    return result.compactMap { $0 }
  }

  // MARK: Expectations

  private func expectationCandidates(_ fault: ShapeFault) -> [FixCandidate] {
    guard let expected = fault.expected else { return [] }
    var result: [FixCandidate] = []
    for (node, distance) in upstream(of: fault.inputs, limit: 24) {
      if let shape = fault.shapes.first, shape.rank == expected.rank, shape.isMaps {
        result += adjusting(node, from: shape, to: expected, cost: 1 + distance)
        continue
      }
      for stride in 1...4 where value(of: "stride", in: node) != .size(Size2D(stride)) {
        result += [setting("stride", "\(stride)", of: node, cost: 1 + distance)].compactMap { $0 }
      }
      for padding in ["half", "valid", "1", "2"] where value(of: "padding", in: node)?.description != padding {
        result += [setting("padding", padding, of: node, cost: 3 + distance)].compactMap { $0 }
      }
      if node.layer.reach(over: node.output) != .pointwise, case .size(let kernel)? = value(of: "kernel", in: node) {
        for size in [kernel.height - 1, kernel.height + 1, 3, 5] where size > 0 && Size2D(size) != kernel {
          result += [setting("kernel", "\(size)", of: node, cost: 4 + distance)].compactMap { $0 }
        }
      }
      if case .word("floor")? = value(of: "round", in: node) {
        result += [setting("round", "ceil", of: node, cost: 3 + distance)].compactMap { $0 }
      }
    }
    return result + forgottenPools(fault, expected)
  }

  /// A pool after each row of a table, or one of the size that is expected.
  private func forgottenPools(_ fault: ShapeFault, _ expected: Shape) -> [FixCandidate] {
    var result: [FixCandidate] = []
    for loop in loops {
      guard let last = loop.layers.last else { continue }
      let line = last.operationSpan.start.line
      result.append(
        FixCandidate(
          description: "put max_pool: {kernel: 2} after \(last.word) (line \(line)), at the end of each row",
          edit: appending("max_pool: {kernel: 2}", after: last), cost: 6))
    }
    guard let features = expected.values?.first, expected.rank == 1,
      let flatten = upstream(of: fault.inputs, limit: 6).first(where: { $0.node.layer is Flatten })?.node,
      let item = item(at: flatten.span), let channels = attempt.shape(of: flatten.inputs[0])?.channels.value,
      channels > 0,
      features.isMultiple(of: channels)
    else { return result }
    let area = features / channels
    for side in 1...min(256, max(1, area)) where side * side == area {
      result.append(
        FixCandidate(
          description: "put adaptive_avg_pool: {size: \(side)} before flatten (line \(item.operationSpan.start.line))",
          edit: inserting(["adaptive_avg_pool: {size: \(side)}"], before: item), cost: 8))
    }
    return result
  }
}

extension BuildAttempt {
  /// The shape of a value, if a node makes it.
  func shape(of value: ValueID) -> Shape? { value.node.flatMap { nodes.indices.contains($0) ? nodes[$0].output : nil } }
}

extension [Scope] {
  /// Whether a scope lies in another.
  func isWithin(_ inner: Int, _ outer: Int) -> Bool {
    var current: Int? = inner
    while let id = current, indices.contains(id) {
      if id == outer { return true }
      current = self[id].parent
    }
    return false
  }
}
