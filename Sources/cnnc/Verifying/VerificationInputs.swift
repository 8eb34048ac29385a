import GraphIR
import Images
import NetworkImages
import Tensors
import Weights

/// What all engines are given: the same images, or random numbers.
struct VerificationInputs {
  /// A batch for each input of the network.
  let tensors: [Tensor]
  var count: Int { tensors[0].shape[0] }

  /// Reads images, as `cnnc run` would, or draws so many of numbers from −1 to 1.
  ///
  /// - Throws: `RunError` if the network takes no images, `ImageError` for a file, `InterpreterError` for memory.
  init(_ network: Network, images: [String], samples: Int) throws {
    if images.isEmpty {
      tensors = network.graph.inputs.map { input in
        let shape = [samples] + (input.shape.values ?? [])
        let values = Initialization.uniform(low: -1, high: 1).values(
          count: shape.reduce(1, *), name: input.name ?? "input", seed: 0)
        return Tensor(values, shape: shape)
      }
      return
    }
    guard network.graph.inputs.count == 1 else {
      let names = network.graph.inputs.compactMap(\.name).joined(separator: ", ")
      throw RunError(
        "the network takes \(names), and --images are of one input; without it random numbers are compared",
        isUnusable: true)
    }
    let files = try ImageListing.files(at: images)
    guard !files.isEmpty else {
      throw RunError("no JPEG or PNG files in \(images.joined(separator: ", "))", isUnusable: true)
    }
    tensors = [try ImageRun(network, batch: files.count).batch(of: files)]
  }
}
