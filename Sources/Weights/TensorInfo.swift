/// The type of a tensor's elements; the raw value is the name that safetensors has for it.
public enum ElementType: String, Sendable, CaseIterable {
  /// IEEE 754 half precision.
  case float16 = "F16"
  /// The upper half of a float32.
  case bfloat16 = "BF16"
  /// IEEE 754 single precision.
  case float32 = "F32"
  /// IEEE 754 double precision.
  case float64 = "F64"
  /// Truth values, a byte each.
  case bool = "BOOL"
  /// Signed, 8 bits.
  case int8 = "I8"
  /// Signed, 16 bits.
  case int16 = "I16"
  /// Signed, 32 bits.
  case int32 = "I32"
  /// Signed, 64 bits.
  case int64 = "I64"
  /// Unsigned, 8 bits.
  case uint8 = "U8"
  /// Unsigned, 16 bits.
  case uint16 = "U16"
  /// Unsigned, 32 bits.
  case uint32 = "U32"
  /// Unsigned, 64 bits.
  case uint64 = "U64"

  /// The bytes of an element.
  public var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Whether the elements can be weights. Integers, such as PyTorch's `num_batches_tracked`, are listed only.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }
}

/// What is known of a tensor without reading it.
public struct TensorInfo: Hashable, Sendable {
  /// The name in the file, a common `module.` taken off.
  public var name: String
  /// The sizes from the outermost dimension; empty for a single number.
  public var shape: [Int]
  /// The type of the elements in the file.
  public var type: ElementType

  /// A tensor's description.
  public init(name: String, shape: [Int], type: ElementType) {
    self.name = name
    self.shape = shape
    self.type = type
  }

  /// Whether it can be a weight: numbers that are no count. What PyTorch counts is no weight whatever its type, for loops
  /// over a state_dict (averages, `half()`) turn counts into floats.
  public var isWeight: Bool { type.isFloatingPoint && !isCount }

  private var isCount: Bool {
    Self.counts.contains { name == $0 || name.utf8.reversed().starts(with: ".\($0)".utf8.reversed()) }
  }

  /// Of norms, and of `AveragedModel`.
  private static let counts = ["num_batches_tracked", "n_averaged"]

  /// The number of elements, at most `Int.max`.
  public var count: Int { elementCount(shape) ?? Int.max }

  /// The bytes of the elements in the file, at most `Int.max`.
  public var byteCount: Int {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: type.size)
    return overflow ? Int.max : bytes
  }
}

/// The number of elements of a shape; nil if that is more than an `Int` holds or a size is negative.
func elementCount(_ shape: [Int]) -> Int? {
  if shape.contains(where: { $0 < 0 }) { return nil }
  if shape.contains(0) { return 0 }
  var count = 1
  for size in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: size)
    if overflow { return nil }
    count = product
  }
  return count
}

/// A shape as messages show it: `[64, 3, 7, 7]`.
func shapeText(_ shape: [Int]) -> String { "[\(shape.map(String.init).joined(separator: ", "))]" }
