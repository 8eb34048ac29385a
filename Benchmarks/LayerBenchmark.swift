import Kernels
import SyntheticTensors
import Tensors

/// One layer with random input and weights, and the time its kernels take.
struct LayerBenchmark {
  let layer: ZooLayer
  let convolution: Convolution
  private let input: Tensor
  private let weight: Tensor
  private let isPlanar: Bool

  init(_ layer: ZooLayer, images: Int) {
    self.layer = layer
    isPlanar = layer.channels <= 4
    input = Tensor(syntheticInput: "x", shape: [images, layer.channels, layer.size, layer.size])
    weight = Tensor(
      synthetic: "weight",
      shape: [layer.outputs, layer.channels / layer.groups, layer.kernel.0, layer.kernel.1])
    convolution = Convolution(
      input: BlockedMaps(images: images, channels: layer.channels, height: layer.size, width: layer.size),
      output: BlockedMaps(
        images: images, channels: layer.outputs, height: layer.window.vertical.outputs,
        width: layer.window.horizontal.outputs),
      window: layer.window, groups: layer.groups, epilogue: Epilogue(activation: .relu))
  }

  /// Floating-point operations by the definition.
  var operations: Int {
    2 * input.shape[0] * weight.count * layer.window.vertical.outputs * layer.window.horizontal.outputs
  }

  /// Every algorithm that is worth measuring, the rule's choice among them, and the gradient of the weight.
  func kernels(loops: Loops) -> [any Kernel] {
    let isDepthwise = layer.groups > 1 && layer.groups == layer.channels && layer.groups == layer.outputs
    let gradient: any Kernel =
      isDepthwise
      ? DepthwiseWeightGradient(convolution, loops: loops) : ConvolutionWeightGradient(convolution, loops: loops)
    return ConvolutionAlgorithm.candidates(for: convolution, isPlanar: isPlanar).map {
      convolution.kernel($0, loops: loops)
    } + [gradient]
  }

  /// Times a kernel and prints a line.
  func run(_ kernel: any Kernel, named name: String, loops: Loops, isWarm: Bool, isPlain: Bool) {
    let memory = BenchmarkMemory(kernel, convolution, weight: weight)
    let packing = (0..<3).map { _ in ProcessorTime.measure { memory.pack(kernel) } }.min() ?? 0
    var best = Double.infinity
    var peaks: [Double] = []
    let end = ProcessorTime.now + 0.3
    repeat {
      if !isWarm { memory.sweep() }
      best = min(best, ProcessorTime.measure { memory.run(kernel) })
      // Processors slow down under a load of wide vectors, so the peak is measured under it.
      peaks.append(Self.peak(loops))
    } while ProcessorTime.now < end
    let peak = peaks.sorted()[peaks.count / 2]
    let rate = Double(operations) / best / 1e9
    var line = "\(padded(name, 66)) \(milliseconds(best)) ms \(padded("\(Int(rate))", -6)) GFLOP/s"
    line += padded("\(Int(100 * rate / peak))", -5) + " % of peak \(Int(peak)), packed in \(milliseconds(packing)) ms"
    if isPlain {
      let plain = ProcessorTime.measure {
        // By way of the operation, for definitions are generic and made for tensors within their module.
        let operation: any Operation = Operations.Convolution(layer.window, groups: layer.groups)
        _ = operation.plain(Operands([input], weight: weight))
      }
      line += ", \(Int(plain / best)) × plain"
    }
    print(line)
  }

  /// GFLOP/s of multiply-adds in registers.
  private static func peak(_ loops: Loops) -> Double {
    var operations = 0
    let time = ProcessorTime.measure { operations = loops.runPeakProbe(rounds: 500_000) }
    return Double(operations) / time / 1e9
  }
}

/// With three decimals.
private func milliseconds(_ seconds: Double) -> String {
  let microseconds = Int((seconds * 1e6).rounded())
  let decimals = String(microseconds % 1000)
  return padded("\(microseconds / 1000)." + String(repeating: "0", count: 3 - decimals.count) + decimals, -9)
}

/// A text with spaces behind it, or before it if the width is negative.
private func padded(_ text: String, _ width: Int) -> String {
  let spaces = String(repeating: " ", count: max(0, abs(width) - text.count))
  return width < 0 ? spaces + text : text + spaces
}
