import Hummingbird
import ImageInput
import NIOCore
import Synchronization

/// The answer to an image.
struct Answer: ResponseCodable {
  /// The likeliest classes, the likeliest first.
  var classes: [NamedClass]
}

/// `POST /classify` answers an image, JPEG or PNG, with its classes; `GET /health` says that the server is there, also
/// while as many images wait as may, and `GET /metrics` has counts and times for Prometheus.
func routes(_ classifier: Classifier, requestLimit: Int = 32) -> Router<BasicRequestContext> {
  let router = Router()
  let measurements = Measurements()
  router.get("health") { _, _ in HTTPResponse.Status.ok }
  router.get("metrics") { _, _ in
    Response(
      status: .ok, headers: [.contentType: "text/plain; version=0.0.4"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: measurements.text)))
  }
  let images = router.group("classify").add(middleware: Measuring(measurements: measurements))
  for method in [HTTPRequest.Method.get, .head, .put, .patch, .delete] {
    images.on("", method: method) { _, _ -> Response in
      throw HTTPError(.methodNotAllowed, headers: [.allow: "POST"], message: "post an image, JPEG or PNG, as the body")
    }
  }
  images.add(middleware: RequestLimit(requestLimit)).post { request, _ in
    do {
      return Answer(classes: try await classifier.classes(of: try await image(in: request)))
    } catch let error as ImageInputError {
      throw HTTPError(.unprocessableContent, message: "\(error)")
    }
  }
  return router
}

/// The most bytes of an image.
private let sizeLimit = 16 << 20

/// The body of a request.
///
/// - Throws: `HTTPError` if it is empty or larger than an image may be.
private func image(in request: Request) async throws -> ByteBuffer {
  let tooLarge = HTTPError(.contentTooLarge, message: "an image may have \(sizeLimit) bytes")
  // Most senders say how much is to come, and need not send it.
  if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > sizeLimit { throw tooLarge }
  do {
    let body = try await request.body.collect(upTo: sizeLimit)
    guard body.readableBytes > 0 else { throw HTTPError(.badRequest, message: "the body is empty; send an image") }
    return body
  } catch is NIOTooManyBytesError {
    throw tooLarge
  }
}

/// Turns requests away while too many wait, before it reads their bodies: memory stays bounded, and nobody waits for
/// an answer that comes too late.
private final class RequestLimit: RouterMiddleware {
  typealias Context = BasicRequestContext

  private let limit: Int
  private let running = Atomic(0)

  init(_ limit: Int) { self.limit = limit }

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let count = running.add(1, ordering: .relaxed).newValue
    defer { running.subtract(1, ordering: .relaxed) }
    guard count <= limit else {
      throw HTTPError(.serviceUnavailable, headers: [.retryAfter: "1"], message: "too many images wait already")
    }
    return try await next(request, context)
  }
}
