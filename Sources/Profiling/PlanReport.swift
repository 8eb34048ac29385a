import GraphIR
import Reports
import Runtime
import Tensors

/// A plan for people to read: its steps, and what lies where in the arena.
package enum PlanReport {
  private static let width = 150

  /// The plan under a heading: a table of steps, a table of the arena with each buffer's lifetime, and the totals.
  package static func text(_ plan: ExecutionPlan, title: String) -> String {
    let steps = plan.listing
    let threads = plan.threads == 1 ? "1 thread" : "\(plan.threads) threads"
    var text = "\(title)\n\(steps.count) steps, \(threads), \(plan.instructionSet.rawValue)\n\n"
    text += stepTable(steps) + "\n" + arenaTable(plan, steps) + "\n"
    let macs = steps.reduce(0) { $0 + $1.macs }
    let buffers = plan.arenaListing.reduce(0) { $0 + $1.bytes }
    if let rounds = plan.roundListing {
      let images = rounds.images == 1 ? "1 image" : "\(rounds.images) images"
      text += "rounds   steps 0–\(rounds.steps - 1) run \(rounds.count) times for \(images), the rest for all at once\n"
    }
    text += "MACs     \(Totals.grouped(macs))\n"
    text += "weights  \(NumberText.bytes(plan.weightBytes)), packed\n"
    text += "arena    \(NumberText.bytes(plan.arenaBytes)) for buffers of \(NumberText.bytes(buffers))\n"
    return text
  }

  /// What each pass of the planner made of a network's operations, under a heading; passes that changed nothing are named.
  package static func passes(_ plan: ExecutionPlan, title: String) -> String {
    var text = "\(title)\n"
    var before: [String] = []
    for pass in plan.passes {
      let count = pass.nodes.count == 1 ? "1 operation" : "\(pass.nodes.count) operations"
      text += "\n\(pass.name): " + (pass.nodes == before ? "no change\n" : "\(count)\n")
      if pass.nodes != before { text += pass.nodes.map { "  \($0)\n" }.joined() }
      before = pass.nodes
    }
    return text
  }

  private static func stepTable(_ steps: [PlannedStep]) -> String {
    var table = TextTable(
      headings: ["step", "kernel", "layers", "output", "MACs", "weights", "scratch", "reads", "writes"],
      isNumeric: [true, false, false, false, true, true, true, false, false])
    for (index, step) in steps.enumerated() {
      table.add([
        String(index), step.kernel, LayerNames.text(step.layers), LayerNames.shape(step.shape),
        step.macs > 0 ? Totals.grouped(step.macs) : "", step.weightBytes > 0 ? NumberText.bytes(step.weightBytes) : "",
        step.scratchBytes > 0 ? NumberText.bytes(step.scratchBytes) : "", step.inputs.joined(separator: ", "),
        step.output,
      ])
    }
    table.addRule()
    table.shrink(2, to: width, minimum: 24)
    return table.render(Paint(isColored: false))
  }

  private static func arenaTable(_ plan: ExecutionPlan, _ steps: [PlannedStep]) -> String {
    var table = TextTable(
      headings: ["arena", "size", "steps", "lifetime", "holds"], isNumeric: [true, true, false, false, false])
    for memory in plan.arenaListing {
      let (first, last) = (memory.lifetime.lowerBound, memory.lifetime.upperBound)
      table.add([
        "@\(memory.offset)", NumberText.bytes(memory.bytes), first == last ? "\(first)" : "\(first)–\(last)",
        strip(memory.lifetime, of: steps.count), holder(of: memory, steps),
      ])
    }
    table.addRule()
    return table.render(Paint(isColored: false))
  }

  private static func holder(of memory: PlannedMemory, _ steps: [PlannedStep]) -> String {
    guard let last = memory.writers.last else { return "scratch of step \(memory.lifetime.lowerBound)" }
    let step = steps[last]
    let name = step.layers.last?.path ?? step.kernel
    let parts = memory.writers.count
    return parts > 1 ? "\(name), and \(parts - 1) more that write there" : name
  }

  /// The lifetime as a bar: a cell stands for the same number of steps everywhere.
  private static func strip(_ lifetime: ClosedRange<Int>, of steps: Int) -> String {
    let cells = min(40, steps)
    return String(
      (0..<cells).map { cell -> Character in
        let covered = cell * steps / cells..<max(cell * steps / cells + 1, (cell + 1) * steps / cells)
        return covered.overlaps(Range(lifetime)) ? "█" : "·"
      })
  }
}

/// Layers and shapes as reports name them.
enum LayerNames {
  /// `layer1.0.conv1 + bn1 + relu1`: paths without the first one's level of names.
  static func text(_ labels: [Computation.Label]) -> String {
    guard let first = labels.first?.path else { return "" }
    let level = first.lastIndex(of: ".").map { first[...$0] } ?? ""
    let rest = labels.dropFirst().map { $0.path.hasPrefix(level) ? String($0.path.dropFirst(level.count)) : $0.path }
    return ([first] + rest).joined(separator: " + ")
  }

  /// `64×112×112`, the batch in front where there is more than one image.
  static func shape(_ shape: [Int]) -> String {
    (shape.first == 1 ? shape.dropFirst() : shape[...]).map(String.init).joined(separator: "×")
  }
}
