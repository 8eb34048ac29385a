import ArgumentParser

/// What `--input` gives to `cnnc run`: a size such as `3x224x224`, or a file with a tensor.
enum RunInput: ExpressibleByArgument {
  case shape(InputShape)
  case file(String)

  init?(argument: String) {
    if let shape = InputShape(argument: argument) {
      self = .shape(shape)
    } else if [".npy", ".npz", ".safetensors"].contains(where: { argument.lowercased().hasSuffix($0) }) {
      self = .file(argument)
    } else {
      return nil
    }
  }

  var shape: InputShape? { if case .shape(let shape) = self { shape } else { nil } }

  var file: String? { if case .file(let path) = self { path } else { nil } }
}

/// Why a network cannot be run as the command line asks.
struct RunError: Error {
  var message: String
}
