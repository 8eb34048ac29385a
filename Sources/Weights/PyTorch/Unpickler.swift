/// Reads a pickle as data; nothing in it is ever called or looked up.
///
/// Dictionaries, lists, numbers and tensors become what they are. Everything else, whatever it would do in Python, becomes
/// an object that has the name of what is called and no more, so that what stands beside the tensors of a checkpoint
/// does not matter. Every instruction adds at most one value, so the limit on instructions bounds the memory.
struct Unpickler {
  static let largestPickle = 32 << 20
  static let largestInstructionCount = 1 << 20
  static let largestMemo = 1 << 19

  var reader: ByteReader
  var stack: [PickleValue] = []
  /// The heights at which marks lie.
  var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var instructionStart = 0
  private(set) var highestProtocol = 0

  var tuples: [[PickleValue]] = []
  var lists: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var objects: [PickleObject] = []
  var storages: [PickleStorage] = []
  var tensors: [PickleTensor] = []
  /// Items that were copied from a list, which a pickle can name again and again.
  var copiedItems = 0

  /// An unpickler of a part of a file.
  init(_ file: FileBytes, _ range: Range<Int>) {
    reader = ByteReader(file, range.lowerBound..<min(range.upperBound, range.lowerBound + Self.largestPickle))
  }

  /// Runs one pickle to its end and returns its value.
  mutating func run() throws(WeightError) -> PickleValue {
    for _ in 0..<Self.largestInstructionCount {
      instructionStart = reader.offset
      let code = try reader.number(UInt8.self, "the pickle")
      guard let opcode = PickleOpcode(rawValue: code) else {
        guard let name = PickleOpcode.refusedName(code) else {
          throw malformed("0x\(String(code, radix: 16)) is no instruction of a pickle")
        }
        throw reader.file.refused(
          "the pickle has the instruction \(name), which torch.save does not write", at: instructionStart)
      }
      if opcode == .stop {
        let value = try pop()
        guard stack.isEmpty, marks.isEmpty else { throw malformed("the pickle leaves values on its stack") }
        return value
      }
      try execute(opcode)
    }
    throw reader.file.limit(
      "the pickle has more than \(Self.largestInstructionCount) instructions", at: instructionStart)
  }

  private mutating func execute(_ opcode: PickleOpcode) throws(WeightError) {
    switch opcode {
    case .proto:
      highestProtocol = Int(try reader.number(UInt8.self, "the pickle"))
      guard (2...5).contains(highestProtocol) else {
        throw malformed("pickles of protocol \(highestProtocol) are not read")
      }
    case .frame: _ = try reader.number(UInt64.self, "the pickle")
    case .stop: break
    case .mark: marks.append(stack.count)
    case .pop: _ = try pop()
    case .popMark: _ = try popToMark()
    case .duplicate: stack.append(try top())
    case .none: stack.append(.none)
    case .newTrue: stack.append(.bool(true))
    case .newFalse: stack.append(.bool(false))
    case .binInt: stack.append(.int(Int(try reader.number(Int32.self, "the pickle"))))
    case .binInt1: stack.append(.int(Int(try reader.number(UInt8.self, "the pickle"))))
    case .binInt2: stack.append(.int(Int(try reader.number(UInt16.self, "the pickle"))))
    case .long1: stack.append(try longInteger(Int(try reader.number(UInt8.self, "the pickle"))))
    case .long4: stack.append(try longInteger(Int(try reader.number(Int32.self, "the pickle"))))
    case .binFloat: stack.append(.float(Double(bitPattern: (try reader.number(UInt64.self, "the pickle")).byteSwapped)))
    case .binUnicode: try pushText(Int(try reader.number(UInt32.self, "the pickle")))
    case .binUnicode8: try pushText(try length())
    case .shortBinUnicode: try pushText(Int(try reader.number(UInt8.self, "the pickle")))
    case .shortBinString: try pushString(Int(try reader.number(UInt8.self, "the pickle")))
    case .binString: try pushString(Int(try reader.number(Int32.self, "the pickle")))
    case .shortBinBytes: try pushBytes(Int(try reader.number(UInt8.self, "the pickle")))
    case .binBytes: try pushBytes(Int(try reader.number(UInt32.self, "the pickle")))
    case .binBytes8, .byteArray8: try pushBytes(try length())
    case .emptyTuple: pushTuple([])
    case .tuple: pushTuple(try popToMark())
    case .tuple1: pushTuple(try pop(1))
    case .tuple2: pushTuple(try pop(2))
    case .tuple3: pushTuple(try pop(3))
    case .emptyList:
      stack.append(.list(lists.count))
      lists.append([])
    case .list:
      let values = try popToMark()
      stack.append(.list(lists.count))
      lists.append(values)
    case .emptyDictionary: pushDictionary()
    case .dictionary:
      let values = try popToMark()
      pushDictionary()
      try setItems(values)
    case .emptySet: pushObject(PickleObject(callee: "set"))
    case .frozenSet:
      _ = try popToMark()
      pushObject(PickleObject(callee: "frozenset"))
    case .addItems:
      _ = try popToMark()
      guard case .object = try top() else { throw malformed("the pickle adds to no set") }
    case .append: try append(try pop(1))
    case .appends: try append(try popToMark())
    case .setItem: try setItems(try pop(2))
    case .setItems: try setItems(try popToMark())
    case .global, .instance:
      let module = try reader.line("the name of a module")
      let global = PickleGlobal(module: module, name: try reader.line("a name"))
      if opcode == .global {
        stack.append(.global(global))
      } else {
        try call(.global(global), try popToMark())
      }
    case .stackGlobal:
      let names = try pop(2)
      guard case .text(let module) = names[0], case .text(let name) = names[1], module.utf8.count <= 256,
        name.utf8.count <= 256
      else { throw malformed("the pickle names something by other values than short texts") }
      stack.append(.global(PickleGlobal(module: module, name: name)))
    case .reduce, .newObject:
      let (arguments, callee) = (try tuple(try pop()), try pop())
      try call(callee, arguments)
    case .newObjectKeywords:
      _ = try pop()
      let (arguments, callee) = (try tuple(try pop()), try pop())
      try call(callee, arguments)
    case .object:
      let values = try popToMark()
      guard let callee = values.first else { throw malformed("the pickle calls nothing") }
      try call(callee, Array(values.dropFirst()))
    case .build: try build()
    case .binPersistentID: try pushStorage(try pop())
    case .binPut: try remember(Int(try reader.number(UInt8.self, "the pickle")))
    case .longBinPut: try remember(Int(try reader.number(UInt32.self, "the pickle")))
    case .memoize: try remember(memo.count)
    case .binGet: try recall(Int(try reader.number(UInt8.self, "the pickle")))
    case .longBinGet: try recall(Int(try reader.number(UInt32.self, "the pickle")))
    }
  }

