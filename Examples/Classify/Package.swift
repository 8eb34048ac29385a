// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "Classify",
  platforms: [.macOS(.v13)],
  dependencies: [.package(name: "cnnc", path: "../..")],
  targets: [
    .executableTarget(
      name: "Classify",
      dependencies: [
        .product(name: "ImageInput", package: "cnnc"),
        .product(name: "NeuralNetworks", package: "cnnc"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
