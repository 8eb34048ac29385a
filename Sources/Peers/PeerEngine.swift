/// An engine that runs the same network, for comparison.
package enum PeerEngine: String, CaseIterable, Sendable {
  /// PyTorch, with generated source.
  case torch
  /// ONNX Runtime, on the processor.
  case onnxruntime
  /// OpenVINO, on the processor and in single precision.
  case openvino
  /// onnx's own reference evaluator, which is written in numpy.
  case onnx

  /// What is called so in reports.
  package var title: String {
    switch self {
    case .torch: "PyTorch"
    case .onnxruntime: "ONNX Runtime"
    case .openvino: "OpenVINO"
    case .onnx: "onnx's reference"
    }
  }

  /// Whether the engine reads an ONNX file; the other reads generated Python.
  package var readsONNX: Bool { self != .torch }
}
