import CKernels
import Tensors

/// The gradient of a convolution's input, as convolutions of stride 1 with the transposed weight.
///
/// `dx[c, position] = Σ dy[o, pixel] · w[o, c, tap]` over the pixels whose tap sees the position. At stride 1 it is one
/// convolution; else one for each remainder of the positions by the strides, with the taps that fall on them, and their
/// results are put together. Each takes the algorithm that such a convolution would take.
///
/// It reads the gradient of the output and the weight, `[outputs, inputs of a group, rows, columns]`, and packs that anew
/// in each run, for groups from a transposed copy.
package struct ConvolutionInputGradient: Kernel {
  private let parts: [InputGradientPart]
  private let output: BlockedMaps
  private let weight: TransposedWeight
  private let layout: Layout
  /// Where the one convolution writes what it makes, with nothing to be put together.
  private let isWhole: Bool
  package let name: String

  /// - Parameters:
  ///   - convolution: The convolution: `input` is where the gradient of its input goes, `output` where that of its output
  ///     lies.
  ///   - allowsWinograd: Whether its parts may be computed by Winograd's method.
  package init(_ convolution: Convolution, allowsWinograd: Bool = true, loops: Loops) {
    output = convolution.input
    weight = TransposedWeight(
      outputs: convolution.output.channels, inputs: convolution.input.channels, groups: convolution.groups,
      taps: convolution.window.area)
    let rows = GradientWindow(convolution.window.vertical, size: output.height)
    let columns = GradientWindow(convolution.window.horizontal, size: output.width)
    isWhole = convolution.window.vertical.stride == 1 && convolution.window.horizontal.stride == 1
    let whole = isWhole ? convolution.input : nil
    var parts: [InputGradientPart] = []
    for vertical in rows.parts {
      for horizontal in columns.parts {
        parts.append(
          InputGradientPart(
            vertical, horizontal, of: convolution, into: whole, allowsWinograd: allowsWinograd, loops: loops))
      }
    }
    self.parts = parts
    layout = Layout(parts, weight: weight, isWhole: isWhole)
    let algorithm = parts.count == 1 ? " by \(parts[0].kernel.name)" : ""
    name = "input gradient \(convolution.windowName)\(algorithm)"
  }

  /// Transposing the weight where that is needed, packing it, each part's, and putting them together.
  package var phases: Int { packingPhase + 1 + parts.reduce(0) { $0 + $1.kernel.phases } + (puts ? 1 : 0) }

  private var packingPhase: Int { parts.contains { $0.turned == nil } ? 1 : 0 }

  /// Whether the parts' results are to be put together, or there is nothing but zeros.
  private var puts: Bool { !isWhole || parts.isEmpty }

  package func scratchCount(threads: Int) -> Int {
    layout.scratch.saturatingAdded(parts.map { $0.kernel.scratchCount(threads: threads) }.max() ?? 0)
  }

  /// Where things lie in the scratch memory.
  private struct Layout {
    /// Each part's weight, transposed.
    var weights: [Int] = []
    /// The same, packed.
    var packed: [Int] = []
    /// Each part's result.
    var results: [Int] = []
    /// What the parts' kernels need, one after the other.
    var scratch = 0

    init(_ parts: [InputGradientPart], weight: TransposedWeight, isWhole: Bool) {
      for part in parts {
        weights.append(part.turned == nil ? place(weight.count(taps: part.taps.count)) : 0)
        packed.append(place(part.kernel.weightCount))
        results.append(isWhole ? 0 : place(part.maps.count))
      }
    }

    private mutating func place(_ count: Int) -> Int {
      let start = scratch
      scratch = scratch.saturatingAdded(BlockedMaps.roundedToLanes(count))
      return start
    }
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else {
      if parts.isEmpty { put(memory, results: layout.results, worker: worker) }
      return
    }
    if phase < packingPhase {
      for (index, part) in parts.enumerated() where part.turned == nil {
        weight.write(
          memory.second.required, taps: part.taps, into: scratch + layout.weights[index], worker: worker)
      }
    } else if phase == packingPhase {
      for (index, part) in parts.enumerated() {
        let start = part.turned == nil ? UnsafePointer(scratch) + layout.weights[index] : memory.second.required
        let weights = KernelWeights(.memory(start, shape: part.weightShape), turned: part.turned)
        part.kernel.pack(weights, into: scratch + layout.packed[index], worker: worker)
      }
    } else {
      var next = phase - packingPhase - 1
      for (index, part) in parts.enumerated() {
        if next < part.kernel.phases {
          part.run(
            phase: next, reading: memory.input, into: isWhole ? memory.output : scratch + layout.results[index],
            weights: scratch + layout.packed[index], scratch: scratch + layout.scratch, worker: worker)
          return
        }
        next -= part.kernel.phases
      }
      put(memory, results: layout.results, worker: worker)
    }
  }

  /// Puts the parts' results to their places; between them is zero.
  private func put(_ memory: KernelMemory, results: [Int], worker: Worker) {
    output.forEachBlock(of: worker) { image, block in
      let target = memory.output + output.offset(image: image, block: block)
      target.update(repeating: 0, count: output.blockStride)
      guard let scratch = memory.scratch else { return }
      for (index, part) in parts.enumerated() {
        let source = UnsafePointer(scratch) + results[index] + part.maps.offset(image: image, block: block)
        part.put(source, into: target, rowStride: output.rowStride)
      }
    }
  }
}
