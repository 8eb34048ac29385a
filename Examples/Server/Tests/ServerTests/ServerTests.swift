import Foundation
import Hummingbird
import HummingbirdTesting
import Testing

@testable import Server

/// The network has no weights here; what it says of an image is tested with cnnc itself.
@Suite struct ServerTests {
  private func application(requestLimit: Int = 32) throws -> Application<RouterResponder<BasicRequestContext>> {
    let classifier = try Classifier(model: EfficientNetLite0())
    return Application(router: routes(classifier, requestLimit: requestLimit), services: [classifier])
  }

  /// A PNG of one grey pixel.
  private let pixel = ByteBuffer(
    bytes: Data(
      base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")
      ?? Data())

  @Test func anImageIsAnsweredWithItsClasses() async throws {
    try await application().test(.router) { client in
      let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
        for _ in 0..<8 {
          group.addTask {
            let response = try await client.executeRequest(
              uri: "/classify", method: .post, headers: [:], body: pixel)
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json; charset=utf-8")
            return try JSONDecoder().decode(Answer.self, from: response.body)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let classes = try #require(answers.first?.classes)
      #expect(classes.count == 5)
      #expect(zip(classes, classes.dropFirst()).allSatisfy { $0.probability >= $1.probability })
      #expect(answers.allSatisfy { $0.classes == classes })
    }
  }

  @Test func whatIsNoImageIsRefused() async throws {
    try await application().test(.router) { client in
      let refused: [(body: ByteBuffer, status: HTTPResponse.Status)] = [
        (ByteBuffer(), .badRequest),
        (ByteBuffer(string: "hello"), .unprocessableContent),
        (ByteBuffer(bytes: pixel.readableBytesView.prefix(40)), .unprocessableContent),
        (ByteBuffer(repeating: 0, count: 16 << 20 + 1), .contentTooLarge),
      ]
      for (body, status) in refused {
        try await client.execute(uri: "/classify", method: .post, body: body) { response in
          #expect(response.status == status)
          #expect(String(buffer: response.body).hasPrefix(#"{"error":{"message":""#))
        }
      }
      try await client.execute(uri: "/classify", method: .get) { response in
        #expect(response.status == .methodNotAllowed)
        #expect(response.headers[.allow] == "POST")
      }
      try await client.execute(uri: "/other", method: .post) { #expect($0.status == .notFound) }
      try await client.execute(uri: "/health", method: .get) { #expect($0.status == .ok) }
    }
  }

  @Test func tooManyRequestsAreTurnedAway() async throws {
    try await application(requestLimit: 0).test(.router) { client in
      try await client.execute(uri: "/classify", method: .post, body: pixel) { response in
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.retryAfter] == "1")
      }
    }
  }

  @Test func labelsMustBeAsManyAsClasses() {
    #expect(throws: LabelError.self) { try Classifier(model: EfficientNetLite0(), labels: ["cat", "dog"]) }
  }
}
