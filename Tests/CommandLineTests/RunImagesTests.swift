import ArgumentParser
import Foundation
import Images
import JSON
import Tensors
import Testing
import Weights

@testable import cnnc

@Suite("cnnc run on images") struct RunImagesTests {
  private static let spec = """
    cnnc: 1
    model: Small
    input: {channels: 3, size: 8}
    layers:
      - {name: c, conv: {out: 4, kernel: 3}}
      - relu
      - global_avg_pool
      - flatten
      - {name: fc, linear: {out: 3}}
    preprocess: {resize: [8, 8], interpolation: bicubic, mean: 0.5, std: 0.25}
    labels: [cat, dog, "owl, barn"]

    """

  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("ImagesTests/Fixtures")

  /// A folder with the spec and the named images in `photos/`.
  private func folder(with images: [String]) throws -> (TemporaryFolder, spec: String, photos: String) {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    try FileManager.default.createDirectory(atPath: folder.path("photos"), withIntermediateDirectories: true)
    for name in images {
      try FileManager.default.copyItem(
        at: Self.fixtures.appendingPathComponent(name), to: URL(fileURLWithPath: folder.path("photos/\(name)")))
    }
    return (folder, spec, folder.path("photos"))
  }

  @Test("a folder's images run in batches, and give what their tensors give one by one")
  func batches() throws {
    let names = ["alpha.png", "color.jpg", "color.png", "grey.jpg", "palette.png"]
    let (folder, spec, photos) = try folder(with: names)
    let run = ["run", spec, "--weights", "random:3"]
    #expect(
      try status(of: run + [photos, "--batch", "2", "-o", folder.path("all.npz"), "--tap", "c"]) == .success)
    let all = try WeightFile.open(folder.path("all.npz"))
    #expect(all.tensors.map(\.shape) == [[5, 3], [5, 4, 6, 6]])
    let outputs = try all.float32(named: "output")
    var preprocessing = ImagePreprocessing()
    preprocessing.resize = .exact(height: 8, width: 8)
    preprocessing.interpolation = .bicubic
    preprocessing.mean = [0.5]
    preprocessing.deviation = [0.25]
    for (index, name) in names.enumerated() {
      let image = try Image(file: "\(photos)/\(name)")
      let tensor = try preprocessing.tensor(of: image, name: name, channels: 3, height: 8, width: 8)
      let input = folder.path("input.npy")
      try WeightWriter.write(
        [WeightWriter.Tensor(name: "x", shape: [3, 8, 8]) { tensor.elements }], to: input, format: .npy)
      let output = folder.path("one.npy")
      #expect(try status(of: run + ["--input", input, "-o", output]) == .success)
      let file = try WeightFile.open(output)
      #expect(file.tensors.map(\.shape) == [[1, 3]])
      let found = try file.float32(named: try #require(file.tensors.first).name)
      #expect(found == Array(outputs[(index * 3)..<(index * 3 + 3)]))
    }
  }

  /// color.png with EXIF's orientation 6 before its data.
  private func turnedPhotograph() throws -> [UInt8] {
    let block: [UInt8] = [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]
    let chunk = [0, 0, 0, UInt8(block.count)] + Array("eXIf".utf8) + block + [0, 0, 0, 0]
    let png = try Array(Data(contentsOf: Self.fixtures.appendingPathComponent("color.png")))
    return Array(png[..<33]) + chunk + png[33...]
  }

