import PythonSource

/// The lines that import what code uses.
struct Imports {
  /// Of the standard library, then of PyTorch.
  let groups: [[String]]

  init(_ code: String) {
    let names = PythonNames.used(in: code)
    func from(_ module: String, _ wanted: [String]) -> String? {
      let used = wanted.filter(names.contains)
      return used.isEmpty ? nil : "from \(module) import \(used.joined(separator: ", "))"
    }
    let standard = [
      names.contains("math") ? "import math" : nil, from("collections.abc", ["Callable", "Sequence"]),
      from("functools", ["partial"]), from("typing", ["Any"]),
    ]
    let torch = [
      names.contains("torch") ? "import torch" : nil, names.contains("F") ? "import torch.nn.functional as F" : nil,
      from("torch", ["Tensor", "nn"]),
    ]
    groups = [standard.compactMap { $0 }, torch.compactMap { $0 }]
  }
}
