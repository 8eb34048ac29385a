import ImageInput
import NIOCore
import NIOPosix
import NeuralNetworks
import Runtime
import ServiceLifecycle
import Tensors

/// A class of an image.
struct NamedClass: Codable, Hashable, Sendable {
  /// The class's place in the network's output, from 0.
  var index: Int
  /// What the class is called, if the server was given labels.
  var label: String?
  /// From 0 to 1.
  var probability: Float
}

/// Classifies images on threads of its own.
///
/// An image takes milliseconds of computing. Done where requests are handled, it would hold up all other connections, so
/// it is handed to as many threads as there are cores, one image each; the plan is shared, and has memory for as many
/// runs as there are threads.
struct Classifier: Sendable {
  /// The most pixels of an image; a small file can announce many, and each takes time.
  static let maximumPixels = 50_000_000
  /// The most bytes that decoding an image takes on each thread.
  static let maximumMemory = 256 << 20

  private let plan: Plan<Tensor>
  private let labels: [String]
  private let threads: NIOThreadPool

  /// Plans the network and starts the threads.
  ///
  /// - Parameter labels: The classes' names; empty for none.
  /// - Throws: `LabelError` if there are not as many labels as classes; `PlanError`.
  init(model: EfficientNetLite0, labels: [String] = []) throws {
    plan = try model.plan(input: [1] + EfficientNetLite0.inputShape, PlanOptions(threads: 1))
    self.labels = labels
    let classes = plan.execution.outputShapes[0][1]
    guard labels.isEmpty || labels.count == classes else { throw LabelError(count: labels.count, classes: classes) }
    threads = NIOThreadPool(numberOfThreads: System.coreCount)
    threads.start()
  }

  /// The likeliest classes of a JPEG or PNG file, the likeliest first.
  ///
  /// - Throws: `ImageInputError` if the bytes are no image that can be decoded; `CancellationError` if the task is
  ///   cancelled before its turn.
  func classes(of image: ByteBuffer, count: Int = 5) async throws -> [NamedClass] {
    try await threads.runIfActive {
      let input = try EfficientNetLite0.preprocessing.tensor(
        image: Array(image.readableBytesView), shape: EfficientNetLite0.inputShape, maximumPixels: Self.maximumPixels,
        maximumMemory: Self.maximumMemory)
      return softmax(plan(input)).likeliest(count)[0].map { best in
        NamedClass(
          index: best.index, label: labels.isEmpty ? nil : labels[best.index], probability: best.probability)
      }
    }
  }
}

extension Classifier: Service {
  /// Waits for the end of the server, and ends the threads.
  func run() async throws {
    try? await gracefulShutdown()
    try await threads.shutdownGracefully()
  }
}

/// Labels of another network.
struct LabelError: Error, CustomStringConvertible {
  var count: Int
  var classes: Int

  var description: String { "there are \(count) labels for a network of \(classes) classes" }
}