  @Test("photographs are set upright where the spec says so, and noted where it does not say")
  func orientations() throws {
    let (folder, spec, photos) = try folder(with: ["color.png"])
    let path = "\(photos)/turned.png"
    try Data(turnedPhotograph()).write(to: URL(fileURLWithPath: path))
    let image = try Image(file: path)
    #expect(image.orientation == .left)
    try Data(#require(image.upright.png)).write(to: URL(fileURLWithPath: "\(photos)/upright.png"))
    func outputs(_ orientation: String?, _ name: String) throws -> [Float] {
      let text = orientation.map { Self.spec.replacing("preprocess: {", with: "preprocess: {orient: \($0), ") }
      let spec = try folder.write(text ?? Self.spec, to: "oriented.yaml")
      let output = folder.path("o.npy")
      #expect(
        try status(of: ["run", spec, "--weights", "random:3", "\(photos)/\(name)", "-o", output]) == .success)
      let file = try WeightFile.open(output)
      return try file.float32(named: try #require(file.tensors.first).name)
    }
    let (plain, upright) = (try outputs(nil, "color.png"), try outputs(nil, "upright.png"))
    #expect(plain != upright)
    #expect(try outputs(nil, "turned.png") == plain && outputs("none", "turned.png") == plain)
    #expect(try outputs("exif", "turned.png") == upright && outputs("exif", "upright.png") == upright)
    // What is said of it.
    let network = try Network(spec, NetworkChoice())
    #expect(network.orientationNote([]) == nil)
    let note = try #require(network.orientationNote([path]))
    #expect(note.hasPrefix("1 image does not lie upright by EXIF (\(path)), and stays so; `preprocess: {orient: ex"))
    let several = try #require(network.orientationNote([path, "b.jpg"], among: 9))
    let beginning = "2 of 9 images that were looked at do not lie upright by EXIF (the first is \(path)), and stay so;"
    #expect(several.hasPrefix(beginning))
    for word in ["exif", "none"] {
      let text = Self.spec.replacing("preprocess: {", with: "preprocess: {orient: \(word), ")
      let said = try Network(folder.write(text, to: "said.yaml"), NetworkChoice())
      #expect(said.orientationNote([path]) == nil)
    }
  }

  @Test("what cannot be used is skipped, and the exit status says so")
  func skipped() throws {
    let (folder, spec, photos) = try folder(with: ["color.jpg", "color.png"])
    _ = try folder.write("not an image", to: "photos/broken.jpg")
    _ = try folder.write("not an image either", to: "photos/notes.txt")
    let output = folder.path("out.safetensors")
    let run = ["run", spec, "--weights", "random:1", "-o", output]
    #expect(try status(of: run + [photos]) == .findings)
    #expect(try WeightFile.open(output).tensors.map(\.shape) == [[2, 3]])
    #expect(try status(of: run + ["\(photos)/color.png", "\(photos)/none.png"]) == .findings)
    #expect(try WeightFile.open(output).tensors.map(\.shape) == [[1, 3]])
    // A single .npy cannot hold a tap beside the output.
    let both = ["run", spec, "--weights", "random:1", "\(photos)/color.png", "--tap", "c", "-o", folder.path("x.npy")]
    #expect(throws: ValidationError.self) { try status(of: both) }
    try FileManager.default.createDirectory(atPath: folder.path("empty"), withIntermediateDirectories: true)
    #expect(try status(of: run + [folder.path("empty")]) == .unusable)
  }

  @Test("networks and labels that do not fit images are said")
  func misfits() throws {
    let (folder, spec, photos) = try folder(with: ["color.png"])
    let run = ["--weights", "random:1", "\(photos)/color.png"]
    let bare = try folder.write(Self.spec.replacing("preprocess", with: "# preprocess"), to: "bare.yaml")
    #expect(try status(of: ["run", bare] + run) == .findings)
    #expect(try status(of: ["run", bare, "--input", "3x13x19"] + run) == .success)
    let four = try folder.write(Self.spec.replacing("channels: 3", with: "channels: 4"), to: "four.yaml")
    #expect(try status(of: ["run", four] + run) == .findings)
    let zero = try folder.write(Self.spec.replacing("std: 0.25", with: "std: 0"), to: "zero.yaml")
    #expect(try status(of: ["run", zero] + run) == .findings)
    let labels = try folder.write("a\nb\n", to: "labels.txt")
    #expect(try status(of: ["run", spec, "--labels", labels] + run) == .findings)
    #expect(try status(of: ["run", spec, "--labels", folder.path("none.txt")] + run) == .unusable)
    _ = try folder.write("a\nb\nc\n", to: "labels.txt")
    #expect(try status(of: ["run", spec, "--labels", labels] + run) == .success)
    // A spec's own file of labels need not be there.
    let list = "labels: [cat, dog, \"owl, barn\"]"
    let absent = try folder.write(Self.spec.replacing(list, with: "labels: none.txt"), to: "absent.yaml")
    #expect(try status(of: ["run", absent] + run) == .success)
  }

  @Test(
    "what the command line may not say is refused",
    arguments: [
      ["a.png", "--input", "x.npy"], [], ["--input", "3x8x8"], ["a.png", "--input", "x.txt"], ["a.png", "--top", "0"],
      ["a.png", "--batch", "0"], ["a.png", "--tap", "c"], ["a.png", "-o", "x.txt"], ["a.png", "--format", "xml"],
      ["a.png", "--input", "3x8x8", "--input", "3x9x9"], ["--tensor", "x.npy"],
    ])
  func usage(arguments: [String]) {
    #expect(throws: (any Error).self) {
      _ = try Cnnc.parseAsRoot(["run", "m.yaml", "--weights", "random:1"] + arguments)
    }
  }

