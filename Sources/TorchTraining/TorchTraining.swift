import Blueprints
import GraphIR
import Images
import PythonSource
import TorchEmission
import TrainingRuns

/// What trains a network in PyTorch.
package enum TorchTraining {
  /// How the work is divided among processes.
  package enum Strategy: String, Sendable, CaseIterable {
    /// Each process has the whole network (DistributedDataParallel).
    case ddp
    /// Each process has a part of every tensor (FSDP2's `fully_shard`).
    case fsdp
    /// A LightningModule and a Trainer.
    case lightning
  }

  /// What a script is made of beside the network's graph and its recipe.
  package struct Subject: Sendable {
    /// The network's source.
    package var network: TorchGenerator.Result
    /// The module that has it: its file's name without the ending.
    package var module: String
    /// What makes the network's input of an image.
    package var preprocessing: ImagePreprocessing
    /// The names of the network's classes, in whose order the data's are brought; empty for none.
    package var labels: [String]
    /// The folder that a run goes into.
    package var folder: String
    /// The spec's file as the header names it.
    package var spec: String

    package init(
      network: TorchGenerator.Result, module: String, preprocessing: ImagePreprocessing, labels: [String],
      folder: String, spec: String
    ) {
      (self.network, self.module, self.preprocessing) = (network, module, preprocessing)
      (self.labels, self.folder, self.spec) = (labels, folder, spec)
    }
  }

  /// A file of a script.
  package struct Script: Hashable, Sendable {
    /// `train.py`, or `train_1.py` and so on for a recipe in stages.
    package var fileName: String
    package var source: String
  }

  /// The modules that scripts import, which a network's file cannot be called.
  package static let importedModules: Set<String> = [
    "argparse", "collections", "csv", "fnmatch", "gzip", "lightning", "math", "numpy", "os", "pathlib", "PIL", "random",
    "safetensors", "torch", "torchvision", "train", "typing",
  ]

  /// The scripts that train a network as a recipe says, one for each of its stages.
  ///
  /// - Throws: `TrainingRunError` if the network cannot be trained so, `GenerationError` for what PyTorch does otherwise.
  package static func scripts(
    _ graph: Graph, _ recipe: Recipe, _ subject: Subject, strategy: Strategy
  ) throws -> [Script] {
    try recipe.stages.enumerated().map { index, stage in
      var stage = stage
      // The data is the same for all stages.
      (stage.source, stage.validation) = (recipe.source, recipe.validation)
      let isStaged = recipe.stages.count > 1
      let name = isStaged ? "train_\(index + 1).py" : "train.py"
      let script = try TrainingScript(
        graph, stage, subject, strategy: strategy, name: name,
        stage: isStaged ? TrainingScript.Stage(number: index + 1, of: recipe.stages.count) : nil)
      return Script(fileName: name, source: script.text)
    }
  }
}
