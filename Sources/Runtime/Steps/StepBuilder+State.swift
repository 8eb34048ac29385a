import Kernels
import Tensors

// Steps that move the state in training.
extension StepBuilder {
  /// The steps of the computation, and between them those that move the state: each straight behind the last that makes
  /// what it reads, or reads what it changes, so that a gradient's memory is free soon.
  func drafts(moving moves: StateMoves) -> [StepDraft] {
    var makers: [Computation.Value: Int] = [:]
    // The last step that touches a tensor of the state, and the last that changes it.
    var (touched, changed) = ([StateTensor: Int](), [StateTensor: Int]())
    for (index, draft) in drafts.enumerated() {
      for write in draft.writes { write.operand.value.map { makers[placement.slot(of: $0).root] = index } }
      for case .shared(let tensor) in draft.reads { touched[tensor] = index }
    }
    var due: [Int: [StepDraft]] = [:]
    for step in moves.steps {
      var after = -1
      for case .value(let value) in step.reads {
        after = max(after, makers[placement.slot(of: graph.kept[value] ?? value).root] ?? -1)
      }
      for case .state(let tensor) in step.reads { after = max(after, changed[tensor] ?? -1) }
      for tensor in step.writes { after = max(after, touched[tensor] ?? -1) }
      for case .state(let tensor) in step.reads { touched[tensor] = max(after, touched[tensor] ?? -1) }
      for tensor in step.writes { (touched[tensor], changed[tensor]) = (after, after) }
      due[after, default: []].append(draft(of: step, moves))
    }
    return (due[-1] ?? []) + drafts.enumerated().flatMap { [$1] + (due[$0] ?? []) }
  }

  private func draft(of step: StateStep, _ moves: StateMoves) -> StepDraft {
    let reads = step.reads.map { operand -> StepDraft.Operand in
      switch operand {
      case .value(let value): .value(graph.kept[value] ?? value)
      case .input(let index): .input(index)
      case .state(let tensor): .shared(tensor)
      }
    }
    let count = step.writes.reduce(0) { $0 + (moves.directory.places[$1]?.count ?? 0) }
    return StepDraft(
      kernel: step.kernel, reads: reads, writes: step.writes.map { StepDraft.Write(operand: .shared($0)) },
      labels: step.label.map { [$0.in(.update)] } ?? [], shape: [count])
  }

  /// What is wrong with how the steps move the state: a parameter that a step reads after it has moved, or that does not
  /// move exactly once, or something that is read before a step of the run has written it. Nothing, unless the planner made
  /// a mistake.
  func stateFaults(in drafts: [StepDraft]) -> [String] {
    guard let moves else { return [] }
    var faults: [String] = []
    var changed: [StateTensor: Int] = [:]
    // What is kept beside parameters, and written by a step that does not read it, is of this run.
    var fresh: Set<StateTensor> = []
    for case .shared(let tensor) in drafts.flatMap({ draft in
      draft.writes.map(\.operand).filter { !draft.reads.contains($0) }
    }) where tensor.slot != nil { fresh.insert(tensor) }
    for (index, draft) in drafts.enumerated() {
      func report(_ tensor: StateTensor, _ fault: String) {
        faults.append("step \(index) (\(draft.kernel.name)) \(fault) '\(tensor.path)'")
      }
      for case .shared(let tensor) in draft.reads {
        if moves.directory.places[tensor] == nil { report(tensor, "reads what the state lacks,") }
        if tensor.slot == nil, changed[tensor] != nil { report(tensor, "reads, after it has moved,") }
        if fresh.contains(tensor), changed[tensor] == nil { report(tensor, "reads before it is written") }
      }
      for case .shared(let tensor) in draft.writes.map(\.operand) {
        if moves.directory.places[tensor] == nil { report(tensor, "writes what the state lacks,") }
        if tensor.slot == nil, !moves.moved.contains(tensor) { report(tensor, "moves, though it is not trained,") }
        if changed[tensor] != nil, tensor.slot == nil { report(tensor, "moves again") }
        changed[tensor] = index
      }
    }
    for tensor in moves.moved.sorted(by: { $0.path < $1.path }) where changed[tensor] == nil {
      faults.append("no step moves '\(tensor.path)'")
    }
    return faults
  }
}
