import Runtime
import Tensors

/// A network prepared for inputs of one shape: operations fused, weights packed, memory laid out.
///
/// Runs may be in several threads at once.
public struct Plan<Output: TensorGroup>: Sendable {
  private let plan: ExecutionPlan

  fileprivate init(_ plan: ExecutionPlan) { self.plan = plan }

  /// The network's outputs for an input of the planned shape, or a structure of several.
  public func callAsFunction(_ input: some TensorGroup) -> Output { Output(tensors: plan(input.tensors)) }

  /// The same plan with the parameters that a network of the same layers has now, as when other weights were loaded into
  /// it. Nothing is planned anew, and this plan stays as it is.
  ///
  /// - Throws: `PlanError` if the network lacks a parameter of the plan, or has it in another shape.
  public func replacingParameters(with network: some Parameterized) throws(PlanError) -> Plan<Output> {
    Plan(try plan.replacingParameters(with: network.parameters))
  }

  /// The plan without the names of the outputs, for who brings memory of his own.
  public var execution: ExecutionPlan { plan }
}

extension Model {
  /// Plans the network for inputs of a shape with its batch: `[1, 3, 224, 224]`.
  ///
  /// The plan has its own copy of the parameters, as they are now.
  /// - Throws: `PlanError` if a value would be too large.
  public func plan(input shape: [Int], _ options: PlanOptions = PlanOptions()) throws(PlanError) -> Plan<Output> {
    try plan(inputs: [shape], options)
  }

  /// Plans the network for several inputs, each of a shape with its batch, as above.
  ///
  /// - Throws: `PlanError` if a value would be too large.
  public func plan(inputs shapes: [[Int]], _ options: PlanOptions = PlanOptions()) throws(PlanError) -> Plan<Output> {
    Plan(try ExecutionPlan(computation(inputs: shapes), options))
  }
}
