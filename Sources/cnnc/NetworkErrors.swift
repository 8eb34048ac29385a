import ArgumentParser
import AtomicFiles
import Images
import Interpreter
import NetworkImages
import NetworkWeights
import ONNXEmission
import Weights

/// Prints why a network and its weights cannot be used as a command wants them, and gives the status to leave with: that of
/// findings for what does not fit, that of what cannot be used for files that cannot be read or written and for memory that
/// the system refuses. Other errors are given back as they are.
func reportedOfNetwork(_ error: any Error, spec: String) -> any Error {
  switch error {
  case let error as WeightError: return reported(error)
  case let error as InitializationError:
    standardError("cnnc: \(spec): \(error.message)\n")
    return error.status
  case let error as InterpreterError:
    standardError("cnnc: \(error)\n")
    return error.isForMemory ? ExitCode.unusable : ExitCode.findings
  case let error as FixedTensorError:
    standardError("cnnc: \(error)\n")
    return error.status
  case is PreprocessingError:
    standardError("cnnc: \(error)\n")
    return ExitCode.findings
  case let error as RunError:
    standardError("cnnc: \(error.message)\n")
    return error.status
  case let error as ImageError:
    standardError("cnnc: \(error)\n")
    return error.reason == .unsuitable ? ExitCode.findings : ExitCode.unusable
  case let error as ExportError:
    standardError("cnnc: \(error.location == nil ? "\(spec): " : "")\(error)\n")
    return ExitCode.findings
  case let error as FileWriteError:
    standardError("cnnc: cannot write \(error.path): \(error.reason)\n")
    return ExitCode.unusable
  default: return error
  }
}
