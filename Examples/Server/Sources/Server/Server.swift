import ArgumentParser
import Foundation
import Hummingbird
import NeuralNetworks

/// Answers images with what is on them.
///
///     curl --data-binary @photo.jpg http://127.0.0.1:8080/classify
@main
struct Server: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answers POST /classify, a JPEG or PNG as the body, with the likeliest classes as JSON.")

  @Argument(help: "The weights of EfficientNet-Lite0.", completion: .file())
  var weights: String

  @Option(help: "A file with the classes' names, one a line.", completion: .file())
  var labels: String?

  @Option(help: "The address to listen at.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen at.")
  var port = 8080

  @Option(help: ArgumentHelp("The time in which a whole request must come.", valueName: "seconds"))
  var deadline: Int64 = 30

  func validate() throws {
    guard 1...3600 ~= deadline else { throw ValidationError("--deadline is from 1 to 3600 seconds") }
  }

  func run() async throws {
    let names = try labels.map { path in
      try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).map(String.init)
    }
    let classifier = try Classifier(
      model: EfficientNetLite0(weights: URL(fileURLWithPath: weights)), labels: names ?? [])
    let application = Application(
      router: routes(classifier),
      server: .http1(
        configuration: .init(additionalChannelHandlers: [RequestDeadline(.seconds(deadline))])),
      configuration: .init(address: .hostname(host, port: port), serverName: "Server"),
      services: [classifier])
    try await application.runService()
  }
}