  func malformed(_ message: String) -> WeightError { reader.file.malformed(message, at: instructionStart) }

  func refused(_ message: String) -> WeightError { reader.file.refused(message, at: instructionStart) }

  // MARK: Stack

  mutating func pop() throws(WeightError) -> PickleValue { try pop(1)[0] }

  /// The topmost values, the lowest first; none from below a mark.
  private mutating func pop(_ count: Int) throws(WeightError) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw malformed("the pickle takes values that are not there")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(WeightError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw malformed("the pickle goes back to a mark that is not there") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func pushTuple(_ values: [PickleValue]) {
    stack.append(.tuple(tuples.count))
    tuples.append(values)
  }

  mutating func pushDictionary() {
    stack.append(.dictionary(dictionaries.count))
    dictionaries.append([])
  }

  mutating func pushObject(_ object: PickleObject) {
    stack.append(.object(objects.count))
    objects.append(object)
  }

  private func tuple(_ value: PickleValue) throws(WeightError) -> [PickleValue] {
    guard case .tuple(let index) = value else { throw malformed("the pickle calls with no tuple of arguments") }
    return tuples[index]
  }

  // MARK: Texts and numbers

  private mutating func length() throws(WeightError) -> Int {
    Int(clamping: try reader.number(UInt64.self, "the pickle"))
  }

  private mutating func pushText(_ count: Int) throws(WeightError) {
    stack.append(.text(try reader.text(count, "a text of the pickle")))
  }

  /// A string of Python 2, which is a text or any bytes.
  private mutating func pushString(_ count: Int) throws(WeightError) {
    let bytes = try reader.bytes(count, "a text of the pickle")
    stack.append(String(strictUTF8: bytes).map { .text($0) } ?? .bytes)
  }

  private mutating func pushBytes(_ count: Int) throws(WeightError) {
    _ = try reader.skip(count, "bytes of the pickle")
    stack.append(.bytes)
  }

  private mutating func longInteger(_ count: Int) throws(WeightError) -> PickleValue {
    let bytes = try reader.bytes(count, "an integer of the pickle")
    guard bytes.count <= 8 else { return .longInt(bytes) }
    let isNegative = (bytes.last ?? 0) >= 0x80
    let bits = bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
    return .int(bits)
  }

  // MARK: Memo

  private mutating func remember(_ index: Int) throws(WeightError) {
    guard stack.count > (marks.last ?? 0), let value = stack.last else {
      throw malformed("the pickle remembers nothing")
    }
    guard memo.count < Self.largestMemo else {
      throw reader.file.limit("the pickle's memo is too large", at: instructionStart)
    }
    memo[index] = value
  }

  private mutating func recall(_ index: Int) throws(WeightError) {
    guard let value = memo[index] else { throw malformed("the pickle recalls \(index), which it does not remember") }
    stack.append(value)
  }

  // MARK: Containers

  private mutating func append(_ values: [PickleValue]) throws(WeightError) {
    switch try top() {
    case .list(let index): lists[index] += values
    case .object: break
    default: throw malformed("the pickle appends to no list")
    }
  }

  private mutating func setItems(_ values: [PickleValue]) throws(WeightError) {
    guard values.count.isMultiple(of: 2) else { throw malformed("the pickle has a key without a value") }
    switch try top() {
    case .dictionary(let index):
      for position in stride(from: 0, to: values.count, by: 2) {
        dictionaries[index].append((values[position], values[position + 1]))
      }
    case .object: break
    default: throw malformed("the pickle puts items into no dictionary")
    }
  }

  func top() throws(WeightError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.last else {
      throw malformed("the pickle takes values that are not there")
    }
    return value
  }
}
