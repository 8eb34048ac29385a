import GraphIR
import ONNX
import Peers
import SystemPackage
import Tensors

/// An ONNX file that anybody may have written, as far as it is looked at before engines read it.
struct GivenModel {
  /// The files of tensors, by their paths within the model's folder, in the order of their first tensors.
  let data: [String]
  private let name: String
  private let inputs: [ValueInfoProto]

  /// Reads what is in the file.
  ///
  /// - Parameter name: The path as somebody gave it.
  /// - Throws: `PeerError.file` if it cannot be read, is no model, or has tensors outside of its folder.
  init(_ path: String, called name: String) throws(PeerError) {
    let model: ModelProto
    var data: [String] = []
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly)
      let bytes = try file.closeAfter {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
          let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
          if count == 0 { return bytes }
          bytes += buffer[..<count]
        }
      }
      model = try ModelProto(uncheckedBytes: bytes)
      guard let graph = model.graph, !graph.output.isEmpty else {
        throw PeerError.file("\(name) is no ONNX model: it has no graph with outputs")
      }
      for tensor in graph.initializer where tensor.isExternal {
        let location = try ExternalData(tensor.externalData).location
        if !data.contains(location) { data.append(location) }
      }
    } catch let error as PeerError {
      throw error
    } catch let error as ONNXError {
      throw .file("\(name) is no ONNX model: \(error)")
    } catch {
      throw .file("\(name) cannot be read")
    }
    let given = Set(model.graph?.initializer.map(\.name) ?? [])
    (self.name, self.data) = (name, data)
    inputs = model.graph?.input.filter { !given.contains($0.name) } ?? []
  }

  /// Finds out that it takes batches as the network is given.
  ///
  /// - Throws: `PeerError.file` if an input has another shape.
  func requireInputs(_ batches: [Tensor], of graph: Graph) throws(PeerError) {
    guard inputs.count == batches.count else {
      throw .file("\(name) takes \(inputs.count) inputs, and the network \(batches.count)")
    }
    for (index, batch) in batches.enumerated() {
      let own = graph.inputs[index].name ?? "input"
      let input = inputs.first { $0.name == own } ?? inputs[index]
      guard let sizes = input.type?.tensor?.shape?.dim else { continue }
      let agree = sizes.count == batch.shape.count && zip(sizes, batch.shape).dropFirst().allSatisfy(Self.takes)
      guard agree else {
        let text = sizes.map(Self.text).joined(separator: "×")
        throw .file("the input '\(input.name)' of \(name) is \(text), and the network's N×\(graph.inputs[index].shape)")
      }
      if case .value(let images)? = sizes.first, images != batch.shape[0] {
        throw .file(
          "\(name) takes batches of \(images), and \(batch.shape[0]) images are compared; --samples \(images) compares as many, "
            + "and `cnnc export` without --batch writes a file that takes any")
      }
    }
  }

  private static func takes(_ size: Dimension, _ count: Int) -> Bool {
    if case .value(let value) = size { value == count } else { true }
  }

  private static func text(_ size: Dimension) -> String {
    switch size {
    case .value(let value): "\(value)"
    case .parameter(let name): name
    case .unknown: "?"
    }
  }
}
