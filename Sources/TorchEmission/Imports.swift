/// The lines that import what code uses.
struct Imports {
  /// Of the standard library, then of PyTorch.
  let groups: [[String]]

  init(_ code: String) {
    let names = Self.names(code)
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

  /// The names in code that do not follow a dot, texts left out.
  private static func names(_ code: String) -> Set<String> {
    var result: Set<String> = []
    let bytes = Array(code.utf8)
    var position = 0
    func isLetter(_ byte: UInt8) -> Bool {
      (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte) || byte == 95
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        position = end(ofTextAt: position, bytes)
      } else if isLetter(byte) {
        let start = position
        while position < bytes.count, isLetter(bytes[position]) { position += 1 }
        if start == 0 || bytes[start - 1] != UInt8(ascii: ".") {
          result.insert(String(decoding: bytes[start..<position], as: UTF8.self))
        }
      } else {
        position += 1
      }
    }
    return result
  }

  /// The position behind a text.
  private static func end(ofTextAt start: Int, _ bytes: [UInt8]) -> Int {
    let quote = bytes[start]
    let isLong = bytes[start...].starts(with: [quote, quote, quote])
    var position = start + (isLong ? 3 : 1)
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "\\") {
        position += 2
      } else if bytes[position] == quote, !isLong || bytes[position...].starts(with: [quote, quote, quote]) {
        return position + (isLong ? 3 : 1)
      } else {
        position += 1
      }
    }
    return position
  }
}
