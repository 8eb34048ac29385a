/// A value on the unpickler's stack.
///
/// Containers are numbers into the unpickler's lists: so they can hold each other, even in a circle, without being
/// owned in one, and freeing deep ones takes no deep recursion.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case int(Int)
  /// A whole number of more than 64 bits; its bytes, little-endian.
  case longInt([UInt8])
  case float(Double)
  case text(String)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case global(PickleGlobal)
  case storage(Int)
  case tensor(Int)

  /// What messages call it.
  var kind: String {
    switch self {
    case .none: "None"
    case .bool: "a truth value"
    case .int, .longInt: "an integer"
    case .float: "a float"
    case .text: "a text"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .global(let global): global.name
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}

/// The names of Python that a state_dict needs; every other is refused.
enum PickleGlobal: Hashable, Sendable {
  case orderedDictionary
  case rebuildTensor
  case rebuildParameter
  case storage(ElementType)

  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch", let name):
      guard let type = Self.storages[name] else { return nil }
      self = .storage(type)
    default: return nil
    }
  }

  private static let storages: [String: ElementType] = [
    "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "DoubleStorage": .float64,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
    "BoolStorage": .bool,
  ]

  var name: String {
    switch self {
    case .orderedDictionary: "collections.OrderedDict"
    case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .storage(let type): "torch." + (Self.storages.first { $0.value == type }?.key ?? "Storage")
    }
  }
}

/// A block of elements that tensors are views of.
struct PickleStorage: Hashable, Sendable {
  var key: String
  var type: ElementType
  var count: Int
}

/// A view of a storage.
struct PickleTensor: Sendable {
  var storage: PickleStorage
  var offset: Int
  var shape: [Int]
  var strides: [Int]
}
