// swift-tools-version: 6.0
import PackageDescription

// One target a stage; each depends only on the stages above it, so the list reads as the pipeline.
let package = Package(
  name: "cnnc",
  platforms: [.macOS(.v13)],
  products: [
    .executable(name: "cnnc", targets: ["cnnc"]),
    .library(name: "NeuralNetworks", targets: ["NeuralNetworks", "Runtime", "Tensors", "Training", "Weights"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "ImageInput", targets: ["ImageInput"]),
    .plugin(name: "GenerateModels", targets: ["GenerateModels"]),
    .plugin(name: "GenerateModelsCommand", targets: ["GenerateModelsCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.1"),
    .package(url: "https://github.com/apple/swift-system", from: "1.4.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(
      name: "CJPEG", pkgConfig: "libturbojpeg",
      providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(
      name: "CCommit",
      cSettings: Context.environment["CNNC_COMMIT"].map { [.define("CNNC_COMMIT", to: "\"\($0)\"")] } ?? []),
    .target(name: "CTemporaryFiles"),
    .target(name: "AtomicFiles", dependencies: ["CTemporaryFiles"]),
    .target(name: "Diagnostics"),
    .target(name: "Expressions", dependencies: ["Diagnostics"]),
    .target(name: "Hashing"),
    .target(name: "YAML", dependencies: ["CLibYAML", "Diagnostics", "Hashing"]),
    .target(name: "JSON", dependencies: ["Hashing"]),
    .target(name: "Random", dependencies: ["Hashing"]),
    .target(name: "ProtocolBuffers"),
    .target(name: "Shapes"),
    .target(name: "Tensors", dependencies: ["Random"]),
    .target(name: "ONNX", dependencies: ["AtomicFiles", "ProtocolBuffers", "Tensors"]),
    .target(name: "CKernels"),
    .target(name: "Kernels", dependencies: ["CKernels", "Tensors"]),
    .target(name: "Runtime", dependencies: ["CKernels", "Hashing", "Kernels", "Tensors"]),
    .target(name: "Layers", dependencies: ["Shapes", "Tensors"]),
    .target(name: "Compression", dependencies: ["CZlib", "Tensors"]),
    .target(name: "Weights", dependencies: ["AtomicFiles", "Compression", "Hashing", "Random", "Tensors"]),
    .target(name: "Training", dependencies: ["Kernels", "Runtime", "Tensors"]),
    .target(
      name: "NeuralNetworks", dependencies: ["Layers", "Runtime", "Shapes", "Tensors", "Training", "Weights"]),
    .target(name: "SwiftSource", dependencies: ["Diagnostics"]),
    .target(name: "PythonSource", dependencies: ["Diagnostics"]),
    .target(name: "Recipes", dependencies: ["Diagnostics", "YAML"]),
    .target(
      name: "SpecLanguage",
      dependencies: [
        "Diagnostics", "Expressions", "Layers", "Recipes", "Shapes", "YAML",
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(
      name: "GraphIR",
      dependencies: ["Diagnostics", "Expressions", "JSON", "Layers", "Shapes", "SpecLanguage"]),
    .target(name: "Frontend", dependencies: ["Diagnostics", "GraphIR", "SpecLanguage"]),
    .target(
      name: "NetworkWeights",
      dependencies: [
        "Diagnostics", "GraphIR", "Layers", "Shapes", "SpecLanguage", "Tensors", "Weights",
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(name: "Images", dependencies: ["CJPEG", "CPNG", "Tensors"]),
    .target(name: "Augmentation", dependencies: ["Images", "Random"]),
    .target(
      name: "Datasets",
      dependencies: ["AtomicFiles", "Compression", "Hashing", "Images", "Random", "Tensors", "Weights"]),
    .target(name: "ImageInput", dependencies: ["Images", "NeuralNetworks", "Tensors"]),
    .target(
      name: "NetworkImages", dependencies: ["Diagnostics", "Expressions", "GraphIR", "Images", "SpecLanguage"]),
    .target(name: "Interpreter", dependencies: ["GraphIR", "Layers", "Runtime", "Shapes", "Tensors"]),
    .target(
      name: "TrainingRuns",
      dependencies: [
        "AtomicFiles", "Augmentation", "Datasets", "GraphIR", "Images", "Interpreter", "JSON", "Layers",
        "NetworkWeights", "ProtocolBuffers", "Random", "Recipes", "Runtime", "Tensors", "Training", "Weights",
      ]),
    .target(
      name: "ONNXEmission",
      dependencies: ["Diagnostics", "GraphIR", "Interpreter", "Layers", "ONNX", "ProtocolBuffers", "Shapes", "Tensors"]),
    .target(
      name: "Analysis",
      dependencies: [
        "Diagnostics", "Expressions", "Frontend", "GraphIR", "Layers", "NetworkWeights", "Recipes", "Shapes",
        "SpecLanguage", "Weights", "YAML",
      ]),
    .target(
      name: "Reports",
      dependencies: ["Analysis", "Diagnostics", "Expressions", "GraphIR", "JSON", "Layers", "Shapes", "SpecLanguage"]),
    .target(
      name: "Blueprints",
      dependencies: [
        "Diagnostics", "Expressions", "Frontend", "GraphIR", "Hashing", "Layers", "Shapes", "SpecLanguage",
      ]),
    .target(
      name: "SwiftEmission",
      dependencies: [
        "Blueprints", "Diagnostics", "Expressions", "GraphIR", "Images", "Layers", "NetworkImages",
        "NetworkWeights", "Shapes", "SpecLanguage", "SwiftSource",
      ]),
    .target(
      name: "TorchEmission",
      dependencies: [
        "Blueprints", "Diagnostics", "Expressions", "GraphIR", "Layers", "NetworkWeights", "PythonSource", "Shapes",
        "SpecLanguage",
      ]),
    .target(
      name: "TorchTraining",
      dependencies: [
        "Augmentation", "Blueprints", "GraphIR", "Images", "Layers", "PythonSource", "TorchEmission", "Training",
        "TrainingRuns",
      ], exclude: ["Templates"]),
    .target(
      name: "Profiling",
      dependencies: ["Diagnostics", "GraphIR", "JSON", "Kernels", "Reports", "Runtime", "Tensors"]),
    .target(
      name: "Pictures", dependencies: ["GraphIR", "JSON", "Layers", "Shapes", "SpecLanguage"], exclude: ["HTML/Page"]),
    .target(name: "LanguageServerProtocol", dependencies: ["JSON"]),
    .target(
      name: "EditorServices",
      dependencies: [
        "Analysis", "Diagnostics", "Expressions", "Frontend", "GraphIR", "Layers", "Pictures", "Recipes", "Reports",
        "Shapes", "SpecLanguage", "YAML",
      ]),
    .target(
      name: "LanguageServer",
      dependencies: [
        "Diagnostics", "EditorServices", "Frontend", "JSON", "LanguageServerProtocol", "Shapes", "SpecLanguage",
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(name: "Processes"),
    .target(
      name: "Peers",
      dependencies: [
        "AtomicFiles", "GraphIR", "Interpreter", "JSON", "Layers", "NetworkWeights", "Processes", "Runtime", "Shapes",
        "Tensors", "Training", "Weights", .product(name: "SystemPackage", package: "swift-system"),
      ], exclude: ["Runner"]),
    .executableTarget(
      name: "cnnc",
      dependencies: [
        "Analysis", "AtomicFiles", "Augmentation", "Blueprints", "CCommit", "Datasets", "Diagnostics", "Frontend",
        "GraphIR", "Hashing", "Images", "Interpreter", "JSON", "LanguageServer", "LanguageServerProtocol", "Layers",
        "NetworkImages", "NetworkWeights", "ONNX", "ONNXEmission", "Peers", "Pictures", "Processes", "Profiling",
        "PythonSource",
        "Recipes", "Reports", "Runtime", "Shapes", "SpecLanguage", "SwiftEmission", "SwiftSource", "Tensors",
        "Training",
        "TorchEmission", "TorchTraining", "TrainingRuns", "Weights", "YAML",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .plugin(name: "GenerateModels", capability: .buildTool(), dependencies: ["cnnc"]),
    .plugin(
      name: "GenerateModelsCommand",
      capability: .command(
        intent: .custom(verb: "generate-cnn-models", description: "Generates Swift source beside every spec."),
        permissions: [.writeToPackageDirectory(reason: "to write what is generated beside the specs")]),
      dependencies: ["cnnc"]),
    .target(
      name: "AllocationCounter", path: "Tests/AllocationCounter",
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(name: "RandomSpecs", path: "Tests/RandomSpecs"),
    .target(name: "SyntheticTensors", dependencies: ["Hashing", "Tensors"], path: "Tests/SyntheticTensors"),
    .target(
      name: "RecordedNetworks",
      dependencies: ["GraphIR", "NetworkWeights", "SpecLanguage", "SyntheticTensors", "Tensors", "Weights"],
      path: "Tests/RecordedNetworks"),
    .testTarget(
      name: "AnalysisTests",
      dependencies: [
        "Analysis", "Diagnostics", "Frontend", "GraphIR", "Layers", "Shapes", "SpecLanguage",
        .product(name: "SystemPackage", package: "swift-system"),
      ], exclude: ["Fixes/Mistakes", "Fixes/expected_fixes.txt"]),
    .testTarget(name: "AugmentationTests", dependencies: ["Augmentation", "Images", "Random"], exclude: ["Fixtures"]),
    .testTarget(name: "BlueprintsTests", dependencies: ["Blueprints", "Expressions", "Layers"]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "AtomicFiles", "cnnc", "Frontend", "GraphIR", "Images", "JSON", "ONNX", "Peers", "Profiling", "Recipes",
        "Runtime", "Shapes", "SpecLanguage", "SyntheticTensors", "Tensors", "TrainingRuns", "Weights",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], exclude: ["Fixtures"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Images", "Random", "Tensors", "Weights"]),
    .testTarget(
      name: "DiagnosticsTests",
      dependencies: ["Diagnostics", "Frontend", "GraphIR", "Reports", "Shapes", "SpecLanguage"], exclude: ["Golden"]),
    .testTarget(
      name: "DocumentationTests",
      dependencies: [
        "Analysis", "Diagnostics", "Frontend", "GraphIR", "Interpreter", "Layers", "NetworkWeights", "Profiling",
        "Recipes", "Reports", "Runtime", "SpecLanguage", "Tensors", "YAML",
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .testTarget(
      name: "EditorServicesTests",
      dependencies: ["Diagnostics", "EditorServices", "Frontend", "GraphIR", "Shapes", "SpecLanguage"]),
    .testTarget(name: "ExpressionsTests", dependencies: ["Diagnostics", "Expressions"]),
    .testTarget(name: "FrontendTests", dependencies: ["Diagnostics", "Frontend", "GraphIR", "SpecLanguage"]),
    .testTarget(
      name: "GraphIRTests",
      dependencies: [
        "Analysis", "Diagnostics", "Frontend", "GraphIR", "Layers", "Reports", "Shapes", "SpecLanguage",
        "SyntheticTensors",
      ], exclude: ["Fixtures"]),
    .testTarget(name: "HashingTests", dependencies: ["Hashing"]),
    .testTarget(
      name: "ImagesTests",
      dependencies: [
        "CJPEG", "Diagnostics", "Frontend", "GraphIR", "Images", "NetworkImages", "Random", "SpecLanguage", "Tensors",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "InterpreterTests",
      dependencies: [
        "Diagnostics", "Frontend", "GraphIR", "Interpreter", "Layers", "RecordedNetworks", "Runtime", "Shapes",
        "SpecLanguage",
        "SyntheticTensors", "Tensors", "Training",
      ], exclude: ["Fixtures"]),
    .testTarget(name: "JSONTests", dependencies: ["JSON"]),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "Random", "SyntheticTensors", "Tensors"]),
    .testTarget(name: "LanguageServerProtocolTests", dependencies: ["JSON", "LanguageServerProtocol", "Random"]),
    .testTarget(
      name: "LanguageServerTests",
      dependencies: ["JSON", "LanguageServer", "LanguageServerProtocol", "Random", "SpecLanguage"],
      exclude: ["Transcripts"]),
    .testTarget(
      name: "LayersTests",
      dependencies: ["Kernels", "Layers", "Runtime", "Shapes", "SwiftSource", "SyntheticTensors", "Tensors"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "NeuralNetworksTests",
      dependencies: [
        "Diagnostics", "Frontend", "GraphIR", "ImageInput", "Interpreter", "Layers", "NetworkWeights", "NeuralNetworks",
        "Runtime", "Shapes", "SpecLanguage", "SyntheticTensors", "Tensors", "Training", "Weights",
      ], exclude: ["Articles/flowers.yaml"]),
    .testTarget(
      name: "ONNXEmissionTests",
      dependencies: [
        "Diagnostics", "Frontend", "GraphIR", "Hashing", "Interpreter", "Layers", "NetworkWeights", "ONNX",
        "ONNXEmission", "ProtocolBuffers", "RandomSpecs", "Shapes", "SpecLanguage", "SyntheticTensors", "Tensors",
      ], exclude: ["Fixtures"]),
    .testTarget(
      name: "ONNXTests", dependencies: ["ONNX", "ProtocolBuffers", "Random", "Tensors"], exclude: ["Fixtures"]),
    .testTarget(
      name: "PicturesTests",
      dependencies: ["Diagnostics", "Frontend", "GraphIR", "Pictures", "RandomSpecs", "SpecLanguage"],
      exclude: ["Golden", "Page"]),
    .testTarget(
      name: "PeersTests",
      dependencies: [
        "Frontend", "GraphIR", "Interpreter", "JSON", "Peers", "SpecLanguage", "Tensors", "Training", "Weights",
      ], exclude: ["peer.sh"]),
    .testTarget(name: "ProfilingTests", dependencies: ["Profiling", "Runtime", "Tensors"]),
    .testTarget(
      name: "RandomSpecsTests",
      dependencies: [
        "AllocationCounter", "Analysis", "Diagnostics", "Frontend", "GraphIR", "Interpreter", "Layers",
        "NetworkWeights", "Pictures", "RandomSpecs", "Reports", "Runtime", "SpecLanguage", "SwiftEmission",
        "SyntheticTensors", "Tensors", "Training",
      ]),
    .testTarget(name: "RandomTests", dependencies: ["Random"]),
    .testTarget(name: "RecipesTests", dependencies: ["Diagnostics", "Recipes", "YAML"]),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Analysis", "Diagnostics", "Frontend", "GraphIR", "JSON", "Layers", "NetworkWeights", "Reports", "Shapes",
        "SpecLanguage", "YAML",
      ]),
    .testTarget(
      name: "RuntimeTests", dependencies: ["Hashing", "Kernels", "Runtime", "SyntheticTensors", "Tensors", "Training"]),
    .testTarget(name: "ShapesTests", dependencies: ["Shapes"]),
    .testTarget(name: "SpecLanguageTests", dependencies: ["Diagnostics", "Expressions", "SpecLanguage"]),
    .testTarget(
      name: "SwiftEmissionTests",
      dependencies: [
        "Blueprints", "Diagnostics", "Frontend", "GraphIR", "Layers", "NetworkWeights", "Shapes",
        "SpecLanguage",
        "SwiftEmission",
        "SwiftSource",
      ], exclude: ["Fixtures", "Golden"]),
    .testTarget(name: "PythonSourceTests", dependencies: ["PythonSource"]),
    .testTarget(
      name: "TorchEmissionTests",
      dependencies: [
        "Blueprints", "Diagnostics", "Frontend", "GraphIR", "Layers", "NetworkWeights", "RandomSpecs", "SpecLanguage",
        "TorchEmission",
      ], exclude: ["Golden"]),
    .testTarget(
      name: "TorchTrainingTests",
      dependencies: [
        "Diagnostics", "Frontend", "GraphIR", "Images", "NetworkImages", "NetworkWeights", "Recipes", "SpecLanguage",
        "TorchEmission", "TorchTraining", "TrainingRuns",
      ], exclude: ["Golden"]),
    .testTarget(name: "SwiftSourceTests", dependencies: ["Diagnostics", "SwiftSource"]),
    .testTarget(name: "TensorsTests", dependencies: ["SyntheticTensors", "Tensors"]),
    .testTarget(
      name: "TrainingRunsTests",
      dependencies: [
        "Augmentation", "Datasets", "Diagnostics", "Frontend", "GraphIR", "Images", "NetworkWeights", "Random",
        "Recipes",
        "SpecLanguage", "Tensors", "Training", "TrainingRuns",
      ]),
    .testTarget(name: "TrainingTests", dependencies: ["Training"], exclude: ["Fixtures"]),
    .testTarget(
      name: "WeightsTests",
      dependencies: [
        "AtomicFiles", "Compression", "Diagnostics", "Frontend", "GraphIR", "Layers", "NetworkWeights", "SpecLanguage",
        "Weights",
      ], exclude: ["Fixtures"]),
    .testTarget(
      name: "ZooTests",
      dependencies: [
        "Diagnostics", "Frontend", "GraphIR", "NetworkWeights", "Pictures", "RecordedNetworks", "Reports",
        "SpecLanguage",
      ],
      exclude: ["Fixtures"]),
    .testTarget(name: "YAMLTests", dependencies: ["Diagnostics", "YAML"]),
  ],
  swiftLanguageModes: [.v6]
)

// The plugins' tool as `make artifactbundle` has built it, in place of one that every package builds for itself:
// CNNC_ARTIFACTBUNDLE=.build/cnnc.artifactbundle, a path below this package. See docs/building.md.
if let path = Context.environment["CNNC_ARTIFACTBUNDLE"] {
  package.targets.append(.binaryTarget(name: "PrebuiltCompiler", path: path))
  for target in package.targets where target.type == .plugin {
    target.dependencies = [.target(name: "PrebuiltCompiler")]
  }
}

// Fuzzing instruments every target, so its program is part of the package only when asked for: see scripts/fuzz.sh.
if Context.environment["CNNC_FUZZ"] != nil {
  package.products.append(.executable(name: "FuzzTargets", targets: ["FuzzTargets"]))
  package.targets.append(
    .executableTarget(
      name: "FuzzTargets",
      dependencies: [
        "Analysis", "Blueprints", "Diagnostics", "Frontend", "GraphIR", "Images", "ONNX", "Pictures", "ProtocolBuffers",
        "Reports", "SpecLanguage", "SwiftEmission", "Weights",
      ], path: "Fuzz", exclude: ["findings", "spec.dict"]))
}

// Some of the tests with what they need and nothing else, which builds sooner: CNNC_TESTS="GraphIRTests ReportsTests".
// scripts/sanitize.sh instruments the runtime's in this way.
if let names = Context.environment["CNNC_TESTS"] {
  var needed: Set<String> = []
  var found = names.split(separator: " ").map(String.init)
  while let name = found.popLast() {
    guard needed.insert(name).inserted, let target = package.targets.first(where: { $0.name == name }) else { continue }
    for case .byNameItem(let name, _) in target.dependencies { found.append(name) }
  }
  package.products.removeAll()
  package.targets.removeAll { !needed.contains($0.name) }
}

// The benchmark of kernels sees what the package alone may see, so it is a target of it, and only when asked for: see
// scripts/kernel-benchmarks.sh.
if Context.environment["CNNC_BENCHMARKS"] != nil {
  package.products.append(.executable(name: "KernelBenchmarks", targets: ["KernelBenchmarks"]))
  package.targets.append(
    .executableTarget(
      name: "KernelBenchmarks", dependencies: ["CKernels", "Kernels", "SyntheticTensors", "Tensors"],
      path: "Benchmarks", exclude: ["README.md"]))
}

// The zoo as generated code, run beside the interpreter: see `make test-generate`.
if Context.environment["CNNC_GENERATED"] != nil {
  package.targets += [
    .target(
      name: "GeneratedModels", dependencies: ["NeuralNetworks", "Runtime", "Tensors", "Weights"],
      path: ".generated/Models"),
    .executableTarget(
      name: "CheckGeneratedModels",
      dependencies: [
        "Diagnostics", "Frontend", "GeneratedModels", "GraphIR", "Interpreter", "NetworkWeights", "NeuralNetworks",
        "RecordedNetworks", "Runtime", "SpecLanguage", "SyntheticTensors", "Tensors",
      ], path: "Tests/GeneratedModels"),
  ]
}
