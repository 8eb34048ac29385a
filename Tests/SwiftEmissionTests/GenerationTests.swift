import Foundation
import Layers
import Testing

@testable import SwiftEmission

@Suite("Generated Swift")
struct GenerationTests {
  @Test(arguments: Generated.specs)
  func everySpecIsGeneratedTheSameEachTime(_ spec: String) throws {
    // A file of blocks is no network.
    guard !spec.hasSuffix("blocks/tail.yaml") else { return }
    let result = try Generated.source(spec)
    #expect(try Generated.source(spec).source == result.source)
    #expect(result.source.contains("struct \(result.typeName): Model {"))
    let long = result.source.split(separator: "\n").filter { $0.count > 120 }
    #expect(long.isEmpty)
  }

  @Test(arguments: ["resnet50", "vgg16", "densenet121", "efficientnet", "resnet18", "mobilenet_v1"])
  func everyVariantIsGenerated(_ name: String) throws {
    let spec = "specs/\(name).yaml"
    let plain = try Generated.source(spec)
    for variant in try Generated.variants(spec) {
      let result = try Generated.source(spec, variant: variant)
      #expect(result.typeName != plain.typeName)
      // Loops stand for depth, so a deeper network is hardly a longer file.
      #expect(result.source.count < plain.source.count * 5 / 4, "\(variant)")
    }
  }

  @Test func variantsAreNamedAsPeopleCallThem() throws {
    #expect(try Generated.source("specs/resnet50.yaml", variant: "resnet152").typeName == "ResNet152")
    #expect(try Generated.source("specs/efficientnet.yaml", variant: "b4").typeName == "EfficientNetB4")
    #expect(try Generated.source("specs/vgg16.yaml", variant: "vgg16_bn").typeName == "VGG16Bn")
  }

  @Test func aBlockIsOneType() throws {
    let source = try Generated.source(
      layers:
        "  - {name: a, Block: {out: 8}}\n  - {name: b, Block: {out: 16, stride: 2}}\n  - {name: c, Block: {out: 16}, repeat: 9}",
      blocks: """
        blocks:
          Block:
            params: {out: int, stride: int = 1}
            layers: [{residual: [conv: {out: out, kernel: 3, stride: stride}], shortcut: {name: down, project: conv}}]
        """)
    #expect(source.components(separatedBy: "struct Block").count == 2)
    #expect(source.contains("init(in channels: Int, out: Int, stride: Int = 1)"))
    #expect(source.contains("c = (0..<9).map { _ in Block(in: 16, out: 16) }"))
    #expect(source.contains("if stride != 1 || channels != out {"))
    #expect(source.contains("conv1(input) + (down?(input) ?? input)"))
  }

  @Test func whatHasNoFormulaBecomesAParameter() throws {
    // `input.h` is not known in initializers, and no other parameter goes with it.
    let source = try Generated.source(
      layers: """
          - {name: a, Block}
          - max_pool: {kernel: 2}
          - {name: b, Block}
          - max_pool: {kernel: 4}
          - {name: c, Block}
        """,
      blocks: """
        blocks:
          Block:
            layers: [conv: {out: "input.h * input.h - 5 * input.w + 7", kernel: 1}, conv: {out: 4, kernel: 1}]
        """)
    #expect(source.contains("init(out: Int)") || source.contains("init(in channels: Int, out: Int)"))
  }

  @Test func usesThatDifferTooMuchAreTypesOfTheirOwn() throws {
    let source = try Generated.source(
      layers: "  - {name: a, Block: {n: 1}}\n  - {name: b, Block: {n: 3}}",
      blocks: """
        blocks:
          Block:
            params: {n: int}
            layers: [{branches: [{name: l, conv: {out: 2, kernel: 1}}, {name: m, when: n > 1, conv: {out: 3, kernel: 1}}, identity], join: concat}]
        """)
    #expect(source.contains("struct Block: Module") && source.contains("struct Block2: Module"))
  }

  @Test func numbersOfAFileAreInTheSource() throws {
    let layers = """
        - global_avg_pool
        - flatten
        - {name: first, rbf: {out: 2, centers: data/a-codes.txt}}
        - {name: second, rbf: {out: 3, centers: b.txt}}
      """
    let source = try Generated.source(
      layers: layers, files: ["data/a-codes.txt": "1 -1 0.5 1e3\n2 3 4 1e-9", "b.txt": "1 2\n3 4\n5 6"])
    #expect(source.contains("first = Fixed(RadialBasis(in: 4, out: 2), .values(\"centers\", Net.aCodes))"))
    #expect(source.contains("second = Fixed(RadialBasis(in: 2, out: 3), .values(\"centers\", Net.b))"))
    #expect(source.contains("static let aCodes: [Float] = [1, -1, 0.5, 1000, 2, 3, 4, 1e-09]"))
    // So many numbers are left to a file of weights.
    let row = String(repeating: "1 ", count: 4)
    let long = try Generated.source(
      layers: """
          - global_avg_pool
          - flatten
          - {name: first, rbf: {out: 5000, centers: a.txt}}
        """, files: ["a.txt": String(repeating: row + "\n", count: 5000)])
    #expect(long.contains("first = Fixed(RadialBasis(in: 4, out: 5000))"))
  }

  @Test(arguments: [("exif", true), ("none", false)])
  func photographsAreTurnedWhereTheSpecSaysSo(_ word: String, _ isTurned: Bool) throws {
    let source = try Generated.source(layers: "  - relu", more: "preprocess: {crop: 16, orient: \(word)}")
    #expect(source.contains("Preprocessing(crop: 16"))
    #expect(source.contains("orientsByEXIF: true") == isTurned, "\(source)")
  }

  @Test func sourceLocationsAreTheSpecsLines() throws {
    let layers = """
        - {name: a, Block: {wide: true}}
        - {name: b, Block: {wide: false}}
        - global_avg_pool
        - flatten
      """
    let blocks = """
      blocks:
        Block:
          params: {wide: bool}
          layers:
            - {name: c1, conv: {out: 8, kernel: 3}}
            - {name: extra, when: wide, seq: [{name: c, conv: {out: 8, kernel: 1}}, relu]}
            - {when: wide, sigmoid}
            - relu
      """
    let plain = try Generated.source(layers: layers, blocks: blocks)
    let located = try Generated.source(
      layers: layers, blocks: blocks, options: SwiftOptions(locatesSources: true))
    #expect(!plain.contains("#sourceLocation"))
    let golden = """
        func callAsFunction(_ input: Tensor) -> Tensor {
          #sourceLocation(file:"net.yaml",line:14)
          var x = a(input)
          #sourceLocation(file:"net.yaml",line:15)
          x = b(x)
          #sourceLocation(file:"net.yaml",line:16)
          return flatten(globalAveragePool(x))
          #sourceLocation()
        }
      """
    #expect(located.contains(golden), "\(located)")
    // What has no line of its own, such as a condition, belongs to the file again.
    let starts = located.split(separator: "\n").map { $0.drop { $0 == " " } }
    let isOpen = starts.reduce(into: [false]) { open, line in
      if line.hasPrefix("#sourceLocation") { open.append(line != "#sourceLocation()") }
      if line.hasPrefix("if ") || line.hasPrefix("}") { #expect(open.last == false, "\(line)") }
    }
    #expect(isOpen.count > 8)
    // But for the lines that it adds and the comments that it replaces, the source is the same.
    let code = plain.split(separator: "\n").map { $0.components(separatedBy: "  // net.yaml")[0] }
    let lines = located.split(separator: "\n").map(String.init)
    #expect(lines.filter { !$0.contains("#sourceLocation") } == code)
  }
}
