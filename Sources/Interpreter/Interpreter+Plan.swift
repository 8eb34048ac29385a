import GraphIR
import Layers
import Runtime
import Tensors

extension Interpreter {
  /// The network as operations for a batch of images, what plans are made from; the values of `taps`, layers by their
  /// paths, become further outputs, in that order.
  ///
  /// - Throws: `InterpreterError.unknownTap` for a path that no layer has, `tooLarge`.
  package func computation(batch: Int, taps: [String] = []) throws(InterpreterError) -> Computation {
    try check([batch] + input, taps: Set(taps))
    return Computation.tracing([[batch] + input]) { inputs, trace in
      var values: [Tensor] = inputs
      var tapped: [String: Tensor] = [:]
      for (index, node) in graph.mainNodes.enumerated() {
        trace.label = Computation.Label(path: node.path, location: location(of: node))
        let tensors = trace.parameters(parameters[index], node.parameters, of: node.path)
        let output = node.layer.forward(node.inputs.map { values[$0.index] }, tensors)
        values.append(output)
        tapped[node.path] = output
      }
      return graph.outputs.map { values[$0.value.index] } + taps.compactMap { tapped[$0] }
    }
  }

  /// The network made ready to run on batches of one size.
  ///
  /// - Throws: `InterpreterError`, also for what `PlanError` says.
  package func plan(
    batch: Int = 1, taps: [String] = [], options: PlanOptions = PlanOptions()
  ) throws(InterpreterError) -> ExecutionPlan {
    let computation = try computation(batch: batch, taps: taps)
    do {
      return try ExecutionPlan(computation, options)
    } catch {
      throw .plan(error)
    }
  }

  private func location(of node: Node) -> String? {
    let file = node.span.source.index
    return graph.files.indices.contains(file) ? "\(graph.files[file]):\(node.span.start.line)" : nil
  }
}
