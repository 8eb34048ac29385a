import GraphIR
import ONNX
import Peers
import SystemPackage
import Tensors
import Weights

/// An ONNX file that anybody may have written, as far as it is looked at before engines read it.
struct GivenModel {
  /// A file of tensors, by its path within the model's folder.
  struct Data: Equatable {
    var location: String
    /// The bytes that it must have at least.
    var count: Int
  }

  /// The files of tensors, in the order of their first.
  let data: [Data]
  private let name: String
  private let inputs: [ValueInfoProto]

  /// Reads what is in the file.
  ///
  /// - Parameter name: The path as somebody gave it.
  /// - Throws: `PeerError.file` if it cannot be read, is no model, or has tensors outside of its folder.
  init(_ path: String, called name: String) throws(PeerError) {
    let model: ModelProto
    var data: [Data] = []
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly)
      let bytes = try file.closeAfter { try file.readToEnd() }
      model = try ModelProto(uncheckedBytes: bytes)
      guard let graph = model.graph, !graph.output.isEmpty else {
        throw PeerError.file("\(name) is no ONNX model: it has no graph with outputs")
      }
      for tensor in graph.initializer where tensor.isExternal {
        let place = try ExternalData(tensor.externalData)
        let (count, overflows) = place.offset.addingReportingOverflow(place.length ?? 0)
        let found = Data(location: place.location, count: overflows ? .max : count)
        if let index = data.firstIndex(where: { $0.location == found.location }) {
          data[index].count = max(data[index].count, found.count)
        } else {
          data.append(found)
        }
      }
    } catch let error as PeerError {
      throw error
    } catch let error as ONNXError {
      throw .file("\(name) is no ONNX model: \(printable("\(error)".unicodeScalars))")
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
    let names = graph.inputs.map { $0.name ?? "input" }
    // By their names, as the engines are given them; a file that has others has them in the network's order.
    var others = inputs.filter { !names.contains($0.name) }.makeIterator()
    for (index, batch) in batches.enumerated() {
      guard let input = inputs.first(where: { $0.name == names[index] }) ?? others.next() else { continue }
      let (title, own) = ("the input '\(printable(input.name.unicodeScalars))' of \(name)", graph.inputs[index].shape)
      guard let tensor = input.type?.tensor else { throw .file("\(title) is no tensor") }
      guard tensor.elemType == TensorProto.DataType.float else {
        throw .file("\(title) has elements of ONNX's type \(tensor.elemType), and cnnc gives float32, which is 1")
      }
      guard let sizes = tensor.shape?.dim else { continue }
      let agree = sizes.count == batch.shape.count && zip(sizes, batch.shape).dropFirst().allSatisfy(Self.takes)
      let images: Int64? = if case .value(let value)? = sizes.first { value } else { nil }
      guard agree, images ?? 1 > 0 else {
        let text = sizes.isEmpty ? "a single number" : sizes.map(Self.text).joined(separator: "×")
        throw .file("\(title) is \(text), and the network's N×\(own)")
      }
      if let images, images != batch.shape[0] {
        let advice = VerifyCommand.samples.contains(Int(images)) ? "--samples \(images) compares as many, and " : ""
        throw .file(
          "\(name) takes batches of \(images), and \(batch.shape[0]) images are compared; \(advice)"
            + "`cnnc export` without --batch writes a file that takes any")
      }
    }
  }

  private static func takes(_ size: Dimension, _ count: Int) -> Bool {
    if case .value(let value) = size { value == count } else { true }
  }

  private static func text(_ size: Dimension) -> String {
    switch size {
    case .value(let value): "\(value)"
    case .parameter(let name): printable(name.unicodeScalars)
    case .unknown: "?"
    }
  }
}
