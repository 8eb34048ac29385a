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
}
