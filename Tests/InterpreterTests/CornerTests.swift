import Foundation
import Runtime
import SyntheticTensors
import Tensors
import Testing

/// Gradients where a network has corners.
///
/// A ReLU's gradient jumps where its argument is zero, so an argument that is as small as rounding makes it may give a
/// gradient that is off by far more. Among ResNet-18's three million a few are: its planned gradients are 1e-3 from
/// PyTorch's in double precision with Winograd's method, and 2e-4 without, while PyTorch's own, in single precision, have all
/// signs right and are 8e-6 from them.
@Suite struct CornerTests {
  #if DEBUG
    private static let isOptimized = false
  #else
    private static let isOptimized = true
  #endif

  /// With the plan's own signs, and winners of its max pool, the definition in double precision gives the plan's gradients
  /// within the bound that holds for all networks.
  @Test(
    .enabled(if: isOptimized, "too slow without optimization: run `make test-reference`"),
    .enabled(
      if: ReferenceOutput.folder != nil, "no reference files: set CNNC_SHARED to the folder that has reference/"))
  func resnet18DiffersAtCornersAlone() throws {
    let folder = try #require(ReferenceOutput.folder)
    let reference = try TrainingReference(contentsOf: folder.appendingPathComponent("training/resnet18.json"))
    let training = try TrainedNetwork(TrainingTests.Network(name: "resnet18", spec: "resnet18"), reference)
    var computation = training.computation
    let count = 1 + training.trained.count
    computation.outputs = Array(computation.outputs.prefix(count))
    let decisions = computation.decisions
    computation.outputs += decisions
    let planned = try ExecutionPlan(computation, PlanOptions(threads: 2))(training.inputs)
    let inputs = training.inputs.map { DoubleTensor(converting: $0) }
    let own = computation.plain(inputs)
    let decided = computation.taking(decisions, behind: inputs.count).plain(
      inputs + planned.dropFirst(count).map { DoubleTensor(converting: $0) })

    var (flips, elements) = (0, 0)
    for (planned, own) in zip(planned, own).dropFirst(count) {
      flips += zip(planned.elements, own.elements).count { ($0 > 0) != ($1 > 0) }
      elements += own.count
    }
    #expect(flips < elements / 100_000, "\(flips) signs of \(elements)")
    let bound = max(1e-5, 3 * reference.deviation.gradients)
    let error = Self.error(of: planned[1..<count], from: decided[1..<count])
    #expect(error <= bound, "with the plan's decisions")
    let ownError = Self.error(of: planned[1..<count], from: own[1..<count])
    print("resnet18: \(flips) signs of \(elements) differ; off by \(ownError), with the plan's signs by \(error)")
  }

  /// The largest difference, relative to the tensor's norm or a thousandth of the largest norm.
  private static func error(of found: ArraySlice<Tensor>, from expected: ArraySlice<DoubleTensor>) -> Double {
    let norms = expected.map { $0.elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let largest = norms.max() ?? 0
    return zip(zip(found, expected), norms).map { tensors, norm in
      let differences = zip(tensors.0.elements, tensors.1.elements).map { abs(Double($0) - $1) }
      return (differences.max() ?? .infinity) / max(norm, 1e-3 * largest)
    }.max() ?? .infinity
  }
}

extension Computation {
  /// The values that gradients of activations and max pools decide by.
  fileprivate var decisions: [Value] {
    var result: [Value] = []
    for node in nodes {
      guard case .operation(let operation, let operands) = node.origin else { continue }
      if operation is Operations.ActivationGradient || operation is Operations.MaxPoolGradient {
        result += operands.inputs.dropFirst().filter { !result.contains($0) }
      }
    }
    return result
  }

  /// The computation whose gradients decide by further inputs, which stand for the given values, behind a number of others.
  fileprivate func taking(_ decisions: [Value], behind count: Int) -> Computation {
    func shifted(_ value: Value) -> Value { Value(index: value.index + decisions.count) }
    var result = self
    result.nodes =
      decisions.enumerated().map { index, value in
        var node = self[value]
        node.origin = .input(count + index)
        return node
      }
      + nodes.map { node in
        guard case .operation(let operation, let operands) = node.origin else { return node }
        var (node, moved) = (node, operands.map(shifted))
        if operation is Operations.ActivationGradient || operation is Operations.MaxPoolGradient {
          for (place, value) in operands.inputs.enumerated().dropFirst() {
            if let index = decisions.firstIndex(of: value) { moved.inputs[place] = Value(index: index) }
          }
        }
        node.origin = .operation(operation, moved)
        return node
      }
    result.inputs = inputs.map(shifted)
    result.outputs = outputs.map(shifted)
    (result.updates, result.forms) = ([], [:])
    return result
  }
}
