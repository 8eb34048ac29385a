import Kernels
import Tensors

// Steps that move the state in training.
extension StepBuilder {
  /// The steps of the computation, and between them those that move the state: each straight behind the last that makes
  /// what it reads, or reads what it changes, so that a gradient's memory is free soon. The gradient of a large linear layer is
  /// made by the step that moves the weight, and is nowhere as a whole.
  func drafts(moving moves: StateMoves) -> [StepDraft] {
    var makers: [Computation.Value: Int] = [:]
    // The last step that touches a tensor of the state, and the last that changes it.
    var (touched, changed) = ([StateTensor: Int](), [StateTensor: Int]())
    for (index, draft) in drafts.enumerated() {
      for write in draft.writes { write.operand.value.map { makers[placement.slot(of: $0).root] = index } }
      for case .shared(let tensor) in draft.reads { touched[tensor] = index }
    }
    let readers = readers(moves)
    var (due, joined) = ([Int: [StepDraft]](), Set<Int>())
    for step in moves.steps {
      var after = -1
      for case .value(let value) in step.reads {
        after = max(after, makers[placement.slot(of: graph.kept[value] ?? value).root] ?? -1)
      }
      for case .state(let tensor) in step.reads { after = max(after, changed[tensor] ?? -1) }
      for tensor in step.writes { after = max(after, touched[tensor] ?? -1) }
      for case .state(let tensor) in step.reads { touched[tensor] = max(after, touched[tensor] ?? -1) }
      for tensor in step.writes { (touched[tensor], changed[tensor]) = (after, after) }
      var draft = draft(of: step, moves)
      if case .value(let value)? = draft.reads.first, readers[placement.slot(of: value).root] == 1,
        let maker = makers[placement.slot(of: value).root],
        let joint = join(draft, to: drafts[maker], making: value, behind: drafts[(maker + 1)..<(after + 1)])
      {
        draft = joint
        joined.insert(maker)
      }
      due[after, default: []].append(draft)
    }
    return (due[-1] ?? [])
      + drafts.enumerated().flatMap { (joined.contains($0) ? [] : [$1]) + (due[$0] ?? []) }
  }

  /// How many steps read each buffer.
  private func readers(_ moves: StateMoves) -> [Computation.Value: Int] {
    let read = drafts.flatMap { Set($0.reads.compactMap(\.value)) }
    let moving = moves.steps.flatMap { $0.values.map { graph.kept[$0] ?? $0 } }
    return (read + moving).reduce(into: [:]) { $0[placement.slot(of: $1).root, default: 0] += 1 }
  }

  /// A step that moves a weight by a gradient with the one that makes the gradient, whose only reader it is; nil where they
  /// stay two, as where one of the steps between, behind which both are to run, writes over what the gradient is made of.
  private func join(
    _ move: StepDraft, to maker: StepDraft, making value: Computation.Value, behind between: ArraySlice<StepDraft>
  ) -> StepDraft? {
    func roots(_ operands: [StepDraft.Operand]) -> Set<Computation.Value> {
      Set(operands.compactMap(\.value).map { placement.slot(of: $0).root })
    }
    let read = roots(maker.reads)
    guard options.fuses, between.allSatisfy({ roots($0.writes.map(\.operand)).isDisjoint(with: read) }),
      maker.writes == [StepDraft.Write(operand: .value(value))],
      let gradient = maker.kernel as? LinearWeightGradient, let kernel = move.kernel as? any ElementKernel,
      let both = MovingLinearWeightGradient(gradient, then: kernel)
    else { return nil }
    var result = maker
    result.kernel = both
    result.reads += move.reads.dropFirst()
    result.writes = move.writes
    result.labels += move.labels
    return result
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
