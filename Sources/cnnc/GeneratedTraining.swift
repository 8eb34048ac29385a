import ArgumentParser
import Images
import NetworkImages
import PythonSource
import TorchEmission
import TorchTraining
import TrainingRuns

/// The scripts that train a network in PyTorch.
struct GeneratedTraining {
  let files: [GeneratedFile]

  /// - Parameters:
  ///   - path: The file of the network's source.
  ///   - data: What is learned from, in place of what the recipe says.
  /// - Throws: `ValidationError` for a file that Python cannot import, and what is not carried over.
  init(
    _ network: Network, _ source: TorchGenerator.Result, beside path: String, _ strategy: TorchTraining.Strategy,
    data: String?, _ options: RecipeOptions
  ) throws {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let name = path.dropFirst(folder.count)
    let module = name.hasSuffix(".py") ? String(name.dropLast(3)) : ""
    guard PythonNames.isName(module), !TorchTraining.importedModules.contains(module) else {
      throw ValidationError(
        "--with-training: train.py imports the network from its file, which Python cannot, or would take for another, from "
          + "'\(name)'; --output network.py is one that it can")
    }
    var settings = try RecipeSource(network, options, allowsAnyPath: data != nil)
    settings.place(data: data) { $0 }
    let recipe = Recipe(settings.settings)
    let classes = try TrainableNetwork(network.graph, recipe.stages[0]).classes
    let spec = network.graph.file.split(separator: "/").last.map(String.init) ?? network.graph.file
    let scripts = try TorchTraining.scripts(
      network.graph, recipe,
      TorchTraining.Subject(
        network: source, module: module, preprocessing: ImagePreprocessing(network.spec, for: network.graph),
        labels: ClassNames.learned(network.spec, of: network.graph, classes: classes), folder: "runs/\(module)",
        spec: spec), strategy: strategy)
    if let script = scripts.first(where: { $0.fileName == name }) {
      throw ValidationError(
        "--with-training writes \(script.fileName) itself; --output names another file for the network")
    }
    files = scripts.map { GeneratedFile(path: folder + $0.fileName, text: $0.source) }
  }
}
