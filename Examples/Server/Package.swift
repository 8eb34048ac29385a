// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "Server",
  platforms: [.macOS(.v14)],
  dependencies: [
    .package(name: "cnnc", path: "../.."),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.0.0"),
  ],
  targets: [
    .executableTarget(
      name: "Server",
      dependencies: [
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "ImageInput", package: "cnnc"),
        .product(name: "NeuralNetworks", package: "cnnc"),
      ],
      plugins: [.plugin(name: "GenerateModels", package: "cnnc")])
  ],
  swiftLanguageModes: [.v6]
)
