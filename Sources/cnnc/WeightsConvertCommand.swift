import ArgumentParser
import Weights

/// `cnnc weights convert IN OUT`.
struct WeightsConvertCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Write weights in another format; with a spec, under its own names.",
    discussion: discussion(
      """
      The formats follow from the output's extension: .safetensors, .npz, or .npy for a single tensor. Numbers become float32, or float16 with \
      --half; integers and PyTorch's counters of batches are left out. NaN and infinity are kept and reported, with exit status 1; a number that \
      would become infinite is refused.
      """))

  static let examples = [
    Example("cnnc weights convert resnet50.pth resnet50.safetensors", "A checkpoint in another format"),
    Example(
      "cnnc weights convert a.pth b.safetensors --spec specs/resnet50.yaml",
      "The same under the spec's names, checked"),
  ]

  @ArgumentParser.Argument(help: "The file to read: safetensors, PyTorch's .pth, .npz or .npy.")
  var input: String

  @ArgumentParser.Argument(help: "The file to write.")
  var output: String

  @OptionGroup var binding: BindingOptions

  @Flag(help: "Write float16, half the size; numbers are rounded to the nearest.")
  var half = false

  func validate() throws { _ = try weightFormat(of: output) }

  func run() throws {
    let (file, binding) = try binding.open(input)
    var tensors: [WeightWriter.Tensor] = []
    let flagged = Flags()
    do {
      if let binding {
        try binding.requireComplete(file: input)
        tensors = binding.bound.map { tensor(named: $0.source, as: $0.name, shape: $0.shape, in: file, flagged) }
      } else {
        tensors = zip(file.tensors, file.unwrappedNames).filter(\.0.isWeight).map {
          tensor(named: $0.name, as: $1, shape: $0.shape, in: file, flagged)
        }
      }
      try WeightWriter.write(tensors, to: output, format: weightFormat(of: output), half: half)
    } catch let error as WeightError {
      throw reported(error)
    }
    let skipped = file.tensors.count - tensors.count
    let note = skipped > 0 ? ", \(skipped) left out" : ""
    standardError("\(output): \(counted(tensors.count, "tensor"))\(note)\n")
    for line in flagged.lines { standardError("cnnc: \(input): \(line)\n") }
    if !flagged.lines.isEmpty { throw ExitCode.findings }
  }

  /// What is said of tensors that are written though they have no numbers in some places.
  private final class Flags {
    var lines: [String] = []
  }

  private func tensor(
    named source: String, as name: String, shape: [Int], in file: WeightFile, _ flagged: Flags
  ) -> WeightWriter.Tensor {
    WeightWriter.Tensor(name: name, shape: shape) { () throws(WeightError) in
      let values = try file.float32(named: source)
      if !values.allSatisfy(\.isFinite) {
        flagged.lines.append("tensor '\(source.printable)' has \(TensorStatistics(values).flag)")
      }
      return values
    }
  }
}

/// The format that a path's extension stands for.
///
/// - Throws: `ValidationError` if it stands for none.
func weightFormat(of path: String) throws -> WeightWriter.Format {
  guard let format = WeightWriter.Format(path: path) else {
    throw ValidationError("the output ends in .safetensors or .npz, or for one tensor in .npy, not '\(path)'")
  }
  return format
}
