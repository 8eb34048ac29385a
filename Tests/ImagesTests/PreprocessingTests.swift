import Diagnostics
import Foundation
import Frontend
import GraphIR
import NetworkImages
import SpecLanguage
import Testing

@testable import Images

@Suite("Preprocessing") struct PreprocessingTests {
  private func image(_ width: Int, _ height: Int, channels: Int = 3) -> Image {
    let samples = (0..<(width * height * channels)).map { UInt8(truncatingIfNeeded: $0 * 7) }
    return Image(width: width, height: height, channels: channels, samples: samples)
  }

  @Test("samples are scaled, the mean taken off and divided, in planes and in the order asked for")
  func numbers() throws {
    let image = Image(width: 2, height: 1, channels: 3, samples: [0, 51, 102, 153, 204, 255])
    var preprocessing = ImagePreprocessing()
    let plain = try preprocessing.tensor(of: image, name: "i", channels: 3, height: 1, width: 2)
    #expect(plain.shape == [1, 3, 1, 2])
    let planes: [Float] = [0, 153, 51, 204, 102, 255]
    #expect(plain.elements == planes.map { $0 / 255 })
    preprocessing.order = .bgr
    preprocessing.scale = 1
    preprocessing.mean = [104, 117, 123]
    preprocessing.deviation = [2]
    let normalized = try preprocessing.tensor(of: image, name: "i", channels: 3, height: 1, width: 2)
    #expect(normalized.elements == [-1, 75.5, -33, 43.5, -61.5, 15])
  }

