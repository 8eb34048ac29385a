import Diagnostics
import JSON
import Layers
import Shapes
import SpecLanguage

extension GraphJSONReader {
  /// What a parameter stands for, by the type that is written beside it.
  func parameterValue(_ members: JSONMembers) throws(JSONError) -> ParameterValue {
    let cursor = try members("type")
    let word = try cursor.string()
    guard let type = ParameterType(rawValue: word) else {
      throw cursor.failure("no type of parameters '\(word.shown)' is known")
    }
    guard let fieldType = type.fieldType else {
      return .layer(word: try members("value").name(), at: try span(members("at")))
    }
    if let place = members.optional("at") { throw place.failure("only a layer has a place") }
    return .field(try FieldValue(members("value"), of: fieldType))
  }
}

/// Reads the fields of a node by the types that its kind declares.
struct GraphJSONFields {
  let declaration: LayerDeclaration
  let reader: GraphJSONReader

  func attributes(_ members: JSONMembers) throws(JSONError) -> [Attribute] {
    var result: [Attribute] = []
    var origins: [String: JSONCursor] = [:]
    for (key, cursor) in try members.optional("origins")?.members() ?? [] { origins[key] = cursor }
    for (key, cursor) in try members.optional("fields")?.members() ?? [] {
      guard let field = declaration.field(named: key) else {
        throw cursor.failure("\(declaration.keyword) has no field '\(key.shown)'")
      }
      guard let origin = origins.removeValue(forKey: key) else {
        throw members.owner.failure("origins does not say where '\(key)' comes from")
      }
      let value = try FieldValue(cursor, of: field.type)
      do { try field.check(value) } catch { throw cursor.failure(error.message) }
      result.append(Attribute(name: key, value: value, origin: try self.origin(origin)))
    }
    if let stray = origins.min(by: { $0.key < $1.key }) {
      throw stray.value.failure("fields has no '\(stray.key.shown)'")
    }
    return result
  }

  private func origin(_ cursor: JSONCursor) throws(JSONError) -> Attribute.Origin {
    if case .array = cursor.value { return .written(try reader.span(cursor)) }
    let members = try cursor.object(required: [], optional: ["defaults", "inferred"])
    switch (members.optional("defaults"), members.optional("inferred")) {
    case (let span?, nil): return .defaults(try reader.span(span))
    case (nil, let reason?): return .inferred(try reason.string())
    default: throw cursor.failure("either a place, defaults or inferred belongs here")
    }
  }
}

extension FieldValue {
  /// A value of a field's type, whose range is not looked at.
  fileprivate init(_ cursor: JSONCursor, of type: Field.FieldType) throws(JSONError) {
    let anyInt = -FieldReader.largestInt...FieldReader.largestInt
    switch type {
    case .int: self = .int(try cursor.int(in: Int.min...Int.max))
    case .float: self = .float(try cursor.double())
    case .bool: self = .bool(try cursor.bool())
    case .size:
      if case .array = cursor.value {
        let sides = try cursor.list(count: Shape.Axis.counts) { (side) throws(JSONError) in
          try GraphJSONShapes.extent(side)
        }
        self = OpenSize(spatial: sides).field
      } else {
        self = .size(AxisSizes(try cursor.int(in: anyInt)))
      }
    case .padding: self = .padding(try Self.padding(cursor))
    case .word: self = .word(try cursor.string())
    case .text: self = .text(try cursor.string())
    case .ints: self = .ints(try Self.ints(cursor))
    case .intTable:
      self = .intTable(try cursor.list { (row) throws(JSONError) in try Self.ints(row) })
    case .initializers: self = .initializers(try Self.initializers(cursor))
    case .node: throw cursor.failure("a node's size stands in its place")
    }
  }

  private static func ints(_ cursor: JSONCursor, count: ClosedRange<Int> = 0...Int.max) throws(JSONError) -> [Int] {
    try cursor.list(count: count) { (element) throws(JSONError) in
      try element.int(in: -FieldReader.largestInt...FieldReader.largestInt)
    }
  }

  private static func padding(_ cursor: JSONCursor) throws(JSONError) -> Padding {
    switch cursor.value {
    case .string(let word):
      guard let padding = Padding(word: word) else {
        throw cursor.failure("a padding is one of \(Padding.words.joined(separator: ", ")), not '\(word.shown)'")
      }
      return padding
    case .array:
      return .explicit(PaddingSizes(list: try ints(cursor, count: 1...2 * Shape.Axis.counts.upperBound)))
    default: return .symmetric(try cursor.int(in: 0...FieldReader.largestInt))
    }
  }

  private static func initializers(_ cursor: JSONCursor) throws(JSONError) -> [TensorInitializer] {
    try cursor.list { (element) throws(JSONError) in
      let members = try element.object(
        required: [], optional: ["distribution", "tensor", "arguments", "values", "shape", "file"])
      let tensor = try members.optional("tensor")?.name()
      if let values = try given(members) { return TensorInitializer(tensor: tensor, values: values) }
      let word = try members("distribution")
      let name = try word.string()
      guard let distribution = TensorInitializer.distributions.first(where: { $0.word == name }) else {
        throw word.failure("no initializer '\(name.shown)' is known")
      }
      var arguments: [String: Double] = [:]
      for (key, value) in try members.optional("arguments")?.members() ?? [] {
        guard distribution.arguments.contains(where: { $0.name == key }) else {
          throw value.failure("\(name) has no number '\(key.shown)'")
        }
        arguments[key] = try value.double()
      }
      return TensorInitializer(tensor: tensor, distribution: name, arguments: arguments)
    }
  }

  /// Values that are given; nil where there is a distribution in their place.
  private static func given(_ members: JSONMembers) throws(JSONError) -> TensorValues? {
    if let file = members.optional("file") { return .file(try file.string()) }
    guard let values = members.optional("values") else { return nil }
    let numbers = try values.list { (number) throws(JSONError) in try number.double() }
    let shape = try ints(members("shape"))
    guard shape.allSatisfy({ $0 > 0 }), shape.reduce(1, saturatingProduct) == numbers.count else {
      throw values.failure("values are as many as shape says")
    }
    return .numbers(NumberPattern(numbers, shape: shape))
  }
}
