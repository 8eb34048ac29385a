import Foundation
import Hummingbird
import ImageInput
import NeuralNetworks
import Runtime
import Tensors

/// A class of an image, as the answer has it.
struct Answer: ResponseCodable {
  var index: Int
  var label: String?
  var probability: Float
}

/// Answers `POST /classify`, a JPEG or PNG as the body, with the five likeliest classes.
///
///     curl --data-binary @photo.jpg http://127.0.0.1:8080/classify
@main
struct Server {
  /// The most bytes of an image that is taken.
  private static let limit = 16 << 20

  static func main() async throws {
    guard (2...3).contains(CommandLine.arguments.count) else {
      print("usage: Server WEIGHTS [LABELS]")
      exit(2)
    }
    let model = try EfficientNetLite0(weights: URL(fileURLWithPath: CommandLine.arguments[1]))
    // One plan serves all requests at once; each run has memory of its own.
    let plan = try model.plan(input: [1] + EfficientNetLite0.inputShape, PlanOptions(threads: 1))
    let labels = try CommandLine.arguments.dropFirst(2).first.map { path in
      try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }
    let router = Router()
    router.post("classify") { request, _ -> [Answer] in
      let body = try await request.body.collect(upTo: limit)
      let input: Tensor
      do {
        input = try EfficientNetLite0.preprocessing.tensor(
          image: Array(body.readableBytesView), shape: EfficientNetLite0.inputShape)
      } catch {
        throw HTTPError(.unprocessableContent, message: "\(error)")
      }
      return softmax(plan(input)).likeliest(5)[0].map { best in
        let label = labels.flatMap { $0.indices.contains(best.index) ? $0[best.index] : nil }
        return Answer(index: best.index, label: label, probability: best.probability)
      }
    }
    let application = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 8080)))
    try await application.runService()
  }
}
