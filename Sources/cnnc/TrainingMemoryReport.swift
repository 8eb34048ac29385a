import GraphIR
import Interpreter
import Recipes
import Reports
import Runtime
import Tensors
import Training
import TrainingRuns

/// What `cnnc check --train` says of a step of training: its memory, and the largest batch that fits into some.
///
/// It is the step of the spec's recipe, and of its stages the one that takes most; without a recipe one as `cnnc bench --train`
/// measures it.
struct TrainingMemoryReport {
  private let graph: Graph
  private let stages: [Recipe]
  private let hasRecipe: Bool
  private let options: PlanOptions
  private let placeholders: [String: Tensor]

  /// - Parameter recipe: nil for the standard of `cnnc bench --train`.
  init(_ graph: Graph, _ recipe: Recipe?, _ use: MemoryUse) {
    self.graph = graph
    options = PlanOptions(recomputes: use == .low)
    hasRecipe = recipe != nil
    var standard = Recipe(RecipeSettings())
    standard.optimizer = TrainingBench.settings.optimizer
    standard.batch = 1
    standard.objective = .standard(for: graph.scores)
    stages = recipe?.stages ?? [standard]
    placeholders = graph.placeholders
  }

  /// The report for a batch, nil for the recipe's own; with `limit`, in bytes, also the largest batch that fits.
  ///
  /// - Throws: `InterpreterError`, `GradientError` or `TrainingRunError` if there is no such step.
  func text(batch: Int?, limit: Int?) throws -> String {
    let steps = try stages.map { try step(of: $0, batch: batch ?? $0.batch, isChecked: true) }
    let place = steps.indices.max { steps[$0].total < steps[$1].total } ?? 0
    let (memory, parts) = (steps[place], stages[place].accumulation)
    let images = batch ?? stages[place].batch
    let arena = memory.arena
    func row(_ name: String, _ bytes: Int) -> String {
      "  " + name + String(repeating: " ", count: max(1, 22 - name.count)) + NumberText.bytes(bytes) + "\n"
    }
    var text = "\(graph.name): a step of training on \(images == 1 ? "1 image" : "\(images) images"), "
    if parts > 1 { text += "of which \(images / parts) at once, " }
    if hasRecipe { text += "by the spec's recipe\(stages.count > 1 ? ", stage \(place + 1)" : ""), " }
    text += "\(options.threads ?? ThreadCount.standard) threads"
    text += options.recomputes ? ", with --memory low\n" : "\n"
    text += row("parameters", memory.parameters) + row("optimizer", memory.kept) + row("batch", memory.batch)
    text += row("arena", arena.bytes) + row("total", memory.total)
    if let layer = arena.fullest {
      let pass = layer.pass == .forward ? "forward" : layer.pass == .backward ? "backward" : "at the update"
      text += "  The arena is fullest \(pass) in '\(layer.path)'\(layer.location.map { " (\($0))" } ?? ""): "
      text += "values \(NumberText.bytes(arena.values)), gradients of parameters \(NumberText.bytes(arena.gradients)), "
      text += "kernels \(NumberText.bytes(arena.scratch)).\n"
    }
    if let limit {
      let largest = try largestBatch(within: limit)
      text +=
        "  " + (largest == 0 ? "No batch fits" : "The largest batch that fits") + " into \(NumberText.bytes(limit))"
      text += largest == 0 ? ".\n" : ": \(largest).\n"
    }
    return text
  }

  /// Larger batches are nobody's.
  private static let most = 1 << 16

  /// The largest batch, or part of one where it comes in parts, of which a step takes no more bytes; 0 if none does.
  private func largestBatch(within limit: Int) throws -> Int {
    func fits(_ batch: Int) throws -> Bool {
      do {
        return try stages.allSatisfy { try step(of: $0, batch: batch * $0.accumulation).total <= limit }
      } catch InterpreterError.plan(.tooLarge), InterpreterError.plan(.outOfMemory), InterpreterError.tooLarge {
        return false
      }
    }
    guard try fits(1) else { return 0 }
    var (fitting, failing) = (1, 2)
    while failing <= Self.most, try fits(failing) { (fitting, failing) = (failing, 2 * failing) }
    while failing - fitting > 1, failing <= Self.most {
      let middle = (fitting + failing) / 2
      if try fits(middle) { fitting = middle } else { failing = middle }
    }
    return fitting
  }

  /// The memory of a step of a recipe.
  private func step(of recipe: Recipe, batch: Int, isChecked: Bool = false) throws -> TrainingMemory {
    var recipe = recipe
    recipe.batch = batch
    let (network, trained, settings) = try computation(of: recipe)
    if isChecked { try TrainingBench.check(trained, of: graph) }
    do throws(PlanError) {
      return try TrainingMemory(trained, of: network, settings: settings, options)
    } catch {
      throw InterpreterError.plan(error)
    }
  }

  /// What a step is computed on, the step, and what it moves.
  private func computation(of recipe: Recipe) throws -> (Computation, TrainedComputation, TrainingSettings) {
    let images = recipe.batch / recipe.accumulation
    // Networks that no data set is for, whose steps are those of code.
    if TrainableNetwork.misfit(graph) != nil {
      let network = try Interpreter(graph, parameters: placeholders).computation(batch: images)
      let (labels, settings) = (TrainingBench.labelShape(of: network), TrainingBench.settings)
      return (
        network, try TrainedComputation(network, loss: .crossEntropy(), labels: labels, settings: settings), settings
      )
    }
    let trainable = try TrainableNetwork(graph, recipe)
    let whole = try trainable.computation(images: images, parameters: placeholders)
    // What is frozen runs before, without anything that is kept for a way back.
    let part = trainable.settings.split(whole)?.rest ?? whole
    return (part, try trainable.trained(part, images: images), trainable.settings)
  }
}

/// Memory for tensors of which only the shapes matter.
///
/// Unchecked because nobody reads or writes it.
private final class UnreadMemory: LendingMemory, @unchecked Sendable {
  let elements: UnsafeMutableBufferPointer<Float>

  init(count: Int) { elements = .allocate(capacity: count) }

  deinit { elements.deallocate() }

  func forget(_ bytes: UnsafeRawBufferPointer) {}
}

extension Graph {
  /// Tensors of the parameters' shapes, whose numbers nobody may read: all lie in one memory that is never touched.
  fileprivate var placeholders: [String: Tensor] {
    let all = nodes.flatMap { node in node.parameters.map { (tensorName($0, of: node), $0.shape) } }
    let memory = UnreadMemory(count: all.map { $1.saturatingProduct }.max() ?? 0)
    return all.reduce(into: [:]) { result, parameter in
      let elements = UnsafeBufferPointer(rebasing: memory.elements[..<parameter.1.saturatingProduct])
      result[parameter.0] = Tensor(borrowing: elements, of: memory, shape: parameter.1)
    }
  }
}
