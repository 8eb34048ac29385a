import Images
import Interpreter
import NetworkImages
import Tensors

/// Runs a network on image files, a batch after the other.
struct ImageRun {
  private let preprocessing: ImagePreprocessing
  private let channels: Int
  private let height: Int
  private let width: Int
  private let batch: Int
  private let network: Network

  /// - Throws: `PreprocessingError`, `RunError` if the network takes no images, `InterpreterError` if there is no memory
  ///   for a batch.
  init(_ network: Network, batch: Int) throws {
    if network.graph.inputs.count > 1 {
      let names = network.graph.inputs.compactMap(\.name)
      throw RunError(
        "the network takes \(names.joined(separator: ", ")); give it tensors by --input \(names[0])=FILE and so on")
    }
    let input = network.graph.input
    guard let sizes = input.values, sizes.count == 3, sizes[0] == 1 || sizes[0] == 3 else {
      throw RunError(
        "the network takes \(input), and an image is 1×H×W or 3×H×W; give it a tensor by --input FILE")
    }
    (channels, height, width) = (sizes[0], sizes[1], sizes[2])
    do throws(AllocationError) {
      let elements = [batch, channels, height, width].saturatingProduct
      try SystemMemory.require(floats: elements, elements)
    } catch {
      throw InterpreterError.outOfMemory(path: "input", error)
    }
    preprocessing = try ImagePreprocessing(network.spec, for: network.graph)
    self.batch = batch
    self.network = network
  }

  /// Files as one batch.
  ///
  /// - Throws: `ImageError` for a file that cannot be used.
  func batch(of files: [String]) throws(ImageError) -> Tensor {
    var elements: [Float] = []
    for file in files {
      let image = try Image(file: file)
      let tensor = try preprocessing.tensor(of: image, name: file, channels: channels, height: height, width: width)
      tensor.withUnsafeBufferPointer { elements.append(contentsOf: $0) }
    }
    return Tensor(elements, shape: [files.count, channels, height, width])
  }

  /// Decodes, runs and reports files; those that cannot be used are reported and skipped.
  func run(
    _ files: [String], _ runner: NetworkRunner, _ outputs: inout OutputCollector, _ report: inout ClassificationReport
  ) throws {
    var progress = Progress(total: files.count, step: batch)
    var names: [String] = []
    var elements: [Float] = []
    var turned: [String] = []
    func runBatch() throws {
      guard !names.isEmpty else { return }
      let results = try runner.results(for: [Tensor(elements, shape: [names.count, channels, height, width])])
      progress.clear()
      try outputs.add(results)
      try report.add(results.outputs[0], of: names, isRequired: !outputs.isKeeping)
      names.removeAll(keepingCapacity: true)
      elements.removeAll(keepingCapacity: true)
    }
    for (index, file) in files.enumerated() {
      do throws(ImageError) {
        let image = try Image(file: file)
        let tensor = try preprocessing.tensor(of: image, name: file, channels: channels, height: height, width: width)
        tensor.withUnsafeBufferPointer { elements.append(contentsOf: $0) }
        names.append(file)
        if image.orientation != .upright { turned.append(file) }
      } catch {
        progress.clear()
        standardError("cnnc: \(error); skipped\n")
        report.skip(error)
      }
      if names.count == batch || index == files.count - 1 { try runBatch() }
      progress.show(index + 1)
    }
    progress.clear()
    if let note = network.orientationNote(turned) { standardError("note: \(note)\n") }
  }
}
