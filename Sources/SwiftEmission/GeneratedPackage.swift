import SwiftSource

/// A package around a generated network: it builds, and its program runs the network on an image or a tensor.
package struct GeneratedPackage: Sendable {
  /// Where the package finds the library.
  package enum Library: Hashable, Sendable {
    /// A folder with this repository.
    case path(String)
    /// A repository with a version to begin from.
    case repository(String, from: String)
  }

  /// The package's files by their paths in it.
  package private(set) var files: [(path: String, text: String)]

  /// - Parameter name: What the repository is called by, the last part of its path.
  package init(_ result: SwiftGenerator.Result, library: Library) {
    let type = result.typeName
    files = [
      ("Package.swift", Self.manifest(type, library, readsImages: result.readsImages)),
      ("Sources/\(type)/\(type).swift", result.source),
      ("Sources/\(type)/main.swift", Self.program(result)),
    ]
  }

  /// The line by which a manifest that was generated is known, so that no other is overwritten.
  package static let mark = "// Written by `cnnc generate --package`, which writes it anew each time."

  private static func manifest(_ type: String, _ library: Library, readsImages: Bool) -> String {
    let (dependency, name): (String, String) =
      switch library {
      case .path(let path): (".package(name: \"cnnc\", path: \"\(escaped(path))\")", "cnnc")
      case .repository(let url, let version):
        (".package(url: \"\(escaped(url))\", from: \"\(escaped(version))\")", packageName(url))
      }
    let products = (readsImages ? ["ImageInput"] : []) + ["NeuralNetworks"]
    let lines = products.map { "        .product(name: \"\($0)\", package: \"\(escaped(name))\")," }
    return """
      // swift-tools-version: 6.0
      \(mark)
      import PackageDescription

      let package = Package(
        name: "\(type)",
        platforms: [.macOS(.v13)],
        dependencies: [
          \(dependency)
        ],
        targets: [
          .executableTarget(
            name: "\(type)",
            dependencies: [
      \(lines.joined(separator: "\n"))
            ])
        ],
        swiftLanguageModes: [.v6]
      )

      """
  }

  /// `https://host/name.git` as `name`, which is what SwiftPM calls the package.
  private static func packageName(_ url: String) -> String {
    let last = url.split(separator: "/").last.map(String.init) ?? url
    return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
  }

  private static func escaped(_ text: String) -> String {
    text.flatMap { $0 == "\\" || $0 == "\"" ? ["\\", $0] : [$0] }.reduce(into: "") { $0.append($1) }
  }

  private static func program(_ result: SwiftGenerator.Result) -> String {
    let type = result.typeName
    let input =
      result.readsImages
      ? """
      let image = URL(fileURLWithPath: CommandLine.arguments[2])
      let input = try \(type).preprocessing.tensor(imageAt: image, shape: \(type).inputShape)
      """
      : """
      let tensors = try zip(CommandLine.arguments[2...], \(type).inputShapes).map { path, shape in
        let file = try WeightFile.open(path)
        guard let info = file.tensors.first, file.tensors.count == 1 else {
          print("an input is a file with one tensor, and \\(path) has \\(file.tensors.count)")
          exit(1)
        }
        return Tensor(try file.float32(named: info.name), shape: [1] + shape)
      }
      let input = \(type).Input(tensors: tensors)
      """
    let operands =
      result.readsImages
      ? "IMAGE"
      : result.inputNames.isEmpty ? "TENSOR" : result.inputNames.map { $0.uppercased() }.joined(separator: " ")
    let imports =
      result.readsImages
      ? ["Foundation", "ImageInput", "NeuralNetworks", "Tensors"]
      : ["Foundation", "NeuralNetworks", "Tensors", "Weights"]
    let output = result.endsWithSoftmax ? "plan(input).tensors[0]" : "softmax(plan(input).tensors[0])"
    let label = result.hasLabels ? "\\(\(type).labels[best.index])" : "class \\(best.index)"
    return """
      \(imports.map { "import \($0)" }.joined(separator: "\n"))

      guard CommandLine.arguments.count == \(2 + max(1, result.inputNames.count)) else {
        print("usage: \(type) WEIGHTS \(operands)")
        exit(2)
      }
      do {
        let model = try \(type)(weights: URL(fileURLWithPath: CommandLine.arguments[1]))
        // The shape is planned once; the plan then runs without setting memory aside.
        let plan = try model.plan(\(result.inputNames.isEmpty ? "input: [1] + \(type).inputShape" : "inputs: \(type).inputShapes.map { [1] + $0 }"))
      \(input.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
        let output = \(output)
        for best in flatten(output).likeliest(5)[0] {
          print(String(format: "%6.2f%%  ", best.probability * 100) + "\(label)")
        }
      } catch {
        print(error)
        exit(1)
      }

      """
  }
}
