import Testing

@testable import Images

@Suite("Resizing") struct ResizeTests {
  @Test("every filter gives Pillow's bits")
  func recorded() throws {
    var sources: [String: Image] = [:]
    var compared = 0
    for line in try Fixtures.lines("resized.txt") {
      let image = try Fixtures.image(line.dropFirst(2))
      if line[0] == "source" {
        sources[line[1]] = image
        continue
      }
      let filter = try #require(Interpolation(rawValue: line[0]))
      let source = try #require(sources[line[1]])
      let resized = source.resized(width: image.width, height: image.height, filter)
      #expect(resized == image, "\(line[0]) \(line[1]) to \(image.width)×\(image.height)")
      compared += 1
    }
    #expect(compared == 45)
  }

  /// The weighted mean of an area in double precision, rounded after each direction only.
  private func slow(_ image: Image, _ width: Int, _ height: Int, _ filter: Interpolation) -> [Double] {
    func pass(_ values: [Double], _ old: Int, _ new: Int, lines: Int, _ index: (Int, Int) -> Int) -> [[Double]] {
      let scale = max(1, Double(old) / Double(new))
      return (0..<lines).map { line in
        (0..<new).map { pixel in
          let centre = (Double(pixel) + 0.5) * Double(old) / Double(new)
          var (sum, weights) = (0.0, 0.0)
          for source in 0..<old {
            let weight = filter.weight((Double(source) + 0.5 - centre) / scale)
            sum += weight * values[index(line, source)]
            weights += weight
          }
          return min(255, max(0, sum / weights))
        }
      }
    }
    let rows = pass(image.samples.map(Double.init), image.width, width, lines: image.height) { $0 * image.width + $1 }
    let flat = rows.flatMap { $0.map { $0.rounded() } }
    let columns = pass(flat, image.height, height, lines: width) { $1 * width + $0 }
    return (0..<height).flatMap { y in (0..<width).map { columns[$0][y] } }
  }

  @Test(
    "a plain implementation agrees to rounding", arguments: [Interpolation.bilinear, .bicubic, .lanczos],
    [(5, 3), (13, 40), (64, 7)])
  func plain(filter: Interpolation, size: (Int, Int)) {
    var state: UInt64 = 7
    let samples = (0..<(29 * 31)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    let image = Image(width: 29, height: 31, channels: 1, samples: samples)
    let resized = image.resized(width: size.0, height: size.1, filter)
    let expected = slow(image, size.0, size.1, filter)
    let difference = zip(resized.samples, expected).map { abs(Double($0) - $1) }.max() ?? 1000
    // Half for the last rounding; rounding between the directions is where a half lies on either side.
    #expect(difference < 1.6)
  }

  @Test("one colour stays what it is", arguments: Interpolation.allCases)
  func constant(filter: Interpolation) {
    let image = Image(width: 9, height: 8, channels: 3, samples: (0..<216).map { [10, 128, 255][$0 % 3] })
    for (width, height) in [(3, 3), (20, 5), (1, 1), (9, 30)] {
      let resized = image.resized(width: width, height: height, filter)
      #expect(resized.samples.enumerated().allSatisfy { $1 == [10, 128, 255][$0 % 3] })
    }
  }
}
