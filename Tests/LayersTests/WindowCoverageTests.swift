import Shapes
import Testing

@testable import Layers

@Suite("Pixels that no window reads")
struct WindowCoverageTests {
  /// Against windows that are laid out one by one.
  @Test func agreeWithCounting() throws {
    var wrong: [String] = []
    for kernel in 1...3 {
      for (stride, dilation) in [(1, 1), (2, 1), (3, 1), (5, 1), (9, 1), (2, 3), (7, 2)] {
        for padding in [0, 1, 4, 11] {
          for size in [1, 2, 3, 5, 8, 13] {
            let window = Window(
              kernel: AxisSizes(kernel), stride: AxisSizes(stride),
              padding: .explicit(top: padding, bottom: padding, left: padding, right: padding),
              dilation: AxisSizes(dilation))
            let extent = dilation * (kernel - 1) + 1
            guard size + 2 * padding >= extent else { continue }
            let input = Shape.maps(1, .known(size), .known(size))
            let output = Shape(channels: 1, try window.output(over: input))
            let count = try #require(output.spatial[0].value)
            let unread = try #require(window.unread(in: input, output: output))
            var isRead = Array(repeating: false, count: size)
            for index in 0..<count {
              let start = index * stride - padding
              for pixel in start..<start + extent where isRead.indices ~= pixel { isRead[pixel] = true }
            }
            let end = max(0, min(size, (count - 1) * stride + extent - padding))
            let between = isRead[..<end].filter { !$0 }.count
            if unread[0] != Window.Unread(atEnd: size - end, between: between) || unread[0] != unread[1] {
              wrong.append("kernel \(kernel), stride \(stride), dilation \(dilation), padding \(padding), size \(size)")
            }
          }
        }
      }
    }
    #expect(wrong == [])
  }

  /// Numbers stay those of the input, whatever the window.
  @Test func neverExceedTheInput() throws {
    let large = 2_147_483_647
    let window = Window(
      kernel: AxisSizes(3), stride: AxisSizes(large),
      padding: .explicit(top: large, bottom: large, left: large, right: large))
    let input = Shape.maps(1, 8, 8)
    let output = Shape(channels: 1, try window.output(over: input))
    let unread = try #require(window.unread(in: input, output: output))
    // Of three windows the second reads the first three rows.
    #expect(unread[0] == Window.Unread(atEnd: 0, between: 5))
  }
}
