import Kernels
import SyntheticTensors
import Tensors

/// Times the kernels on the zoo's layers, one thread: `KernelBenchmarks [--plain] [--warm] [--isa=SET] [--batch=N]
/// [WORD...]`.
///
/// Prints milliseconds, GFLOP/s by the definition's operations (so that Winograd's method can exceed the peak), their
/// ratio to the peak of register-only multiply-adds measured beside each layer, and with `--plain` how many times faster
/// than the plain path. Weights come from memory, as in a network, unless `--warm`. WORDs choose layers and algorithms.
@main
struct KernelBenchmarks {
  static func main() {
    var words = Array(CommandLine.arguments.dropFirst())
    let isPlain = words.contains("--plain")
    let isWarm = words.contains("--warm")
    let images = option("batch").flatMap { Int($0) } ?? 1
    words.removeAll { $0.hasPrefix("--") }
    guard let loops = selectedLoops() else { return print("this processor lacks that instruction set") }
    print("instruction set \(loops.set.rawValue), one thread, \(isWarm ? "warm" : "cold") weights")
    for layer in ZooLayer.all {
      let benchmark = LayerBenchmark(layer, images: max(1, images))
      for kernel in benchmark.kernels(loops: loops) {
        let line = "\(layer.description) \(kernel.name)"
        guard words.allSatisfy({ line.contains($0) }) else { continue }
        benchmark.run(kernel, named: line, loops: loops, isWarm: isWarm, isPlain: isPlain)
      }
    }
  }

  /// The instruction set that is asked for, or the best.
  private static func selectedLoops() -> Loops? {
    guard let name = option("isa") else { return InstructionSet.best.loops }
    return InstructionSet(rawValue: name)?.loops
  }

  /// The value of `--name=value`.
  private static func option(_ name: String) -> String? {
    CommandLine.arguments.last { $0.hasPrefix("--\(name)=") }.map { String($0.dropFirst(name.count + 3)) }
  }
}
