import GraphIR
import Interpreter
import Reports
import Runtime
import Tensors
import Training

/// What `cnnc check --train` says of a step of training: its memory, and the largest batch that fits into some.
struct TrainingMemoryReport {
  private let graph: Graph
  private let settings: TrainingSettings
  private let options: PlanOptions

  /// Of a step as `cnnc bench --train` measures it.
  init(_ graph: Graph, _ use: MemoryUse) {
    self.graph = graph
    options = PlanOptions(recomputes: use == .low)
    settings = TrainingBench.settings
  }

  /// The report for a batch; with `limit`, in bytes, also the largest batch that fits.
  ///
  /// - Throws: `InterpreterError` or `GradientError` if there is no such step.
  func text(batch: Int, limit: Int?) throws -> String {
    let memory = try memory(batch: batch)
    let arena = memory.arena
    func row(_ name: String, _ bytes: Int) -> String {
      "  " + name + String(repeating: " ", count: max(1, 22 - name.count)) + NumberText.bytes(bytes) + "\n"
    }
    var text = "\(graph.name): a step of training on \(batch == 1 ? "1 image" : "\(batch) images"), "
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

  /// The largest batch of which a step takes no more bytes; 0 if none does.
  private func largestBatch(within limit: Int) throws -> Int {
    func fits(_ batch: Int) throws -> Bool {
      do {
        return try memory(batch: batch).total <= limit
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

  private func memory(batch: Int) throws -> TrainingMemory {
    let network = try Interpreter(graph, parameters: graph.placeholders).computation(batch: batch)
    let labels = TrainingBench.labelShape(of: network)
    let trained = try TrainedComputation(network, loss: .crossEntropy(), labels: labels, settings: settings)
    do throws(PlanError) {
      return try TrainingMemory(trained, of: network, settings: settings, options)
    } catch {
      throw InterpreterError.plan(error)
    }
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
    let all = mainNodes.flatMap { node in node.parameters.map { (tensorName($0, of: node), $0.shape) } }
    let memory = UnreadMemory(count: all.map { $1.saturatingProduct }.max() ?? 0)
    return all.reduce(into: [:]) { result, parameter in
      let elements = UnsafeBufferPointer(rebasing: memory.elements[..<parameter.1.saturatingProduct])
      result[parameter.0] = Tensor(borrowing: elements, of: memory, shape: parameter.1)
    }
  }
}
