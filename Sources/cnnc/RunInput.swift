import ArgumentParser

/// What `--input` gives to `cnnc run`: a size such as `3x224x224`, or a file with a tensor; of several inputs one by its
/// name, `left=x.npy`.
enum RunInput: ExpressibleByArgument {
  case size(InputSize)
  case file(InputFile)

  init?(argument: String) {
    if let size = InputSize(argument: argument) {
      self = .size(size)
    } else if [".npy", ".npz", ".safetensors"].contains(where: { argument.lowercased().hasSuffix($0) }) {
      self = .file(InputFile(argument))
    } else {
      return nil
    }
  }

  var size: InputSize? { if case .size(let size) = self { size } else { nil } }

  var file: InputFile? { if case .file(let file) = self { file } else { nil } }
}

/// A file with the tensor of an input.
struct InputFile {
  /// The input's name, where there are several.
  var name: String?
  var path: String

  /// `left=x.npy`, or `x.npy`; what stands before a `=` is a name if it has no `/`.
  init(_ argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2, !parts[0].isEmpty, !parts[0].contains("/") {
      (name, path) = (parts[0], parts[1])
    } else {
      (name, path) = (nil, argument)
    }
  }
}
