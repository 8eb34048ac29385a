import GraphIR
import Layers
import Runtime
import Tensors

extension Interpreter {
  /// The network as operations for a batch of images, what plans are made from; the values of `taps`, layers by their
  /// paths, become further outputs, in that order, behind those of the heads.
  ///
  /// - Throws: `InterpreterError.unknownTap` for a path that no layer has, `tooLarge`.
  package func computation(batch: Int, taps: [String] = []) throws(InterpreterError) -> Computation {
    let shapes = inputs.map { [batch] + $0 }
    try check(shapes, taps: Set(taps))
    return Computation.tracing(shapes) { inputs, trace in
      var values = ValueTable<Tensor?>(repeating: nil, for: graph, nodes: nodes.count)
      for (position, input) in inputs.enumerated() { values[.input(position)] = input }
      var tapped: [String: Tensor] = [:]
      for (index, node) in nodes.enumerated() {
        trace.label = Computation.Label(path: node.path, location: graph.location(of: node.span))
        let owner = graph.owner(of: node).path
        let tensors = trace.parameters(parameters[index], node.parameters, of: owner)
        let output = node.layer.output(node.inputs.compactMap { values[$0] }, tensors)
        values[.output(ofNode: index)] = output
        tapped[node.path] = output
      }
      return outputs.compactMap { values[$0] } + taps.compactMap { tapped[$0] }
    }
  }

  /// What one node computes of batches of the given shapes; nil for a node that is not run.
  package func computation(ofNode id: Int, from shapes: [[Int]]) -> Computation? {
    guard let index = nodes.firstIndex(where: { $0.id == id }) else { return nil }
    let node = nodes[index]
    return Computation.tracing(shapes) { inputs, trace in
      [node.layer.output(inputs, trace.parameters(parameters[index], node.parameters, of: graph.owner(of: node).path))]
    }
  }

  /// The network made ready to run on batches of one size.
  ///
  /// - Throws: `InterpreterError`, also for what `PlanError` says; memory for a run's inputs and outputs is asked for too.
  package func plan(
    batch: Int = 1, taps: [String] = [], options: PlanOptions = PlanOptions()
  ) throws(InterpreterError) -> ExecutionPlan {
    let computation = try computation(batch: batch, taps: taps)
    do {
      let plan = try ExecutionPlan(computation, options)
      try plan.requireRunMemory()
      return plan
    } catch {
      throw .plan(error)
    }
  }
}
