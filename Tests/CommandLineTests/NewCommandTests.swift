import ArgumentParser
import Foundation
import Frontend
import GraphIR
import Shapes
import Testing

@testable import cnnc

@Suite("cnnc new") struct NewCommandTests {
  @Test(
    "what it writes has no findings and trains",
    arguments: [
      [], ["--input", "1x28x28"], ["--input", "3x224x224", "--classes", "1000"], ["--input", "3x48x64"],
      ["--input", "4x32x32"], ["--input", "1x1x1"], ["--input", "1x16000", "--classes", "35"],
      ["--input", "1x16x64x64", "--classes", "2"], ["--input", "784"], ["--input", "1"], ["--input", "3x4000x10"],
    ])
  func written(_ options: [String]) throws {
    let folder = try TemporaryFolder()
    #expect(try status(of: ["new", folder.path("my-net"), "--recipe"] + options) == .success)
    #expect(try folder.names() == ["my-net-recipe.yaml", "my-net.yaml"])
    let spec = folder.path("my-net.yaml")
    let compilation = Compilation(path: spec, choice: NetworkChoice(), lints: try LintOptions.parse(["--strict"]))
    #expect(compilation.diagnostics.isEmpty, "\(compilation.diagnostics.map(\.message))")
    let network = try #require(Network(compilation))
    #expect(network.graph.name == "MyNet")
    let input = options.firstIndex(of: "--input").map { options[$0 + 1] } ?? "3x32x32"
    #expect(network.graph.input == Shape(sizes: input))
    let classes = options.firstIndex(of: "--classes").map { options[$0 + 1] } ?? "10"
    let outputs = network.graph.outputs.compactMap { $0.value.node.map { network.graph.nodes[$0].output.description } }
    #expect(outputs == [classes])
    _ = try RecipeSource.read(folder.path("my-net-recipe.yaml"), allowsAnyPath: true)
    let isImage = input.hasPrefix("3x") || input.hasPrefix("1x28") || input == "1x1x1"
    let recipe = try folder.read("my-net-recipe.yaml")
    #expect(recipe.contains("photos/") == isImage && recipe.contains("augment:") == isImage)
    let shape = input.replacing("x", with: "×")
    #expect(recipe.contains("# my-net.npz has numpy's arrays `x`, N×\(shape) real numbers") == !isImage, "\(recipe)")
    // What the comments tell to type can be typed.
    let texts = try [folder.read("my-net.yaml"), folder.read("my-net-recipe.yaml")]
    let lines = texts.joined().split(separator: "\n").filter { $0.hasPrefix("#   cnnc ") }
    #expect(lines.count == 4)
    for line in lines {
      let words = line.dropFirst(4).split(separator: " ").prefix { !["every", "with", "a"].contains($0) }
      #expect(throws: Never.self, "\(line)") { try Cnnc.parseAsRoot(words.dropFirst().map(String.init)) }
    }
  }

  @Test("nothing that is there is written over, and all is written or nothing")
  func present() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write("mine", to: "a.yaml")
    #expect(try status(of: ["new", folder.path("a")]) == .unusable)
    #expect(try status(of: ["new", spec]) == .unusable)
    _ = try folder.write("mine", to: "b-recipe.yaml")
    #expect(try status(of: ["new", folder.path("b"), "--recipe"]) == .unusable)
    #expect(try folder.names() == ["a.yaml", "b-recipe.yaml"] && folder.read("a.yaml") == "mine")
    #expect(try status(of: ["new", folder.path("none/c")]) == .unusable)
  }

  @Test(
    "names and sizes that no spec has are refused",
    arguments: [
      [], [""], ["-"], ["a b"], ["a/"], [".hidden"], ["ä"], ["a", "--input", "3xHxW"], ["a", "--input", "cat"],
      ["a", "--input", "3x1000001x8"], ["a", "--classes", "0"], ["a", "--classes", "many"],
    ])
  func refused(_ words: [String]) {
    #expect(throws: (any Error).self) { try Cnnc.parseAsRoot(["new"] + words) }
  }

  @Test(arguments: [("net", "Net"), ("my-net_2", "MyNet2"), ("2d", "Net2d"), ("resNet", "ResNet")])
  func models(_ name: String, _ model: String) {
    let shape = Shape([.known(1), .known(8), .known(8)])
    #expect(FirstSpec(name: name, input: shape, classes: 2).model == model)
  }
}
