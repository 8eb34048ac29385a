import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Server

/// Times that pass in a channel without a network.
@Suite("Deadlines of requests") struct RequestDeadlineTests {
  private static let head = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/classify")

  private static func channel() throws -> EmbeddedChannel {
    let channel = EmbeddedChannel(handler: RequestDeadline(.seconds(4)))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }

  private static func status(_ channel: EmbeddedChannel) throws -> Int? {
    guard case .head(let response)? = try channel.readOutbound(as: HTTPResponsePart.self) else { return nil }
    return response.status.code
  }

  @Test func aBodyThatTricklesIsAnswered408() throws {
    let channel = try Self.channel()
    try channel.writeInbound(HTTPRequestPart.head(Self.head))
    for _ in 0..<3 {
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
      try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
    }
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    #expect(!channel.isActive)
    #expect(try Self.status(channel) == 408)
  }

  /// Nothing was asked, so nothing is answered.
  @Test func aSilentConnectionIsClosed() throws {
    let channel = try Self.channel()
    channel.embeddedEventLoop.advanceTime(by: .seconds(4))
    #expect(!channel.isActive)
    #expect(try Self.status(channel) == nil)
  }

  /// Computing takes as long as it takes; the next request has the whole time again.
  @Test func whatIsWholeIsWaitedFor() throws {
    let channel = try Self.channel()
    channel.embeddedEventLoop.advanceTime(by: .seconds(3))
    try channel.writeInbound(HTTPRequestPart.head(Self.head))
    try channel.writeInbound(HTTPRequestPart.end(nil))
    channel.embeddedEventLoop.advanceTime(by: .seconds(60))
    #expect(channel.isActive)
    try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
    try channel.writeOutbound(HTTPResponsePart.end(nil))
    #expect(try Self.status(channel) == 200)
    channel.embeddedEventLoop.advanceTime(by: .seconds(3))
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    #expect(!channel.isActive)
  }
}
