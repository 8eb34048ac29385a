import Runtime
import Shapes
import Tensors

/// Why a graph cannot run on what it was given.
package enum InterpreterError: Error, Hashable, Sendable {
  /// The graph has dimensions that are not numbers; it is to be built for a size.
  case openSize(path: String, shape: Shape)
  /// Parameters that the graph has and that were not given, by their paths.
  case missingParameters([String])
  case wrongParameterShape(path: String, expected: [Int], found: [Int])
  /// The input is not a batch of what the graph takes; `expected` is without the batch.
  case wrongInputShape(expected: [Int], found: [Int])
  /// The graph has another number of inputs.
  case wrongInputCount(expected: Int, found: Int)
  /// No node of the network has the path of a tap.
  case unknownTap(String)
  /// A value would have more elements than the interpreter makes.
  case tooLarge(path: String, elements: Int)
  /// The system refuses the memory for a layer's value.
  case outOfMemory(path: String, AllocationError)
  /// The network cannot be planned.
  case plan(PlanError)
}

extension InterpreterError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .openSize(let path, let shape):
      "'\(path)' is \(shape), which has open sizes; build the graph for a size to run it"
    case .missingParameters(let paths):
      "\(paths.count == 1 ? "a parameter is" : "\(paths.count) parameters are") missing: "
        + paths.prefix(8).joined(separator: ", ") + (paths.count > 8 ? ", …" : "")
    case .wrongParameterShape(let path, let expected, let found):
      "the parameter '\(path)' is \(found), but the graph wants \(expected)"
    case .wrongInputShape(let expected, let found):
      "the input is \(found), but the graph takes a batch of \(expected)"
    case .wrongInputCount(let expected, let found):
      "the graph takes \(expected) inputs, not \(found)"
    case .unknownTap(let path):
      "no layer of the network is called '\(path)'"
    case .tooLarge(let path, let elements):
      "the value of '\(path)' would have \(elements) elements, more than \(Interpreter.largestValue)"
    case .outOfMemory(let path, let error): "\(error) for the value of '\(path)'"
    case .plan(let error): error.description
    }
  }

  /// Whether memory is all that is missing.
  package var isForMemory: Bool {
    switch self {
    case .outOfMemory, .plan(.outOfMemory): true
    default: false
    }
  }
}
