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
  /// Bytes, which nothing here looks at.
  case bytes
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case global(PickleGlobal)
  case storage(Int)
  case tensor(Int)
  /// What a call would make in Python; here it stays what it is, and nothing is called.
  case object(Int)

  /// What messages call it.
  var kind: String {
    switch self {
    case .none: "None"
    case .bool: "a truth value"
    case .int, .longInt: "an integer"
    case .float: "a float"
    case .text: "a text"
    case .bytes: "bytes"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .global(let global): quoted(global.name)
    case .storage: "a storage"
    case .tensor: "a tensor"
    case .object: "an object"
    }
  }
}

/// A name of Python: those that tensors and their dictionaries are made with, and any other.
enum PickleGlobal: Hashable, Sendable {
  case dictionary(String)
  case rebuildTensor(TensorRebuilding)
  case storage(ElementType)
  /// A type of storage that has no type of elements (`UntypedStorage`), or one that is not read.
  case otherStorage(String)
  /// `torch.float32` and its like.
  case elementType(ElementType)
  /// A name that is data like any other; what it stands for is never looked up.
  case other(String)

  /// The calls that make tensors of storages or of tensors.
  enum TensorRebuilding: String, Hashable, Sendable {
    case version1 = "torch._utils._rebuild_tensor"
    case version2 = "torch._utils._rebuild_tensor_v2"
    case version3 = "torch._utils._rebuild_tensor_v3"
    case parameter = "torch._utils._rebuild_parameter"
    case parameterWithState = "torch._utils._rebuild_parameter_with_state"
    case fromType = "torch._tensor._rebuild_from_type_v2"
  }

  init(module: String, name: String) {
    let whole = module + "." + name
    if ["collections.OrderedDict", "collections.defaultdict", "builtins.dict"].contains(whole) {
      self = .dictionary(whole)
    } else if let rebuilding = TensorRebuilding(rawValue: whole) {
      self = .rebuildTensor(rebuilding)
    } else if module == "torch", let type = Self.storages[name] {
      self = .storage(type)
    } else if module == "torch", let type = Self.elementTypes[name] {
      self = .elementType(type)
    } else if module == "torch" || module == "torch.storage", name.utf8.count < 40, name.hasSuffix("Storage") {
      self = .otherStorage(whole)
    } else {
      self = .other(whole)
    }
  }

  private static let storages: [String: ElementType] = [
    "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "DoubleStorage": .float64,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
    "BoolStorage": .bool,
  ]

  private static let elementTypes: [String: ElementType] = [
    "float32": .float32, "float16": .float16, "bfloat16": .bfloat16, "float64": .float64, "int64": .int64,
    "int32": .int32, "int16": .int16, "int8": .int8, "uint8": .uint8, "uint16": .uint16, "uint32": .uint32,
    "uint64": .uint64, "bool": .bool,
  ]

  var name: String {
    switch self {
    case .dictionary(let name), .otherStorage(let name), .other(let name): name
    case .rebuildTensor(let rebuilding): rebuilding.rawValue
    case .storage(let type): "torch." + (Self.storages.first { $0.value == type }?.key ?? "Storage")
    case .elementType(let type): "torch." + (Self.elementTypes.first { $0.value == type }?.key ?? "dtype")
    }
  }
}

/// What a call would have made, as data.
struct PickleObject: Sendable {
  /// The name that is called; nil for what is called by no name.
  var callee: String?
  /// What its `__setstate__` or `__dict__` would get; for a set, a list without anything in it.
  var state: PickleValue?
  /// If it would be a tensor: why its elements are not read, as `is sparse; …`.
  var tensorProblem: String?
}

/// A block of elements that tensors are views of.
struct PickleStorage: Hashable, Sendable {
  var key: String
  /// Nil for bytes without a type, and for types that are not read.
  var type: ElementType?
  /// What PyTorch calls the type.
  var typeName: String
  /// The elements; without a type, the bytes.
  var count: Int

  /// The bytes of all elements.
  var byteCount: Int { count * (type?.size ?? Self.otherSizes[typeName] ?? 1) }

  /// The bytes of an element of the types that are passed over.
  private static let otherSizes = [
    "torch.ComplexDoubleStorage": 16, "torch.ComplexFloatStorage": 8, "torch.QInt32Storage": 4,
  ]
}

/// A view of a storage.
struct PickleTensor: Sendable {
  /// The number of the storage in the unpickler.
  var storage: Int
  var type: ElementType
  var offset: Int
  var shape: [Int]
  var strides: [Int]
}
