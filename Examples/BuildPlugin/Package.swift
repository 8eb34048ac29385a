// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "BuildPlugin",
  platforms: [.macOS(.v13)],
  dependencies: [.package(name: "cnnc", path: "../..")],
  targets: [
    .executableTarget(
      name: "BuildPlugin",
      dependencies: [.product(name: "NeuralNetworks", package: "cnnc")],
      plugins: [.plugin(name: "GenerateModels", package: "cnnc")])
  ],
  swiftLanguageModes: [.v6]
)