  @Test("the shorter side is resized, the longer rounded down; then the centre is cut out")
  func sizes() throws {
    var preprocessing = ImagePreprocessing()
    preprocessing.resize = .shorterSide(16)
    preprocessing.crop = .init(height: 12, width: 14)
    for (width, height, resized) in [(31, 20, (24, 16)), (20, 31, (16, 24)), (16, 16, (16, 16)), (5, 4, (20, 16))] {
      let original = image(width, height)
      let tensor = try preprocessing.tensor(of: original, name: "i", channels: 3, height: 12, width: 14)
      let expected = original.resized(width: resized.0, height: resized.1, .bilinear).centre(width: 14, height: 12)
      #expect(tensor.shape == [1, 3, 12, 14])
      #expect(tensor[0, 1, 3, 5] == Float(expected.samples[(3 * 14 + 5) * 3 + 1]) / 255)
    }
    preprocessing.resize = .exact(height: 12, width: 14)
    #expect(throws: Never.self) {
      try preprocessing.tensor(of: image(100, 3, channels: 1), name: "i", channels: 3, height: 12, width: 14)
    }
  }

  @Test("colours become grey for a network of one channel")
  func grey() throws {
    let tensor = try ImagePreprocessing().tensor(of: image(4, 3), name: "i", channels: 1, height: 3, width: 4)
    #expect(tensor.elements == image(4, 3).grey.samples.map { Float($0) / 255 })
  }

  @Test("sizes are height by width, as the network's")
  func order() throws {
    for (resize, found) in [(nil, "is 3×4, height"), (ImagePreprocessing.Size.shorterSide(8), "is 8×10 after")] {
      var preprocessing = ImagePreprocessing()
      preprocessing.resize = resize
      let error = #expect(throws: ImageError.self) {
        _ = try preprocessing.tensor(of: image(4, 3), name: "i", channels: 3, height: 8, width: 9)
      }
      let text = error?.description ?? ""
      #expect(text.contains(found) && text.contains("the network takes 8×9; "), "\(text)")
    }
  }

  @Test("what does not become the network's input is an error with the file")
  func misfits() {
    func reason(
      _ image: Image, _ channels: Int = 3, _ size: Int = 8, _ change: (inout ImagePreprocessing) -> Void = { _ in }
    ) -> ImageError.Reason? {
      var preprocessing = ImagePreprocessing()
      change(&preprocessing)
      do throws(ImageError) {
        _ = try preprocessing.tensor(of: image, name: "i", channels: channels, height: size, width: size)
        return nil
      } catch {
        return error.file == "i" ? error.reason : nil
      }
    }
    #expect(reason(image(8, 8)) == nil)
    #expect(reason(image(9, 8)) == .unsuitable)
    #expect(reason(image(8, 8), 4) == .unsuitable)
    #expect(reason(image(9, 8)) { $0.resize = .shorterSide(8) } == .unsuitable)
    #expect(reason(image(7, 7)) { $0.crop = .init(height: 8, width: 8) } == .unsuitable)
    #expect(reason(image(8, 8)) { $0.mean = [1, 2] } == .unsuitable)
    // A strip would become 65536 times as long as it is wide.
    #expect(reason(image(1, 5000)) { $0.resize = .shorterSide(65536) } == .limit)
    #expect(reason(image(1, 5000)) { $0.resize = .exact(height: 8, width: 65536) } == .limit)
  }

  private func preprocessing(_ text: String, variant: String? = nil) throws -> ImagePreprocessing {
    let spec = """
      cnnc: 1
      params:
        side: int = 8
        area: size = [6, 7]
      variants: {small: {side: 4}}
      input: {channels: 3, size: 8}
      layers: [conv: {out: side, kernel: area}]
      \(text)

      """
    var options = BuildOptions()
    options.variant = variant
    let compilation = Compilation("m.yaml", options: options, files: MemoryFiles(texts: ["m.yaml": spec]))
    return try ImagePreprocessing(try #require(compilation.spec), for: try #require(compilation.graph))
  }

  @Test("a spec's expressions are computed with the network's parameters")
  func specs() throws {
    let text =
      "preprocess: {resize: 2 * side, crop: area, interpolation: bicubic, mean: [0.5, 1 / 4, 0], std: 0.5, order: bgr}"
    let found = try preprocessing(text, variant: "small")
    var expected = ImagePreprocessing()
    expected.resize = .shorterSide(8)
    expected.crop = .init(height: 6, width: 7)
    expected.interpolation = .bicubic
    expected.mean = [0.5, 0.25, 0]
    expected.deviation = [0.5]
    expected.order = .bgr
    #expect(found == expected)
    #expect(try preprocessing("preprocess: {resize: [3, side]}").resize == .exact(height: 3, width: 8))
    #expect(try preprocessing("") == ImagePreprocessing())
    #expect(try preprocessing("preprocess: {orient: exif}").orients)
    #expect(try preprocessing("preprocess: {orient: none}") == ImagePreprocessing())
  }

  @Test(
    "values that no image can have are errors with a place",
    arguments: [
      ("resize: side - 8", 13, "resize is 0"), ("crop: 1 / 2", 13, "not an integer"), ("crop: 100000", 13, "100000"),
      ("std: [1, 0, 1]", 13, "std is 0"), ("mean: other", 13, "'other'"), ("scale: 1 / 0", 13, "zero"),
    ])
  func faults(text: String, column: Int, message: String) {
    let error = #expect(throws: PreprocessingError.self) { try preprocessing("preprocess: {\(text)}") }
    #expect(error?.file == "m.yaml" && error?.line == 8)
    #expect((error?.column ?? 0) > column)
    #expect(error?.message.contains(message) ?? false, "\(error?.description ?? "")")
  }

  /// torchvision's transforms on Pillow's images give, with PyTorch and these weights, what the test of the command
  /// line compares; here the images alone.
  @Test(.enabled(if: Self.photographs != nil, "no photographs: set CNNC_SHARED to the folder that has data/images"))
  func photograph() throws {
    let folder = try #require(Self.photographs)
    var preprocessing = ImagePreprocessing()
    preprocessing.resize = .shorterSide(256)
    preprocessing.crop = .init(height: 224, width: 224)
    preprocessing.interpolation = .bicubic
    let image = try Image(file: folder + "/china.jpg")
    #expect(image.width == 640 && image.height == 427)
    let tensor = try preprocessing.tensor(of: image, name: "china.jpg", channels: 3, height: 224, width: 224)
    let sums = (0..<3).map { channel in
      tensor.elements[(channel * 50176)..<((channel + 1) * 50176)].reduce(0) { $0 + Int(($1 * 255).rounded()) }
    }
    #expect(sums == Self.recordedSums)
  }

  /// The sums of red, green and blue over the 224×224 pixels that Pillow and torchvision give.
  private static let recordedSums = [7_447_268, 7_277_240, 7_077_608]

  private static var photographs: String? {
    let shared = ProcessInfo.processInfo.environment["CNNC_SHARED"] ?? "../shared"
    let folder = shared + "/data/images"
    return FileManager.default.fileExists(atPath: folder + "/china.jpg") ? folder : nil
  }
}
