import Runtime
import Tensors

/// Why a step of training cannot be made, or its state not be loaded.
public enum TrainingError: Error, Hashable, Sendable {
  /// The inputs or labels of a step are of other shapes than the plan's.
  case shapes(expected: [[Int]], found: [[Int]])
  /// A label is no class of the network; `position` is its place among the labels.
  case label(Float, position: Int, classes: Int)
  /// The network has an operation without a gradient.
  case gradient(GradientError)
  /// The step cannot be planned.
  case plan(PlanError)
  /// A tensor of the state is missing.
  case missingTensor(String)
  /// A tensor of the state has another shape.
  case tensorShape(String, expected: [Int], found: [Int])
}

extension TrainingError {
  /// Makes sure that labels are numbers of classes, where there is a number of them.
  package static func check(_ labels: Tensor, classes: Int?) throws(TrainingError) {
    guard let classes else { return }
    let wrong = labels.withUnsafeBufferPointer { labels in
      labels.firstIndex { !($0 >= 0 && $0 < Float(classes) && $0 == $0.rounded()) }.map { ($0, labels[$0]) }
    }
    if let (position, label) = wrong { throw .label(label, position: position, classes: classes) }
  }
}

extension TrainingError: CustomStringConvertible {
  /// What is wrong, and what is expected.
  public var description: String {
    switch self {
    case .shapes(let expected, let found): "the step takes inputs and labels of \(expected), not \(found)"
    case .label(let label, let position, let classes):
      "label \(position) is \(label), and the network's classes are 0 to \(classes - 1)"
    case .gradient(let error): error.description
    case .plan(let error): error.description
    case .missingTensor(let name): "the tensor '\(name)' of the state is missing"
    case .tensorShape(let name, let expected, let found):
      "the tensor '\(name)' of the state is \(found), but the network's is \(expected)"
    }
  }
}
