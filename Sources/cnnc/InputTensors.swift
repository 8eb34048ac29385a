import ArgumentParser
import Diagnostics
import GraphIR
import Shapes
import Tensors
import Weights

/// The tensors that `cnnc run` is given in place of images, one for each input of a network in their order.
struct InputTensors {
  private(set) var tensors: [Tensor]

  /// Reads the files, and finds out whether they are what the network takes; nil where there are none.
  ///
  /// - Throws: `WeightError` for a file; `RunError` if an input has no file, a file no input, or a tensor is of another
  ///   shape.
  init?(_ files: [InputFile], for graph: Graph) throws {
    if files.isEmpty { return nil }
    let names = graph.inputs.compactMap(\.name)
    if let unknown = files.compactMap(\.name).first(where: { !names.contains($0) }) {
      let hint = names.isEmpty ? "; it has one, which takes no name" : suggestion(for: unknown, among: names)
      throw RunError("the network has no input '\(unknown)'\(hint)", isUnusable: true)
    }
    tensors = []
    for input in graph.inputs {
      let file = files.first { $0.name == input.name } ?? (graph.inputs.count == 1 ? files[0] : nil)
      guard let file else {
        let name = input.name ?? ""
        throw RunError(
          "there is no tensor for the input '\(name)'; give it one by --input \(name)=FILE", isUnusable: true)
      }
      let tensor = try Self.read(file.path, rank: input.shape.rank)
      try Self.check(tensor, of: file.path, suits: input)
      if tensor.shape.first == 0 { throw RunError("\(file.path): has no images, not one", isUnusable: true) }
      if let images = tensors.first?.shape[0], images != tensor.shape[0] {
        throw RunError(
          "\(file.path): has \(tensor.shape[0]) images, and the tensor of \(Self.name(graph.inputs[0])) has \(images)")
      }
      tensors.append(tensor)
    }
  }

  /// The one tensor of a file, as a batch of inputs of a rank.
  private static func read(_ path: String, rank: Int) throws -> Tensor {
    let file = try WeightFile.open(path)
    guard let info = file.tensors.first, file.tensors.count == 1 else {
      throw RunError("\(path): has \(file.tensors.count) tensors; the input is one", isUnusable: true)
    }
    guard info.type.isFloatingPoint else {
      throw RunError(
        "\(path): has elements of type \(info.type.rawValue); an input is floats, as the network wants them",
        isUnusable: true)
    }
    let shape = info.shape.count == rank ? [1] + info.shape : info.shape
    return Tensor(try file.float32(named: info.name), shape: shape)
  }

  /// - Throws: `RunError` with what would help.
  private static func check(_ tensor: Tensor, of path: String, suits input: Graph.Input) throws(RunError) {
    guard let expected = input.shape.values, Array(tensor.shape.dropFirst()) != expected else { return }
    let found = Array(tensor.shape.dropFirst())
    var hint = ""
    if found.count == 3, expected.count == 3, found[0...1] == expected[1...2], found[2] == expected[0] {
      hint = "; its channels are last, and belong first: numpy.moveaxis(x, -1, -3)"
    } else if found.count == expected.count, found.count > 1, found[0] == expected[0], !found.contains(0) {
      let name = input.name.map { "\($0)=" } ?? ""
      hint = "; --input \(name)\(found.map(String.init).joined(separator: "x")) builds the network for that size"
    }
    let batch = tensor.shape.first.map { $0 == 1 ? "" : "\($0) × " } ?? ""
    throw RunError("\(path): is \(batch)\(text(found)), but \(name(input)) is \(text(expected))\(hint)")
  }

  private static func name(_ input: Graph.Input) -> String { input.name.map { "the input '\($0)'" } ?? "the input" }

  private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }
}

extension Graph {
  /// - Throws: `RunError` if a size of an input is a letter, as `--input 3xHxW` leaves it.
  func requireSizes() throws(RunError) {
    guard let open = inputs.first(where: { $0.shape.values == nil }) else { return }
    let name = open.name.map { "\($0)=" } ?? ""
    let example = (0..<open.shape.rank).map { $0 == 0 ? open.shape.channels.description : "224" }.joined(separator: "x")
    throw RunError(
      "the input is \(open.shape), whose letters are open sizes; a run needs numbers: --input \(name)\(example)",
      isUnusable: true)
  }
}

/// Why a network cannot be run as the command line asks.
struct RunError: Error {
  var message: String
  /// Whether the command line or a file is at fault by itself, rather than not suiting the network.
  var isUnusable = false

  init(_ message: String, isUnusable: Bool = false) { (self.message, self.isUnusable) = (message, isUnusable) }

  /// The exit status that the error ends a command with.
  var status: ExitCode { isUnusable ? .unusable : .findings }
}
