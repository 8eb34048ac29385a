import ONNX
import Tensors
import Testing

@Suite("What is wrong with a model") struct CheckTests {
  /// A change of a model that is sound, and what is then said of it.
  struct Fault: Sendable, CustomTestStringConvertible {
    var message: String
    var change: @Sendable (inout ModelProto) -> Void

    var testDescription: String { message }
  }

  static let faults: [Fault] = [
    Fault(message: "there is no graph") { $0.graph = nil },
    Fault(message: "'a' is used, and nothing before it makes it") { $0.graph?.node.swapAt(0, 1) },
    Fault(message: "'lost' is used, and nothing before it makes it") { $0.graph?.output[0].name = "lost" },
    Fault(message: "two values are called 'x'") { $0.graph?.node[0].output = ["x"] },
    Fault(message: "a value has no name") { $0.graph?.input[0].name = "" },
    Fault(message: "'first' has an attribute twice") { model in
      let twice = model.graph?.node[0].attribute ?? []
      model.graph?.node[0].attribute += twice
    },
    Fault(message: "Everything is of 'none', of which no version is given") { $0.graph?.node[1].domain = "none" },
    Fault(message: "the operators of '' have two versions") { $0.opsetImport.append(OperatorSetIdProto(version: 9)) },
    Fault(message: "the operators' version 0 is none") { $0.opsetImport[0].version = 0 },
    Fault(message: "there are two functions 'Block'") { $0.functions.append($0.functions[0]) },
    Fault(message: "functions call each other in a circle") { model in
      var call = NodeProto("Block", ["x"], ["more"])
      call.domain = "blocks"
      model.functions[0].node.append(call)
      model.functions[0].opsetImport.append(OperatorSetIdProto(domain: "blocks", version: 1))
    },
    Fault(message: "the tensor 'w' has 16 bytes, which are not 6 elements") { $0.graph?.initializer[0].dims = [2, 3] },
    Fault(message: "the tensor 'w' has a size of -1") { $0.graph?.initializer[0].dims = [-1] },
    Fault(message: "the tensor 'w' has too many elements") { $0.graph?.initializer[0].dims = [1 << 62, 4] },
    Fault(message: "the tensor 'w' has 16 bytes, which are not 4611686018427387904 elements") {
      $0.graph?.initializer[0].dims = [1 << 62]
    },
  ]

  @Test(arguments: faults) func isSaid(_ fault: Fault) {
    var model = ModelProto.full
    #expect(model.problem == nil)
    fault.change(&model)
    #expect(model.problem == fault.message)
  }
}
