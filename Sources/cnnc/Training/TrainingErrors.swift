import ArgumentParser
import Datasets
import NetworkImages
import NetworkWeights
import TrainingRuns
import Weights

/// Prints why a network cannot be trained or tested, and gives the status to leave with: that of findings for what the spec
/// says, that of what cannot be used for data and files. Other errors are given back as they are.
func reportedOfTraining(_ error: any Error, spec: String) -> any Error {
  switch error {
  case let error as WeightError: return reported(error)
  case let error as InitializationError:
    standardError("cnnc: \(spec): \(error.message)\n")
    return error.status
  case let error as FixedTensorError:
    standardError("cnnc: \(error)\n")
    return error.status
  case let error as RunError:
    standardError("cnnc: \(error.message)\n")
    return error.status
  case is PreprocessingError:
    standardError("cnnc: \(error)\n")
    return ExitCode.findings
  case is TrainingRunError, is DatasetError:
    standardError("cnnc: \(error)\n")
    return ExitCode.unusable
  default: return error
  }
}

extension Dataset {
  /// - Throws: `RunError` if there are more classes than a network tells apart.
  func requireClasses(of network: TrainableNetwork) throws(RunError) {
    guard classes.count > network.classes else { return }
    throw RunError("the data has \(classes.count) classes, and the network tells \(network.classes) apart")
  }
}
