// The calls that make tensors, and what is said of those that are not read.
extension Unpickler {
  /// The tensor that a call makes; an object with the reason where its elements are not read.
  mutating func rebuild(
    _ rebuilding: PickleGlobal.TensorRebuilding, _ arguments: [PickleValue]
  ) throws(WeightError) -> PickleValue {
    switch rebuilding {
    case .version1, .version2, .version3:
      guard arguments.count >= (rebuilding == .version1 ? 4 : rebuilding == .version2 ? 6 : 7), arguments.count <= 8,
        case .storage(let index) = arguments[0]
      else { throw wrongArguments(rebuilding) }
      var type = storages[index].type
      var typeName = storages[index].typeName
      if rebuilding == .version3 {
        guard case .global(let global) = arguments[6] else { throw wrongArguments(rebuilding) }
        if case .elementType(let known) = global { type = known } else { type = nil }
        typeName = global.name
      }
      guard let type else { return foreignTensor(rebuilding.rawValue, Self.problem(ofType: typeName)) }
      stack.append(.tensor(tensors.count))
      tensors.append(try tensor(arguments, storage: index, type: type, rebuilding))
      return try pop()
    case .parameter, .parameterWithState:
      guard arguments.count == (rebuilding == .parameter ? 3 : 4) else { throw wrongArguments(rebuilding) }
      switch arguments[0] {
      case .tensor, .object: return arguments[0]
      default: throw wrongArguments(rebuilding)
      }
    case .fromType:
      // function, type, the function's arguments, state
      guard arguments.count == 4, case .tuple(let index) = arguments[2] else { throw wrongArguments(rebuilding) }
      let types = ["torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer", "torch._tensor.Tensor", "torch.Tensor"]
      if case .global(.rebuildTensor(let inner)) = arguments[0], inner != .fromType,
        case .global(.other(let name)) = arguments[1], types.contains(name)
      {
        return try rebuild(inner, tuples[index])
      }
      return foreignTensor(
        rebuilding.rawValue,
        "is a tensor of the type \(arguments[1].kind), which needs code of its own; save .data or .detach() of it")
    }
  }

  private mutating func foreignTensor(_ name: String, _ problem: String) -> PickleValue {
    objects.append(PickleObject(callee: name, tensorProblem: problem))
    return .object(objects.count - 1)
  }

  private func wrongArguments(_ rebuilding: PickleGlobal.TensorRebuilding) -> WeightError {
    malformed("\(rebuilding.rawValue) is called with other arguments than PyTorch's")
  }

  /// `(storage, offset, shape, strides, …)`, checked against the storage.
  private func tensor(
    _ arguments: [PickleValue], storage index: Int, type: ElementType, _ rebuilding: PickleGlobal.TensorRebuilding
  ) throws(WeightError) -> PickleTensor {
    guard case .int(let offset) = arguments[1], let shape = sizes(arguments[2]), let strides = sizes(arguments[3]),
      shape.count == strides.count, shape.count <= 32
    else { throw wrongArguments(rebuilding) }
    let storage = storages[index]
    // A storage without a type counts bytes.
    let available = storage.type == nil ? storage.count / type.size : storage.count
    guard storage.type == nil || storage.type?.size == type.size, offset >= 0, let count = elementCount(shape),
      let extent = StoredTensor.extent(shape: shape, strides: strides)
    else {
      throw malformed("a tensor has the shape \(shapeText(shape)) with strides \(shapeText(strides)) at \(offset)")
    }
    guard offset <= available, extent <= available - offset else {
      throw malformed(
        "a tensor of shape \(shapeText(shape)), strides \(shapeText(strides)), offset \(offset) exceeds its storage of "
          + "\(available) elements")
    }
    // Strides of zero repeat elements, by which a small file could ask for any amount of memory.
    guard count <= max(available, 1 << 16) else {
      throw reader.file.limit("a tensor of shape \(shapeText(shape)) repeats the \(available) elements of its storage")
    }
    return PickleTensor(storage: index, type: type, offset: offset, shape: shape, strides: strides)
  }

  private func sizes(_ value: PickleValue) -> [Int]? {
    let values: [PickleValue]
    switch value {
    case .tuple(let index): values = tuples[index]
    case .list(let index): values = lists[index]
    default: return nil
    }
    guard values.count <= 32 else { return nil }
    var result: [Int] = []
    for value in values {
      guard case .int(let number) = value, number >= 0 else { return nil }
      result.append(number)
    }
    return result
  }

  /// Why the tensor that a name makes is not read; nil if the name makes no tensor.
  static func tensorProblem(of name: String) -> String? {
    guard name.hasPrefix("torch."), let last = name.split(separator: ".").last, last.hasPrefix("_rebuild_") else {
      return nil
    }
    let kind = String(last.dropFirst("_rebuild_".count))
    switch kind {
    case "sparse_tensor", "sparse_csr_tensor": return "is sparse; save .to_dense() of it"
    case "qtensor": return "is quantized; save .dequantize() of it"
    case "meta_tensor_no_storage": return "is on the device 'meta', where tensors have no elements"
    case "nested_tensor": return "is nested; save its parts as tensors"
    default: return "is made by \(name), which is not read; save it as a plain tensor"
    }
  }

  /// What to do with elements that are no weights of a known type.
  private static func problem(ofType name: String) -> String {
    let word = name.split(separator: ".").last.map { $0.lowercased() } ?? name
    if word.hasPrefix("complex") { return "has complex numbers (\(name)); save torch.view_as_real() of it" }
    if word.hasPrefix("float8") || word.hasPrefix("float4") { return "has elements of \(name); save .float() of it" }
    if word.hasPrefix("q") { return "is quantized (\(name)); save .dequantize() of it" }
    return "has elements of \(name), which are not read; save .float() of it"
  }
}
