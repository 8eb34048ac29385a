/// Items that name others: joins, weights used again, lists written out in place.
extension Author {
  /// Nodes of the height and width that flow here; `input` among them, where it is known.
  private func sources(_ flow: Flow, _ context: Context) -> [Reference] {
    let entry = context.entry.map { [Reference(name: "input", flow: $0)] } ?? []
    return (context.references + entry).filter { $0.flow.size == flow.size && !$0.flow.isVector && !flow.isVector }
  }

  /// A second input of a block for what flows here; nil if there is none.
  mutating func second(_ input: SecondInput, _ flow: Flow, _ context: Context) -> String? {
    let fitting = sources(flow, context).filter { input == .ofSameSize || $0.flow.fits(flow) }
    return fitting.isEmpty ? nil : random.pick(fitting).name
  }

  /// Joins what flows with an earlier node, or goes on from one.
  mutating func reference(_ flow: inout Flow, _ context: inout Context) -> [String] {
    let same = sources(flow, context)
    guard let other = same.isEmpty ? nil : random.pick(same) else { return [preserving(context)] }
    var name = other.name
    let twins = same.filter { $0.name != other.name && $0.flow.fits(other.flow) }
    if !twins.isEmpty, !context.truths.isEmpty, random.once(in: 2) {
      name = "\(name) if \(random.pick(context.truths)) else \(random.pick(twins).name)"
    }
    if random.once(in: 3) {
      flow = other.flow
      return [random.pick(["{from: \(name), identity}", "{from: \(name), relu}", "{from: \(name), batch_norm}"])]
    }
    var here = "prev"
    var items: [String] = []
    if context.canName, random.once(in: 2) {
      here = self.name()
      note(here, flow, &context)
      items = ["{name: \(here), \(random.pick(["identity", "relu"]))}"]
    }
    if other.flow.fits(flow) {
      return items + ["{from: [\(here), \(name)], \(random.pick(["add", "mean", "max", "multiply", "weighted_sum"]))}"]
    }
    (flow.channels, flow.text, flow.growth) = (token(), nil, flow.growth + other.flow.growth)
    let last =
      other.hasMembers && random.once(in: 2) ? "{conv: {out: \(other.name).c + 4, kernel: 1}}" : preserving(context)
    return items + ["{from: [\(here), \(name)], concat}", last]
  }

  /// An earlier item once more, with its weights; nil if there is none that takes what flows or what has a name.
  mutating func share(_ flow: inout Flow, _ context: inout Context) -> String? {
    let references = context.references
    // What keeps the size takes any, unless it looks at something else as well; layers within may follow the size.
    let takesAll = random.once(in: 2)
    func takes(_ sharable: Sharable, _ flow: Flow) -> Bool {
      if sharable.input.fits(flow) { return true }
      return takesAll && sharable.input.size == sharable.output.size && sharable.input.channels == flow.channels
        && !flow.isVector && !sharable.input.isVector
    }
    let fitting = context.sharables.filter { sharable in
      takes(sharable, flow) || references.contains { takes(sharable, $0.flow) }
    }
    guard !fitting.isEmpty else { return nil }
    let sharable = random.pick(fitting)
    let (prefix, name) = named(context, once: 2)
    let sources = references.filter { takes(sharable, $0.flow) }
    let isNamed = !sources.isEmpty && (!takes(sharable, flow) || random.once(in: 2))
    let source = isNamed ? random.pick(sources) : nil
    let start = source?.flow ?? flow
    let copies = sharable.input.fits(sharable.output) && random.once(in: 4) ? "repeat: 2, " : ""
    flow = sharable.output
    if !start.fits(sharable.input) { (flow.size, flow.extent) = (start.size, start.extent) }
    note(name, flow, &context)
    return "{\(prefix)\(source.map { "from: \($0.name), " } ?? "")\(copies)share: \(sharable.name)}"
  }

  /// A list whose items stand in the list around.
  mutating func splice(_ flow: inout Flow, _ context: inout Context, _ depth: Int) -> String {
    if random.once(in: 2), let block = use(&flow, &context, isSpliced: true) { return "{splice: \(block)}" }
    return "{splice: [\(body(&flow, context, depth).joined(separator: ", "))]}"
  }

  /// Maps brought to the size of an earlier node, which is named; nil if there is none, or that would not be wanted here.
  mutating func resized(_ flow: inout Flow, _ context: Context) -> [String]? {
    guard let extent = flow.extent, !flow.isVector, random.once(in: 2) else { return nil }
    let others = context.references.filter { $0.flow.extent != nil && !$0.flow.isVector }
    guard let other = others.isEmpty ? nil : random.pick(others), let size = other.flow.extent else { return nil }
    (flow.size, flow.extent) = (other.flow.size, size)
    let up =
      "{upsample: {like: \(other.name), mode: \(random.pick(["nearest", ["linear", "bilinear", "trilinear"][axes - 1]]))}}"
    // The smaller of height and width may be the other one, so that only interpolation always fits.
    guard extent != size, random.once(in: 2) else { return [up] }
    return [up, "{pad: {like: \(other.name)}}", "{crop: {like: \(other.name)}}"]
  }

  /// Levels whose names count, and a loop that goes back over them; nil where they cannot have names.
  mutating func levels(_ flow: inout Flow, _ context: inout Context) -> [String]? {
    guard context.canName, !context.isNumbered, !flow.isVector else { return nil }
    let count = random.number(2...3)
    let (base, channels) = ("level\(token())_", 4 * random.number(1...3))
    let act = random.pick(["relu", "batch_norm", "{prelu: }"])
    (flow.channels, flow.text, flow.growth) = (token(), String(channels), 1)
    var items = [
      "{for_each: {as: e, rows: \(count), layers: [{name: \(base)$(e.i), conv: {out: \(channels), kernel: 3, padding: half}}, \(act)]}}"
    ]
    context.references += ["\(base)$(\(count) - 1)", "\(base)0"].map { Reference(name: $0, flow: flow) }
    guard random.once(in: 2) else { return items }
    let rows = (0..<count).reversed().map { "{k: \($0)}" }.joined(separator: ", ")
    let (loop, which) = random.pick([("as: d, rows: \(count)", "\(count - 1) - d.i"), ("rows: [\(rows)]", "k")])
    let join = random.pick([
      "{from: [prev, \(base)$(\(which))], concat}, {conv: {out: \(channels), kernel: 1}}",
      "{from: [\(base)$(\(which)), prev], add}, relu",
    ])
    items.append("{for_each: {\(loop), layers: [\(join)]}}")
    return items
  }
}