  /// What is printed for two images with the logarithms of these shares.
  private func printed(_ format: ClassificationReport.Format) throws -> String {
    final class Text { var text = "" }
    let folder = try TemporaryFolder()
    let network = try Network(try folder.write(Self.spec, to: "m.yaml"), NetworkChoice())
    let text = Text()
    var report = ClassificationReport(
      format, network: network, labels: try ClassNames(network.spec, of: network.graph, file: nil), top: 2
    ) { text.text += $0 }
    let shares: [Float] = [0.25, 0.25, 0.5, 0.75, 0.125, 0.125]
    try report.add(Tensor(shares.map { log($0) }, shape: [2, 3]), of: ["a.png", "b,c.png"], isRequired: true)
    report.skip(ImageError(.truncated, file: "d.png", "ends"))
    report.finish()
    return text.text
  }

  @Test("classes are printed as text, CSV and JSON")
  func formats() throws {
    #expect(
      try printed(.text) == "a.png\n   50.00%  owl, barn\n   25.00%  cat\nb,c.png\n   75.00%  cat\n   12.50%  dog\n")
    let lines = try printed(.csv).split(separator: "\n")
    #expect(lines.count == 5 && lines[0] == "file,rank,class,label,probability")
    #expect(lines[1].hasPrefix("a.png,1,2,\"owl, barn\",0."))
    #expect(lines[4].hasPrefix("\"b,c.png\",2,1,dog,0.12"))
    let json = try JSONSerialization.jsonObject(with: Data(try printed(.json).utf8)) as? [String: Any]
    let images = try #require(json?["images"] as? [[String: Any]])
    #expect(images.map { $0["file"] as? String } == ["a.png", "b,c.png"])
    let first = try #require((images[0]["classes"] as? [[String: Any]])?.first)
    #expect(first["class"] as? Int == 2 && first["label"] as? String == "owl, barn")
    #expect(abs((first["probability"] as? Double ?? 0) - 0.5) < 1e-6)
    let skipped = try #require(json?["skipped"] as? [[String: Any]])
    #expect(skipped.first?["reason"] as? String == "truncated")
  }

  @Test("the bar is as full as the share that is done")
  func bar() {
    #expect(Progress.bar(0, of: 10) == "[\(String(repeating: "░", count: 30))] 0 of 10 images")
    #expect(Progress.bar(10, of: 10) == "[\(String(repeating: "█", count: 30))] 10 of 10 images")
    #expect(Progress.bar(5, of: 10).filter { $0 == "█" }.count == 15)
  }
}
