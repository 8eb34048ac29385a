/// Finds the tensors in what a pickle holds.
enum StateDict {
  /// Under these keys training scripts keep the state_dict beside their optimizer's.
  static let wrappers = ["state_dict", "model_state_dict", "model_state", "model"]

  /// The named tensors of a state_dict, unwrapped, a common `module.` removed.
  static func tensors(
    of value: PickleValue, _ unpickler: Unpickler
  ) throws(WeightError) -> [(name: String, tensor: PickleTensor)] {
    let file = unpickler.reader.file
    var value = value
    for _ in 0..<4 {
      guard case .dictionary(let index) = value else {
        throw file.refused("holds \(value.kind), not a state_dict")
      }
      let items = unpickler.dictionaries[index]
      let found = try namedTensors(items, unpickler)
      if !found.isEmpty { return withoutPrefix(found) }
      let inner = wrappers.lazy.compactMap { wrapper in
        items.last { item in
          if case .text(wrapper) = item.key, case .dictionary = item.value { true } else { false }
        }
      }.first
      guard let inner else {
        let keys = items.prefix(8).compactMap { if case .text(let key) = $0.key { quoted(key) } else { nil } }
        let list = keys.isEmpty ? "it is empty" : "it has \(keys.joined(separator: ", "))"
        throw file.refused("holds no state_dict, nor one under \(wrappers.joined(separator: ", ")): \(list)")
      }
      value = inner.value
    }
    throw file.refused("wraps its state_dict too often")
  }

  private static func namedTensors(
    _ items: [(key: PickleValue, value: PickleValue)], _ unpickler: Unpickler
  ) throws(WeightError) -> [(name: String, tensor: PickleTensor)] {
    var result: [(name: String, tensor: PickleTensor)] = []
    var names: Set<String> = []
    for (key, value) in items {
      guard case .tensor(let index) = value, case .text(let name) = key else { continue }
      guard names.insert(name).inserted else {
        throw unpickler.reader.file.malformed("stands there twice", tensor: name)
      }
      result.append((name, unpickler.tensors[index]))
    }
    return result
  }

  /// DataParallel puts `module.` before every name.
  private static func withoutPrefix(
    _ tensors: [(name: String, tensor: PickleTensor)]
  ) -> [(name: String, tensor: PickleTensor)] {
    let prefix = "module."
    guard tensors.allSatisfy({ $0.name.hasPrefix(prefix) && $0.name.count > prefix.count }) else { return tensors }
    return tensors.map { (String($0.name.dropFirst(prefix.count)), $0.tensor) }
  }

  /// The tensors with their places in the file.
  static func place(
    _ tensors: [(name: String, tensor: PickleTensor)], _ file: FileBytes, offsets: [String: Int]
  ) throws(WeightError) -> [StoredTensor] {
    var result: [StoredTensor] = []
    var total = 0
    for (name, tensor) in tensors {
      guard let storage = offsets[tensor.storage.key] else {
        throw file.malformed("its storage \(quoted(tensor.storage.key)) is not in the file", tensor: name)
      }
      let info = TensorInfo(name: name, shape: tensor.shape, type: tensor.storage.type)
      total = total.addingReportingOverflow(info.byteCount).partialValue
      guard total >= 0, total <= 16 * file.count + (64 << 20) else {
        throw file.limit("the tensors share storages to become far larger than the file", tensor: name)
      }
      result.append(
        StoredTensor(
          info: info, source: .plain(offset: storage + tensor.offset * tensor.storage.type.size),
          strides: StoredTensor.simplified(tensor.strides, shape: tensor.shape)))
    }
    return result
  }
}
