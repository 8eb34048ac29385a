import Foundation
import Images
import Testing

@testable import Augmentation

/// Changes of images against torchvision's (`Tests/Fixtures/record_augmentations.py`).
@Suite("Augmentations against torchvision's")
struct RecordedAugmentationTests {
  private static let changes: [String: @Sendable (Image, Double) -> Image] = {
    var changes: [String: @Sendable (Image, Double) -> Image] = [
      "flip": { image, _ in image.mirrored },
      "flip_vertically": { image, _ in image.upsideDown },
      "brightness": { $0.brightened(by: $1) },
      "contrast": { $0.contrasted(by: $1) },
      "saturation": { $0.saturated(by: $1) },
      "hue": { $0.withHueTurned(by: $1) },
      "sharpness": { $0.sharpened(by: $1) },
      "rotate_bilinear": { $0.turned(degrees: $1, isBilinear: true) },
      "resized": { image, _ in
        image.part(ImagePart(left: 3, top: 2, width: 7, height: 9)).resized(width: 10, height: 8, .bilinear)
      },
      "lighting": { image, factor in image.lit(by: [factor, -0.5 * factor, 2 * factor]) },
    ]
    let byName: [PolicyOperation] = [
      .rotate, .shearX, .shearY, .translateX, .translateY, .posterize, .solarize, .autoContrast, .equalize,
    ]
    for operation in byName { changes[operation.rawValue] = { operation.apply(to: $0, $1) } }
    return changes
  }()

  /// How many of all samples may differ by one: means of two pixels, as quarter turns of odd sizes have them, lie just
  /// between two samples, and the reference's rounding errors decide.
  private static let inexact: [String: Double] = ["rotate_bilinear": 0.02]

  @Test func changesAreTorchvisions() throws {
    let recorded = try Recorded.augmentations()
    let changes = Set(recorded.cases.map(\.change))
    #expect(changes == Set(Self.changes.keys))
    for recordedCase in recorded.cases {
      let image = try #require(recorded.images[recordedCase.image])
      let change = try #require(Self.changes[recordedCase.change])
      let result = change(image, recordedCase.strength)
      let name = "\(recordedCase.change) \(recordedCase.strength) of \(recordedCase.image)"
      #expect(result.samples.count == recordedCase.samples.count, "\(name)")
      let steps = zip(result.samples, recordedCase.samples).map { (x: UInt8, y: UInt8) -> Int in abs(Int(x) - Int(y)) }
      let differences = steps.filter { $0 > 0 }
      let allowed = Self.inexact[recordedCase.change] ?? 0
      #expect(
        Double(differences.count) <= allowed * Double(result.samples.count) && differences.allSatisfy { $0 == 1 },
        "\(name): \(differences)")
    }
  }

  @Test func strengthsOfPoliciesAreTorchvisions() throws {
    let names = ["Color": PolicyOperation.color, "AutoContrast": .autoContrast]
    let lines = try Recorded.lines(of: "policies.txt")
    #expect(lines.count == 28)
    for words in lines {
      let operation = try #require(
        names[words[1]] ?? PolicyOperation.all.first { $0.rawValue.lowercased() == words[1].lowercased() })
      #expect(operation.isSigned == (words[2] == "1"))
      for (bin, word) in words.dropFirst(3).enumerated() {
        let expected = try #require(Double(word))
        let space: PolicyOperation.Space = words[0] == "RandAugment" ? .narrow : .wide
        let strength = operation.strength(space, bin: bin, width: 224, height: 200)
        #expect(abs(strength - expected) <= 1e-6 * max(1, expected), "\(words[0]) \(operation) \(bin)")
      }
    }
  }
}

/// What the fixtures hold.
private enum Recorded {
  struct Case {
    var change: String
    var strength: Double
    var image: String
    var samples: [UInt8]
  }

  static func lines(of file: String) throws -> [[String]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    return text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }

  static func augmentations() throws -> (images: [String: Image], cases: [Case]) {
    var images: [String: Image] = [:]
    var cases: [Case] = []
    for words in try lines(of: "augmentations.txt") {
      let samples = try bytes(words[words.count - 1])
      if words[0] == "image" {
        let sizes = words[2..<5].compactMap { Int($0) }
        images[words[1]] = Image(width: sizes[1], height: sizes[0], channels: sizes[2], samples: samples)
      } else {
        let strength = try #require(Double(words[1]))
        cases.append(Case(change: words[0], strength: strength, image: words[2], samples: samples))
      }
    }
    return (images, cases)
  }

  private static func bytes(_ text: String) throws -> [UInt8] {
    let digits = Array(text.utf8)
    return try stride(from: 0, to: digits.count, by: 2).map { place in
      try #require(UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16))
    }
  }
}
