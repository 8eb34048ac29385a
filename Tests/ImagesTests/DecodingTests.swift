import Testing

@testable import Images

@Suite("Decoding") struct DecodingTests {
  @Test("every kind of file decodes to what Pillow decodes", arguments: try Fixtures.lines("decoded.txt"))
  func recorded(line: [String]) throws {
    let image = try Image(bytes: Fixtures.bytes(line[0]), name: line[0])
    let expected = try Fixtures.image(line.dropFirst())
    #expect(image.width == expected.width && image.height == expected.height && image.channels == expected.channels)
    // The inverse transform of JPEG may differ by one between versions of the library.
    let tolerance = line[0].hasSuffix(".png") ? 0 : 1
    let difference = zip(image.samples, expected.samples).map { abs(Int($0) - Int($1)) }.max()
    #expect(try #require(difference) <= tolerance)
  }

  @Test("16-bit samples with alpha are rounded to 8 bits, alpha dropped")
  func wideAlpha() throws {
    // Two pixels, each grey and alpha in 16 bits.
    let raw: [UInt8] = [0, 0x80, 0xFF, 0x10, 0, 0x40, 0x41, 0, 0]
    let bytes = PNGMaker.file(
      PNGMaker.header(2, 1, depth: 16, color: 4), PNGMaker.chunk("IDAT", PNGMaker.stored(raw)), PNGMaker.chunk("IEND"))
    let image = try Image(bytes: bytes, name: "wide")
    #expect(image.channels == 1)
    #expect(image.samples == [0x80, 0x40])
  }

  @Test("chunks that an image does not need are not read, whatever is in them")
  func ancillaryChunks() throws {
    let plain = [
      PNGMaker.header(2, 1), PNGMaker.chunk("IDAT", PNGMaker.stored([0, 7, 9])), PNGMaker.chunk("IEND"),
    ]
    let more = PNGMaker.chunk("iCCP", [1, 2, 3]) + PNGMaker.chunk("gAMA", [0]) + PNGMaker.chunk("tRNS", [9])
    let image = try Image(bytes: PNGMaker.file(plain[0], more, plain[1], plain[2]), name: "more")
    #expect(image.samples == [7, 9])
    #expect(try Image(bytes: PNGMaker.file(plain[0], plain[1], plain[2]) + [1, 2, 3], name: "tail") == image)
  }

  @Test("bytes between segments of a JPEG harm nothing")
  func extraneousBytes() throws {
    var bytes = try Fixtures.bytes("color.jpg")
    let image = try Image(bytes: bytes, name: "color")
    bytes.insert(contentsOf: [0, 0, 0], at: bytes.count - 2)
    #expect(try Image(bytes: bytes, name: "color") == image)
  }

  @Test("grey of colours is rounded as Pillow rounds it, and colours of grey are grey")
  func channels() {
    let image = Image(
      width: 4, height: 1, channels: 3, samples: [255, 0, 0, 0, 255, 0, 0, 0, 255, 200, 200, 200])
    #expect(image.grey.samples == [76, 150, 29, 200])
    #expect(image.grey.rgb.samples.suffix(6) == [29, 29, 29, 200, 200, 200])
  }

  @Test("the centre is where torchvision has it")
  func centre() {
    let image = Image(width: 7, height: 5, channels: 1, samples: (0..<35).map(UInt8.init))
    // Margins of 1.5 and 0.5 are rounded to even: 2 and 0.
    #expect(image.centre(width: 4, height: 4).samples.prefix(4) == [2, 3, 4, 5])
    #expect(image.centre(width: 5, height: 3).samples.first == 8)
    #expect(image.centre(width: 7, height: 5) == image)
  }
}
