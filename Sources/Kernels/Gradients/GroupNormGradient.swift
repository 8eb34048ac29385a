import CKernels
import Tensors

/// The gradients of normalization over groups of channels of one image, by the input or by the weight of each channel or
/// of each element of an image; see `Operations.GroupNormInputGradient`.
///
/// With x̂ = (x − mean) / √(variance + ε) of a group: `dweight = Σ dy · x̂` over images, and pixels if there is a weight a
/// channel, and with g = dy · weight `dx = (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + ε)`, the means over a group of an
/// image.
///
/// It reads the input, the gradient of the result, and for the input's the weight in row-major order if there is one.
package struct GroupNormGradient: Kernel {
  /// What the gradient is by.
  package enum Operand: Hashable, Sendable {
    /// The input, where the gradient goes into maps that are none of those that are read.
    case input(BlockedMaps, Weighting)
    /// The weight of each channel.
    case weight
    /// The weight of each element of an image, in row-major order.
    case elementWeight
  }

  /// What a norm multiplies by.
  package enum Weighting: Hashable, Sendable {
    case none
    /// A number for each channel.
    case channels
    /// A number for each element of an image.
    case elements
  }

  private let input: BlockedMaps
  private let gradient: BlockedMaps
  private let operand: Operand
  private let groups: Int
  private let epsilon: Double
  private let loops: Loops

  /// - Parameters:
  ///   - operand: What the gradient is by.
  ///   - input: What was normalized.
  ///   - gradient: The gradient of the result, in the input's shape.
  ///   - groups: How many groups the channels are in; they divide them.
  package init(
    by operand: Operand, input: BlockedMaps, gradient: BlockedMaps, groups: Int, epsilon: Double, loops: Loops
  ) {
    precondition(input.hasShape(of: gradient), "a norm keeps the shape")
    if case .input(let output, _) = operand {
      precondition(input.hasShape(of: output), "a gradient has its value's shape")
    }
    precondition(groups > 0 && input.channels % groups == 0, "groups divide the channels")
    (self.input, self.gradient, self.operand) = (input, gradient, operand)
    (self.groups, self.epsilon, self.loops) = (groups, epsilon, loops)
  }

  package var name: String {
    switch operand {
    case .input: "group norm gradient"
    case .weight, .elementWeight: "group norm weight gradient"
    }
  }

  /// Sums; squares and products; the result.
  package var phases: Int { 3 }

  /// In double precision: for each image and channel a sum, a sum of squares, of gradients and of products; for each thread
  /// a block's means and three factors.
  package func scratchCount(threads: Int) -> Int {
    2.saturatingMultiplied(by: (4.saturatingMultiplied(by: sums)).saturatingAdded(threads * Self.workerCount))
  }

  private static let workerCount = 4 * BlockedMaps.lanes
  private var lanes: Int { input.blocks * BlockedMaps.lanes }
  private var sums: Int { input.images.saturatingMultiplied(by: lanes) }
  private var perGroup: Int { input.channels / groups }

  /// Where the sums lie: of the input and of its squared distances from the group's mean for each channel, and for each block
  /// 16 of gradients and 16 of gradients times distances.
  private struct Sums {
    let inputs: UnsafeMutablePointer<Double>
    let squares: UnsafeMutablePointer<Double>
    let slopes: UnsafeMutablePointer<Double>
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let start = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)
    let sums = Sums(inputs: start, squares: start + self.sums, slopes: start + 2 * self.sums)
    let own = start + 4 * self.sums + worker.index * Self.workerCount
    if phase == 2, operand == .weight {
      for block in worker.share(of: input.blocks) { writeWeight(block, sums, memory) }
      return
    }
    if phase == 2, operand == .elementWeight {
      for block in worker.share(of: input.blocks) { writeElementWeight(block, sums, memory) }
      return clearLanes(behind: input.channels * input.pixels, of: memory.output, worker: worker)
    }
    input.forEachBlock(of: worker) { image, block in
      let source = memory.input + input.offset(image: image, block: block)
      let slopes = memory.reads[1] + gradient.offset(image: image, block: block)
      let place = (image * input.blocks + block) * BlockedMaps.lanes
      switch phase {
      case 0: loops.table.moments(source, input.pixels, nil, sums.inputs + place)
      case 1:
        for lane in 0..<BlockedMaps.lanes {
          let channel = block * BlockedMaps.lanes + lane
          own[lane] = channel < input.channels ? groupMean(sums.inputs + image * lanes, of: channel) : 0
        }
        loops.table.moments(source, input.pixels, own, sums.squares + place)
        if case .input(let output, .elements) = operand {
          let weighted = memory.output + output.offset(image: image, block: block)
          weigh(slopes, by: memory.reads[2], block, into: weighted)
          loops.table.norm_sums(weighted, source, input.pixels, own, sums.slopes + 2 * place)
        } else if operand != .elementWeight {
          loops.table.norm_sums(slopes, source, input.pixels, own, sums.slopes + 2 * place)
        }
      default:
        guard case .input(let output, let weighting) = operand else { return }
        let factors = UnsafeMutableRawPointer(own + BlockedMaps.lanes).assumingMemoryBound(to: Float.self)
        setFactors(image, block, sums, weighting == .channels ? memory.reads[2] : nil, into: factors)
        let target = memory.output + output.offset(image: image, block: block)
        loops.table.blend(
          weighting == .elements ? UnsafePointer(target) : slopes, source, target, input.pixels, factors,
          factors + BlockedMaps.lanes, factors + 2 * BlockedMaps.lanes)
      }
    }
  }

  /// Writes a block of a gradient times the elements' weights.
  private func weigh(
    _ slopes: UnsafePointer<Float>, by weights: UnsafePointer<Float>, _ block: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    for lane in 0..<BlockedMaps.lanes {
      let channel = block * BlockedMaps.lanes + lane
      for pixel in 0..<input.pixels {
        let place = pixel * BlockedMaps.lanes + lane
        target[place] = channel < input.channels ? slopes[place] * weights[channel * input.pixels + pixel] : 0
      }
    }
  }

  /// The mean over a channel's group of one image's sums.
  private func groupMean(_ sums: UnsafePointer<Double>, of channel: Int) -> Double {
    let first = channel / perGroup * perGroup
    var sum = 0.0
    for channel in first..<first + perGroup { sum += sums[channel] }
    return sum / Double(perGroup * input.pixels)
  }

  /// What a channel of an image was multiplied by.
  private func scale(_ image: Int, _ channel: Int, _ sums: Sums) -> Double {
    1 / (groupMean(sums.squares + image * lanes, of: channel) + epsilon).squareRoot()
  }

  /// The place of a channel's sum of gradients; that of products is a block behind.
  private func place(_ image: Int, _ channel: Int) -> Int {
    let (block, lane) = channel.quotientAndRemainder(dividingBy: BlockedMaps.lanes)
    return (image * input.blocks + block) * 2 * BlockedMaps.lanes + lane
  }

  /// What the gradient, the input and 1 are multiplied by in a block's lanes.
  private func setFactors(
    _ image: Int, _ block: Int, _ sums: Sums, _ weight: UnsafePointer<Float>?, into factors: UnsafeMutablePointer<Float>
  ) {
    var (group, mean, scale, b, c) = (-1, 0.0, 0.0, 0.0, 0.0)
    for lane in 0..<BlockedMaps.lanes {
      let channel = block * BlockedMaps.lanes + lane
      let isThere = channel < input.channels
      if isThere, channel / perGroup != group {
        group = channel / perGroup
        mean = groupMean(sums.inputs + image * lanes, of: channel)
        scale = self.scale(image, channel, sums)
        var (slopes, products) = (0.0, 0.0)
        for channel in group * perGroup..<(group + 1) * perGroup {
          let factor = weight.map { Double($0[channel]) } ?? 1
          slopes += factor * sums.slopes[place(image, channel)]
          products += factor * sums.slopes[place(image, channel) + BlockedMaps.lanes]
        }
        let count = Double(perGroup * input.pixels)
        b = -scale * scale * scale * products / count
        c = -scale * slopes / count - b * mean
      }
      factors[lane] = isThere ? Float(scale * (weight.map { Double($0[channel]) } ?? 1)) : 0
      factors[BlockedMaps.lanes + lane] = isThere ? Float(b) : 0
      factors[2 * BlockedMaps.lanes + lane] = isThere ? Float(c) : 0
    }
  }

  private func writeWeight(_ block: Int, _ sums: Sums, _ memory: KernelMemory) {
    for channel in block * BlockedMaps.lanes..<(block + 1) * BlockedMaps.lanes {
      var sum = 0.0
      if channel < input.channels {
        for image in 0..<input.images {
          sum += sums.slopes[place(image, channel) + BlockedMaps.lanes] * scale(image, channel, sums)
        }
      }
      memory.output[channel] = Float(sum)
    }
  }

  /// Writes the gradient by the weights of a block's elements. The sums of gradients and products, of which there are none,
  /// leave room for each image's means and scales.
  private func writeElementWeight(_ block: Int, _ sums: Sums, _ memory: KernelMemory) {
    let channels = block * BlockedMaps.lanes..<min(input.channels, (block + 1) * BlockedMaps.lanes)
    for image in 0..<input.images {
      for channel in channels {
        sums.slopes[place(image, channel)] = groupMean(sums.inputs + image * lanes, of: channel)
        sums.slopes[place(image, channel) + BlockedMaps.lanes] = scale(image, channel, sums)
      }
    }
    for channel in channels {
      for pixel in 0..<input.pixels {
        let lane = pixel * BlockedMaps.lanes + channel % BlockedMaps.lanes
        var sum = 0.0
        for image in 0..<input.images {
          let statistics = sums.slopes + place(image, channel)
          let distance = Double(memory.input[input.offset(image: image, block: block) + lane]) - statistics[0]
          let slope = memory.reads[1][gradient.offset(image: image, block: block) + lane]
          sum += Double(slope) * distance * statistics[BlockedMaps.lanes]
        }
        memory.output[channel * input.pixels + pixel] = Float(sum)
      }
    }
  }
}
