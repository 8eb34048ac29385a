import Diagnostics
import Foundation
import GeneratedModels
import GraphIR
import Interpreter
import NeuralNetworks
import Runtime
import SpecLanguage
import SyntheticTensors
import Tensors

// Runs every generated network beside the interpreter, on the same synthetic weights and input: one operation after the
// other, and planned. Both are the same operations, and all outputs must be equal bit for bit. With `--time` the planned
// ones are also timed, in turns.

/// A spec that cannot be built.
struct Failure: Error, CustomStringConvertible {
  var description: String
}

func buildGraph(_ path: String, variant: String?) throws -> Graph {
  var reader = SpecReader()
  var options = BuildOptions()
  options.variant = variant
  let spec = reader.read(path)
  var diagnostics = reader.diagnostics
  guard let spec, !diagnostics.hasErrors,
    let graph = GraphBuilder.build(spec, options: options, sources: reader.sources, diagnostics: &diagnostics)
  else { throw Failure(description: "\(path) does not build") }
  return graph
}

/// The bits of tensors, which differ where a zero has another sign and agree where both are NaN.
func bits(_ tensors: [Tensor]) -> [[UInt32]] { tensors.map { $0.elements.map(\.bitPattern) } }

/// Whether two computations consist of the same operations, so that their plans do the same work. Branches may come in
/// another order, where an expression of the generated code holds several.
func areSame(_ left: Computation, _ right: Computation) -> Bool {
  func counts(_ computation: Computation) -> [Tensors.Operation: Int] {
    computation.nodes.reduce(into: [:]) { counts, node in
      if case .operation(let operation, _, _) = node.origin { counts[operation, default: 0] += 1 }
    }
  }
  return counts(left) == counts(right)
}

/// Prints at once, for a network may take a while.
func report(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  let duration = ContinuousClock.now - start
  return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

/// Runs one network; gives the fastest times of both plans.
func check(_ entry: GeneratedModel, isTimed: Bool) throws -> (interpreted: Double, generated: Double) {
  let graph = try buildGraph(entry.spec, variant: entry.variant)
  var parameters: [String: Tensor] = [:]
  for node in graph.mainNodes {
    for parameter in node.parameters {
      let name = "\(node.path).\(parameter.name)"
      parameters[name] = Tensor(synthetic: name, shape: parameter.shape)
    }
  }
  let interpreter = try Interpreter(graph, parameters: parameters)
  let shape = [1] + (graph.input.values ?? [])
  let input = Tensor(syntheticInput: "input", shape: shape)
  let model = try entry.load(parameters)
  if !isTimed {
    guard bits(try interpreter.run(input).outputs) == bits(model.run(input)) else {
      throw Failure(description: "the outputs differ, run one operation after the other")
    }
  }
  guard areSame(try interpreter.computation(batch: 1), model.computation(shape)) else {
    throw Failure(description: "the operations differ, and so would the plans")
  }
  let interpreted = try interpreter.plan(batch: 1)
  let generated = try model.plan(shape)
  guard bits(interpreted([input])) == bits(generated(input)) else {
    throw Failure(description: "the outputs differ, planned")
  }
  guard isTimed else { return (0, 0) }
  var best = (interpreted: Double.infinity, generated: Double.infinity)
  for _ in 0..<12 {
    best.interpreted = min(best.interpreted, seconds { _ = interpreted([input]) })
    best.generated = min(best.generated, seconds { _ = generated(input) })
  }
  return best
}

let isTimed = CommandLine.arguments.contains("--time")
var failures = 0
for entry in generatedModels {
  let name = (entry.spec as NSString).lastPathComponent + (entry.variant.map { "@\($0)" } ?? "")
  do {
    let times = try check(entry, isTimed: isTimed)
    let figures =
      isTimed
      ? String(
        format: "interpreter %.2f ms, generated %.2f ms, ratio %.3f", times.interpreted * 1e3, times.generated * 1e3,
        times.generated / times.interpreted) : "equal"
    report("\(name): \(figures)")
  } catch {
    report("\(name): FAILED: \(error)")
    failures += 1
  }
}
exit(failures == 0 ? 0 : 1)
