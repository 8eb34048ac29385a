import GraphIR
import Layers

/// Attempts: what is tried first may fail, or turn out to make other layers, and something plainer takes its place.
extension TypeBuilder {
  /// Carries out what may throw, and takes back what it has changed if it does.
  func attempt<Result>(
    _ lists: [Sample] = [], loop: LoopContext? = nil, _ body: () throws(BuildFault) -> Result
  ) throws(BuildFault) -> Result {
    let (parameters, names, strides) = (type.parameters, parameterNames, self.strides)
    var changed = samples + lists
    var loops: [(LoopContext, LoopContext.Table)] = []
    var context = loop
    while let current = context {
      loops.append((current, current.table))
      changed += current.rounds.map(\.sample)
      context = current.outer
    }
    let variables = changed.map(\.own)
    do {
      return try body()
    } catch {
      (type.parameters, parameterNames, self.strides) = (parameters, names, strides)
      for (context, table) in loops { context.table = table }
      for (sample, own) in zip(changed, variables) { sample.own = own }
      throw error
    }
  }

  /// Carries a module's initializer out on paper in each use that has it.
  ///
  /// - Throws: `BuildFault.unlike` if other layers would come of it than the graph has.
  func verify(_ property: TypeBlueprint.Property, _ members: [Int: Int]) throws(BuildFault) {
    for (use, id) in members.sorted(by: { $0.key < $1.key }) {
      let problem = Verification.problem(
        in: property, samples[use].bindings, path: graph.scopes[scopes[use]].path,
        types: blueprints.types, nodes: graph.nodes[blueprints.ranges[id] ?? 0..<0], blueprints.graphIndex)
      if let problem { throw .unlike(problem) }
    }
  }
}
