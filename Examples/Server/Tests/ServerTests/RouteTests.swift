import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import Server

/// What the routes answer, without a server: requests go to the router itself.
@Suite("Routes") struct RouteTests {
  /// The network with its first weights, whose classes are as good as drawn.
  private static let classifier = Result { try Classifier(model: EfficientNetLite0()) }

  private static let image = {
    let root = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    return (try? Data(contentsOf: root.appendingPathComponent("Tests/ImagesTests/Fixtures/color.png"))) ?? Data()
  }()

  /// The status, headers and body of an answer.
  private struct Answered {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var text: String
  }

  private static func answer(
    _ responder: RouterResponder<BasicRequestContext>, _ method: HTTPRequest.Method, _ path: String,
    _ body: [UInt8] = [], length: Int? = nil
  ) async throws -> Answered {
    var head = HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path)
    if let length { head.headerFields[.contentLength] = "\(length)" }
    let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body)))
    let context = BasicRequestContext(
      source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "tests")))
    let response: Response
    do {
      response = try await responder.respond(to: request, context: context)
    } catch let error as any HTTPResponseError {
      response = try error.response(from: request, context: context)
    }
    let writer = Collected()
    try await response.body.write(writer)
    return Answered(status: response.status, headers: response.headers, text: writer.text)
  }

  private static func responder(requestLimit: Int = 32) throws -> RouterResponder<BasicRequestContext> {
    try routes(classifier.get(), requestLimit: requestLimit).buildResponder()
  }

  @Test func anImageIsAnsweredWithItsClasses() async throws {
    let responder = try Self.responder()
    let answered = try await Self.answer(responder, .post, "/classify", Array(Self.image))
    #expect(answered.status == .ok)
    let classes = try JSONDecoder().decode([String: [NamedClass]].self, from: Data(answered.text.utf8))["classes"]
    let shares = try #require(classes).map(\.probability)
    #expect(shares.count == 5 && shares == shares.sorted(by: >) && shares.reduce(0, +) <= 1)
    #expect(try await Self.answer(responder, .get, "/health").status == .ok)
    #expect(try await Self.answer(responder, .get, "/none").status == .notFound)
  }

  @Test(
    arguments: [
      ([], nil, 400, "the body is empty"), (Array("no image".utf8), nil, 422, "neither JPEG nor PNG"),
      (Array(image.prefix(image.count / 2)), nil, 422, "the image ends"),
      ([1], 17_000_000, 413, "an image may have 16777216 bytes"),
      ([UInt8](repeating: 0, count: 16_777_217), nil, 413, "an image may have 16777216 bytes"),
    ] as [([UInt8], Int?, Int, String)])
  func bodies(bytes: [UInt8], length: Int?, status: Int, text: String) async throws {
    let answered = try await Self.answer(try Self.responder(), .post, "/classify", bytes, length: length)
    #expect(answered.status.code == status && answered.text.contains(text), "\(answered)")
  }

  @Test func otherMethodsAreToldWhich() async throws {
    let responder = try Self.responder()
    for method in [HTTPRequest.Method.get, .put, .delete] {
      let answered = try await Self.answer(responder, method, "/classify")
      #expect(answered.status == .methodNotAllowed && answered.headers[.allow] == "POST")
    }
  }

  /// Who is turned away is told when to come again, and the rest of the server is there.
  @Test func fullServersTurnAway() async throws {
    let responder = try Self.responder(requestLimit: 0)
    let answered = try await Self.answer(responder, .post, "/classify", Array(Self.image))
    #expect(answered.status == .serviceUnavailable && answered.headers[.retryAfter] == "1")
    #expect(try await Self.answer(responder, .get, "/health").status == .ok)
    #expect(try await Self.answer(responder, .get, "/metrics").text.contains("{status=\"503\"} 1\n"))
  }

  @Test func requestsAreMeasured() async throws {
    let responder = try Self.responder()
    #expect(try await Self.answer(responder, .get, "/metrics").text.contains("\nclassify_seconds_count 0\n"))
    _ = try await Self.answer(responder, .post, "/classify", Array(Self.image))
    for _ in 0..<2 { _ = try await Self.answer(responder, .post, "/classify", [1, 2, 3]) }
    _ = try await Self.answer(responder, .get, "/classify")
    let answered = try await Self.answer(responder, .get, "/metrics")
    #expect(answered.headers[.contentType] == "text/plain; version=0.0.4")
    let lines = answered.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    for line in [
      "classify_requests_total{status=\"200\"} 1", "classify_requests_total{status=\"405\"} 1",
      "classify_requests_total{status=\"422\"} 2", "classify_requests_waiting 0", "classify_seconds_count 1",
      "classify_seconds_bucket{le=\"+Inf\"} 1",
    ] { #expect(lines.contains(Substring(line)), "\(line)\n\(answered.text)") }
  }

  @Test func labelsOfAnotherNetworkAreRefused() throws {
    #expect(throws: LabelError.self) { try Classifier(model: EfficientNetLite0(), labels: ["cat"]) }
  }
}

/// Keeps what a body writes.
private final class Collected: ResponseBodyWriter, @unchecked Sendable {
  private(set) var text = ""

  func write(_ buffer: ByteBuffer) async throws { text += String(buffer: buffer) }

  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
