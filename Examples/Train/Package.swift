// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "Train",
  platforms: [.macOS(.v13)],
  dependencies: [.package(name: "cnnc", path: "../..")],
  targets: [
    .executableTarget(
      name: "Train",
      dependencies: [
        .product(name: "Datasets", package: "cnnc"),
        .product(name: "NeuralNetworks", package: "cnnc"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
