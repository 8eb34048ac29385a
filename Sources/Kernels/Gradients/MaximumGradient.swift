import Tensors

/// The gradient by one of the inputs of an element-wise maximum: the result's where that input is the first of the largest,
/// or NaN.
///
/// It reads the gradient of the result and then all inputs.
package struct MaximumGradient: Kernel {
  private let position: Int
  private let gradient: BlockedMaps
  private let inputs: [BlockedMaps]
  private let output: BlockedMaps

  /// - Parameters:
  ///   - position: Which of the inputs.
  ///   - gradient: The gradient of the result.
  ///   - inputs: What the maximum is of. All have one shape.
  ///   - output: The gradient of the input, in the same shape.
  package init(position: Int, gradient: BlockedMaps, inputs: [BlockedMaps], output: BlockedMaps) {
    precondition(inputs.indices ~= position, "the gradient is by one of the inputs")
    precondition(([gradient] + inputs).allSatisfy { $0.hasShape(of: output) }, "joined values have one shape")
    (self.position, self.gradient, self.inputs, self.output) = (position, gradient, inputs, output)
  }

  package var name: String { "maximum gradient" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    output.forEachStretch(of: worker) { image, block, pixels in
      func start(_ maps: BlockedMaps, _ place: Int) -> UnsafePointer<Float> {
        memory.reads[place] + maps.offset(image: image, block: block, pixel: pixels.lowerBound)
      }
      let count = pixels.count * BlockedMaps.lanes
      let target = memory.output + output.offset(image: image, block: block, pixel: pixels.lowerBound)
      let own = start(inputs[position], 1 + position)
      target.update(from: start(gradient, 0), count: count)
      for index in inputs.indices where index != position {
        let other = start(inputs[index], 1 + index)
        if index < position {
          for lane in 0..<count where !(own[lane] > other[lane] || own[lane].isNaN) { target[lane] = 0 }
        } else {
          for lane in 0..<count where !(own[lane] >= other[lane] || own[lane].isNaN) { target[lane] = 0 }
        }
      }
    }
  }
}
