import Tensors
import Testing
import Training

@testable import Runtime

/// Volumes and signals, which are maps to operations, in training: their labels, and weights that are computed.
@Suite("Training on volumes and signals")
struct VolumeTrainingTests {
  /// A loss of logits, planned and by definition in double precision, with its gradient by the logits.
  private func check(_ logits: [Int], _ labels: Tensor, _ loss: Loss) throws -> (loss: Float, gradient: [Float]) {
    let network = Computation.tracing([logits]) { inputs, _ in [Operations.Scale(2)(inputs[0])] }
    #expect(network.outputShapes == [logits])
    let added = network.adding(loss, to: [.init(network.outputs[0])], labels: labels.shape)
    let made = try added.computation.gradient(of: added.loss, withRespectTo: [network.inputs[0]])
    var computation = made.computation
    computation.outputs = [added.loss] + made.gradients.compactMap { $0 }
    let inputs = [network.randomInputs(seed: 3)[0], labels]
    let expected = computation.plain(inputs.map { DoubleTensor(converting: $0) })
    let found = try ExecutionPlan(computation, PlanOptions(threads: 2, verifies: true))(inputs)
    for (found, expected) in zip(found, expected) {
      let error = zip(found.elements, expected.elements).map { abs(Double($0) - $1) }.max() ?? .infinity
      #expect(found.shape == expected.shape && error < 1e-6, "\(logits), \(loss)")
    }
    return (found[0].elements[0], found[1].elements)
  }

  /// A class for each pixel of a volume or signal, which is the same loss as that of maps with these pixels.
  @Test func classesOfEachPixel() throws {
    let classes = (0..<48).map { Float($0 * 5 % 3) }
    let maps = try check([2, 3, 6, 4], Tensor(classes, shape: [2, 6, 4]), .crossEntropy(smoothing: 0.1))
    let volumes = try check([2, 3, 2, 3, 4], Tensor(classes, shape: [2, 2, 3, 4]), .crossEntropy(smoothing: 0.1))
    let signals = try check([2, 3, 24], Tensor(classes, shape: [2, 24]), .crossEntropy(smoothing: 0.1))
    for other in [volumes, signals] {
      #expect(abs(other.loss - maps.loss) < 1e-6)
      #expect(zip(other.gradient, maps.gradient).allSatisfy { abs($0 - $1) < 1e-6 })
    }
    // As many slices as classes: the labels' numbers would fill channels.
    _ = try check([2, 3, 3, 2, 4], Tensor(classes, shape: [2, 3, 2, 4]), .crossEntropy())
    // One class, of which there is nothing to say.
    #expect(try check([2, 1, 2, 3, 4], Tensor(zeros: [2, 2, 3, 4]), .crossEntropy()).loss == 0)
  }

  /// Shares of all classes, and numbers to meet, in the logits' shape.
  @Test func sharesOfEachPixel() throws {
    let shares = (0..<144).map { Float($0 * 7 % 5) / 5 }
    for loss in [Loss.crossEntropy(), .meanSquared, .binaryCrossEntropy] {
      let maps = try check([2, 3, 6, 4], Tensor(shares, shape: [2, 3, 6, 4]), loss)
      for shape in [[2, 3, 2, 3, 4], [2, 3, 24]] {
        let other = try check(shape, Tensor(shares, shape: shape), loss)
        #expect(abs(other.loss - maps.loss) < 1e-6, "\(shape), \(loss)")
      }
    }
  }

  /// A weight of volumes that is computed from tensors which training moves: it is made, and then read by an operation on maps.
  @Test(arguments: 0..<3) func computedWeightsUnderAnotherShape(_ form: Int) throws {
    let shape = [4, 3, 3, 3, 3]
    let count = shape.reduce(1, *)
    func numbers(_ count: Int, _ shape: [Int]) -> Tensor {
      let elements = (0..<count).map { (index: Int) -> Float in Float((index * 37 + 11) % 101) / 101 - 0.5 }
      return Tensor(elements, shape: shape)
    }
    let network = Computation.tracing([[2, 9, 6, 6]]) { inputs, trace in
      let own = trace.parameter("conv.weight", .weight, numbers(count, shape))
      let gain = form == 0 ? own : trace.parameter("conv.gain", .weight, numbers(4, [4]))
      let weight =
        form == 0
        ? Operations.StandardizedWeight(epsilon: 1e-6)(own)
        : form == 1
          ? Operations.StandardizedWeight(factor: 1.7, epsilon: 1e-6)(own, gain) : Operations.WeightNorm()(own, gain)
      let axis = SlidingWindow.Axis(kernel: 3, before: 1, after: 1, outputs: 6)
      let window = SlidingWindow(vertical: axis, horizontal: axis)
      return [Operations.Convolution(window)(inputs[0], weight: weight.reshaped(to: [4, 9, 3, 3]))]
    }
    let labels = [2, 4, 6, 6]
    let added = network.adding(.meanSquared, to: [.init(network.outputs[0])], labels: labels)
    let parameters = added.computation.trainedParameters
    let made = try added.computation.gradient(of: added.loss, withRespectTo: parameters.map(\.value))
    var computation = made.computation
    computation.outputs = made.gradients.compactMap { $0 }
    let inputs = computation.randomInputs(seed: 9)
    let expected = computation.plain(inputs.map { DoubleTensor(converting: $0) })
    #expect(expected.count == parameters.count)
    // A step at a rate of one moves what training moves by the gradient.
    let settings = TrainingSettings(.sgd(rate: 1), seed: nil)
    let trained = try TrainedComputation(network, loss: .meanSquared, labels: labels, settings: settings)
    let state = try TrainingState(network, settings: settings)
    let before = state.parameters
    let plan = try TrainingPlan(trained, on: state, PlanOptions(threads: 2, verifies: true))
    #expect(plan.plan.faults.isEmpty)
    try plan.step([inputs[0]], labels: inputs[1])
    for (parameter, gradient) in zip(parameters, expected) {
      let moved = zip(
        try #require(before[parameter.path]).elements, try #require(state.parameters[parameter.path]).elements)
      let error = zip(moved, gradient.elements).map { abs(Double($0.0) - Double($0.1) - $1) }.max() ?? .infinity
      #expect(error < 1e-5, "\(parameter.path)")
    }
  }

  /// A label that is no class of a volume's pixel is refused.
  @Test func labelsOfVolumesAreClasses() throws {
    let network = Computation.tracing([[1, 3, 2, 2, 2]]) { inputs, trace in
      [Operations.ChannelScale()(inputs[0], weight: trace.parameter("scale", .weight, Tensor([1, 1, 1])))]
    }
    let settings = TrainingSettings(.sgd(rate: 1), seed: nil)
    let trained = try TrainedComputation(
      network, loss: .crossEntropy(), labels: [1, 2, 2, 2], settings: settings, givesOutputs: true)
    #expect(trained.computation.outputShapes == [[1], [1, 3, 2, 2, 2]])
    let state = try TrainingState(network, settings: settings)
    let plan = try TrainingPlan(trained, on: state, PlanOptions(threads: 1))
    let labels = Tensor([0, 1, 2, 0, 1, 2, 3, 0], shape: [1, 2, 2, 2])
    #expect(throws: TrainingError.label(3, position: 6, classes: 3)) {
      try plan.step(network.randomInputs(seed: 1), labels: labels)
    }
  }
}
