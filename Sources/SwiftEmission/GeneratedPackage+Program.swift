extension GeneratedPackage {
  /// The program: it prints what `cnnc run` prints, the likeliest classes or the one number; an output that is neither is
  /// written to a file, the last operand.
  static func program(_ result: SwiftGenerator.Result) -> String {
    let type = result.typeName
    let isWriting = result.answer == .tensor
    let input =
      result.readsImages
      ? """
      let image = URL(fileURLWithPath: CommandLine.arguments[2])
      let input = try \(type).preprocessing.tensor(imageAt: image, shape: \(type).inputShape)
      """
      : """
      let tensors = try zip(CommandLine.arguments[2...], \(type).inputShapes).map { path, shape in
        let file = try WeightFile.open(path)
        guard let info = file.tensors.first, file.tensors.count == 1 else {
          print("an input is a file with one tensor, and \\(path) has \\(file.tensors.count)")
          exit(1)
        }
        return Tensor(try file.float32(named: info.name), shape: [1] + shape)
      }
      let input = \(type).Input(tensors: tensors)
      """
    let operands =
      result.readsImages
      ? "IMAGE"
      : result.inputNames.isEmpty ? "TENSOR" : result.inputNames.map { $0.uppercased() }.joined(separator: " ")
    let imports =
      ["Foundation"] + (result.readsImages ? ["ImageInput"] : []) + ["NeuralNetworks", "Tensors"]
      + (isWriting || !result.readsImages ? ["Weights"] : [])
    return """
      \(imports.map { "import \($0)" }.joined(separator: "\n"))

      guard CommandLine.arguments.count == \(2 + max(1, result.inputNames.count) + (isWriting ? 1 : 0)) else {
        print("usage: \(type) WEIGHTS \(operands)\(isWriting ? " OUTPUT" : "")")
        exit(2)
      }
      do {
        let model = try \(type)(weights: URL(fileURLWithPath: CommandLine.arguments[1]))
        // The shape is planned once; the plan then runs without setting memory aside.
        let plan = try model.plan(\(result.inputNames.isEmpty ? "input: [1] + \(type).inputShape" : "inputs: \(type).inputShapes.map { [1] + $0 }"))
      \(input.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
        let output = plan(input).tensors[0]
      \(answer(result).split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
      } catch {
        print(error)
        exit(1)
      }

      """
  }

  /// What is done with the output.
  private static func answer(_ result: SwiftGenerator.Result) -> String {
    switch result.answer {
    case .value: return "print(output.elements[0])"
    case .tensor:
      // As `cnnc run --output` writes it: by the ending of the name.
      return """
        let path = CommandLine.arguments[CommandLine.arguments.count - 1]
        guard let format = WeightWriter.Format(path: path) else {
          print("the output ends in .npy, .npz or .safetensors, not '\\(path)'")
          exit(2)
        }
        let tensor = WeightWriter.Tensor(name: "output", shape: output.shape) { output.elements }
        try WeightWriter.write([tensor], to: path, format: format)
        """
    case .classes(let meaning):
      let shares =
        switch meaning {
        case .probabilities, .independentProbabilities: "output"
        case .logits, .logProbabilities: "softmax(output)"
        // The nearest is likeliest.
        case .distances: "softmax(output * -1)"
        }
      let label =
        result.hasLabels ? "\\(\(result.typeName).labels[best.index])" : "class \\(best.index)"
      return """
        for best in flatten(\(shares)).likeliest(5)[0] {
          print(String(format: "%6.2f%%  ", best.probability * 100) + "\(label)")
        }
        """
    }
  }
}
