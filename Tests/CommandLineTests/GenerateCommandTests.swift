import ArgumentParser
import Foundation
import Testing

@testable import cnnc

@Suite("cnnc generate") struct GenerateCommandTests {
  private static let spec = """
    cnnc: 1
    model: Small
    params: {width: int = 3}
    input: {channels: 2, size: 4}
    layers:
      - {name: c, conv: {out: width, kernel: 3, padding: half}}
      - relu
    preprocess: {mean: [0.5], std: [0.5]}

    """

  /// The folder with cnnc's sources.
  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardized.path

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test("a file is written whole, in a folder under its type's name, and --check sees when it is stale")
  func files() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let file = folder.path("Net.swift")
    #expect(try status(of: ["generate", spec, "-o", file, "--check"]) == .unusable)
    #expect(try status(of: ["generate", spec, "-o", file]) == .success)
    #expect(try text(file).contains("struct Small: Model {"))
    #expect(try status(of: ["generate", spec, "-o", file, "--check"]) == .success)
    #expect(try status(of: ["generate", spec, "--set", "width=4", "-o", file, "--check"]) == .findings)
    #expect(try status(of: ["generate", spec, "-o", folder.path(""), "--type-name", "Other"]) == .success)
    #expect(try text(folder.path("Other.swift")).contains("struct Other: Model {"))
    // A comment changes the hash, and so the file.
    _ = try folder.write(Self.spec + "# more\n", to: "m.yaml")
    #expect(try status(of: ["generate", spec, "-o", file, "--check"]) == .findings)
  }

  @Test("--target pytorch writes Python, and what is for Swift alone is refused with it")
  func pytorch() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let file = folder.path("net.py")
    let generate = ["generate", spec, "--target", "pytorch", "-o", file]
    #expect(try status(of: generate) == .success)
    let source = try text(file)
    #expect(source.contains("class Small(nn.Module):") && source.contains("self.c = nn.Conv2d("))
    #expect(try status(of: generate + ["--check"]) == .success)
    #expect(try status(of: generate + ["--set", "width=4", "--check"]) == .findings)
    #expect(try status(of: ["generate", spec, "--target", "pytorch", "-o", folder.path("")]) == .success)
    #expect(try text(folder.path("small.py")) == source)
    #expect(try status(of: generate + ["--type-name", "Other", "--source-locations"]) == .success)
    #expect(try text(file).contains("class Other(nn.Module):") && text(file).contains("# m.yaml:6"))
    for more in [
      ["--package", "--library", Self.repository], ["--access-modifier", "public"], ["--library", "x"],
      ["--type-name", "Tensor"], ["--type-name", "None"], ["--type-name", "small"],
    ] {
      #expect(throws: (any Error).self, "\(more)") { try GenerateCommand.parse(Array(generate.dropFirst()) + more) }
    }
    // What one language has taken, the other has not.
    #expect(throws: Never.self) { try GenerateCommand.parse(Array(generate.dropFirst()) + ["--type-name", "Conv2D"]) }
  }

  @Test("--with-training writes train.py beside, by the recipe of the spec, of a file and of options")
  func training() throws {
    let folder = try TemporaryFolder()
    let classifier =
      Self.spec.replacingOccurrences(of: "channels: 2", with: "channels: 3")
      .replacingOccurrences(of: "- relu\n", with: "- relu\n  - global_avg_pool\n  - flatten\n")
      + "train: {data: {folder: pets}, epochs: 3, batch: 16}\n"
    let spec = try folder.write(classifier, to: "m.yaml")
    let recipe = try folder.write("epochs: 5\noptimizer: adam\n", to: "r.yaml")
    let file = folder.path("net.py")
    let generate = ["generate", spec, "--target", "pytorch", "-o", file, "--with-training", "ddp"]
    #expect(try status(of: generate) == .success)
    let first = try text(folder.path("train.py"))
    #expect(first.contains("from net import Small\n") && first.contains("EPOCHS = 3\nBATCH = 16\n"), "\(first)")
    #expect(first.contains("DATA = \"\(folder.path("pets"))\"\n"))
    #expect(try status(of: generate + ["--check"]) == .success)
    let second = generate + ["--recipe", recipe, "-b", "8"]
    #expect(try status(of: second + ["--check"]) == .findings)
    #expect(try text(folder.path("train.py")) == first)
    #expect(try status(of: second) == .success)
    let other = try text(folder.path("train.py"))
    #expect(other.contains("EPOCHS = 5\nBATCH = 8\n") && other.contains("torch.optim.Adam("))
    #expect(try status(of: generate + ["--data", "idx:{{data}}"]) == .success)
    #expect(try text(folder.path("train.py")).contains("DATA = \"{{data}}\"\n"))
    let bare = try folder.write(Self.spec, to: "bare.yaml")
    // Neither maps nor a recipe without data can be trained.
    #expect(try status(of: ["generate", bare] + generate.dropFirst(2)) == .unusable)
    #expect(try status(of: generate + ["--freeze", "nothing"]) == .unusable)
    for more in [
      ["-o", "-"], ["-o", folder.path("train.py")], ["--target", "swift"], ["-o", folder.path("torch.py")],
      ["-o", folder.path("a-b.py")],
    ] {
      #expect(throws: (any Error).self, "\(more)") { try status(of: generate + more) }
    }
    #expect(throws: (any Error).self) { try GenerateCommand.parse([spec, "--target", "pytorch", "--epochs", "3"]) }
  }

  @Test("a package is written anew over one that was generated, never over another")
  func foreignPackage() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let package = ["generate", spec, "--package", "--library", Self.repository, "-o", folder.path("P")]
    #expect(try status(of: package) == .success)
    #expect(try status(of: package) == .success)
    let foreign = "// swift-tools-version: 6.0\nimport PackageDescription\n"
    _ = try folder.write(foreign, to: "P/Package.swift")
    _ = try folder.write("print(1)\n", to: "P/Sources/Small/main.swift")
    #expect(try status(of: package) == .unusable)
    #expect(try text(folder.path("P/Package.swift")) == foreign)
    #expect(try text(folder.path("P/Sources/Small/main.swift")) == "print(1)\n")
  }

  @Test func sourceLocations() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let file = folder.path("Net.swift")
    #expect(try status(of: ["generate", spec, "-o", file, "--source-locations"]) == .success)
    #expect(try text(file).contains("#sourceLocation(file:\"\(spec)\",line:6)\n"))
    #expect(try status(of: ["generate", spec, "-o", file, "--check"]) == .findings)
  }

  @Test func fixedTensors() throws {
    let folder = try TemporaryFolder()
    let layers = "layers: [global_avg_pool, flatten, {name: last, rbf: {out: 1, centers: codes.txt}}]\n"
    let spec = try folder.write("cnnc: 1\nmodel: M\ninput: {channels: 2, size: 4}\n" + layers, to: "m.yaml")
    let file = folder.path("M.swift")
    #expect(try status(of: ["generate", spec, "-o", file]) == .unusable)
    _ = try folder.write("1 -1\n", to: "codes.txt")
    #expect(try status(of: ["generate", spec, "-o", file]) == .success)
    #expect(try text(file).contains("static let codes: [Float] = [1, -1]"))
  }

  /// Names from a file are in the type, as those of a list are, and a package prints them.
  @Test func labels() throws {
    let folder = try TemporaryFolder()
    let layers = "layers: [global_avg_pool, flatten, {name: last, linear: {out: 2}}]\nlabels: names.txt\n"
    let text = "cnnc: 1\nmodel: M\ninput: {channels: 3, size: 4}\n" + layers + "preprocess: {mean: [0, 0, 0]}\n"
    let spec = try folder.write(text, to: "m.yaml")
    let file = folder.path("M.swift")
    #expect(try status(of: ["generate", spec, "-o", file]) == .success)
    #expect(try !self.text(file).contains("labels"))
    _ = try folder.write("cat\n\"dog\"\n", to: "names.txt")
    #expect(try status(of: ["generate", spec, "-o", file]) == .success)
    #expect(try self.text(file).contains("static let labels: [String] = [\"cat\", \"\\\"dog\\\"\"]"))
    let package = folder.path("package")
    #expect(try status(of: ["generate", spec, "-o", package, "--package", "--library", Self.repository]) == .success)
    #expect(try self.text("\(package)/Sources/M/main.swift").contains("M.labels[best.index]"))
    _ = try folder.write("cat\n", to: "names.txt")
    #expect(try status(of: ["generate", spec, "-o", file]) == .findings)
  }

  @Test func accessModifiers() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    for modifier in ["public", "package"] {
      let file = folder.path("\(modifier).swift")
      #expect(try status(of: ["generate", spec, "-o", file, "--access-modifier", modifier]) == .success)
      #expect(try text(file).contains("\(modifier) struct Small: Model {"))
      #expect(try text(file).contains("\(modifier) var c: Conv2D"))
    }
  }

  @Test func aPackage() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let package = folder.path("new/Package")
    let command = ["generate", spec, "--package", "--library", Self.repository, "-o", package]
    #expect(try status(of: command) == .success)
    #expect(try status(of: command + ["--check"]) == .success)
    #expect(try text(package + "/Package.swift").contains("name: \"Small\""))
    #expect(try text(package + "/Sources/Small/main.swift").contains("Small.preprocessing.tensor(imageAt:"))
    #expect(try text(package + "/Sources/Small/Small.swift").contains("static let preprocessing"))
  }

  /// The examples have a generated file and a spec that lie elsewhere too.
  @Test func theExamplesAreFresh() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let spec = "\(root)/specs/efficientnet_lite0.yaml"
    let file = "\(root)/Examples/Classify/Sources/Classify/EfficientNetLite0.swift"
    #expect(try status(of: ["generate", spec, "-o", file, "--check"]) == .success, "cnnc generate writes it anew")
    #expect(try text("\(root)/Examples/Server/Sources/Server/efficientnet_lite0.yaml") == text(spec))
  }

  @Test func wrongUsage() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    for arguments in [
      ["--check"], ["--package", "-o", "x"], ["--library", "x"], ["--type-name", "9x"],
      ["--package", "--library", "https://host/cnnc", "-o", "x"],
      ["--package", "--library", "https://host/cnnc@main", "-o", "x"],
      ["--package", "--library", "https://host/cnnc@1.0", "-o", "x"],
      ["--type-name", "Tensor"], ["--type-name", "Weights"],
    ] {
      #expect(throws: (any Error).self) { try status(of: ["generate", spec] + arguments) }
    }
    // A folder without cnnc's sources.
    let library = ["--package", "--library", folder.path(""), "-o", folder.path("P")]
    #expect(try status(of: ["generate", spec] + library) == .unusable)
    #expect(try status(of: ["generate", spec, "--input", "2xHxW"]) == .unusable)
    #expect(try status(of: ["generate", folder.path("none.yaml")]) == .unusable)
  }

  /// As `cnnc run`: classes by what the scores are, one number as it is, and anything else into a file.
  @Test(arguments: [
    ("{linear: {out: 3}}", "flatten(softmax(output)).likeliest(5)"),
    ("{linear: {out: 1}}", "print(output.elements[0])"),
    ("{linear: {out: 3}}, softmax", "flatten(output).likeliest(5)"),
    ("{rbf: {out: 3, centers: codes.txt}}", "flatten(softmax(output * -1)).likeliest(5)"),
    ("{reshape: {shape: [1, 1, 2]}}", "WeightWriter.write([tensor], to: path"),
  ])
  func whatAProgramSays(layers: String, text: String) throws {
    let folder = try TemporaryFolder()
    let head = "cnnc: 1\nmodel: M\ninput: {channels: 2, size: 4}\n"
    _ = try folder.write("1 -1\n0 1\n1 1\n", to: "codes.txt")
    let spec = try folder.write(head + "layers: [global_avg_pool, flatten, \(layers)]\n", to: "m.yaml")
    let run = ["generate", spec, "--package", "--library", Self.repository, "-o", folder.path("P")]
    #expect(try status(of: run) == .success)
    let program = try self.text(folder.path("P/Sources/M/main.swift"))
    #expect(program.contains(text), "\(program)")
    #expect(program.contains("import Weights") && program.contains(" OUTPUT") == text.contains("Writer"))
  }

  @Test("the one name that PyTorch's modules cannot have is told with its place")
  func nameThatModulesHave() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(
      """
      cnnc: 1
      input: {channels: 3, size: 8}
      layers:
        - {name: train, conv: {out: 3, kernel: 1}}
        - {name: training, conv: {out: 3, kernel: 1}}

      """, to: "m.yaml")
    #expect(try status(of: ["generate", spec, "--target", "pytorch", "-o", folder.path("m.py")]) == .findings)
    #expect(try status(of: ["generate", spec, "-o", folder.path("m.swift")]) == .success)
  }
}
