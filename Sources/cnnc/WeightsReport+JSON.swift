import JSON
import Weights

extension WeightsReport {
  /// The same as a JSON document.
  var json: String {
    var members: [(String, JSONValue)] = [
      ("file", .string(file.path)), ("format", .string(file.format.rawValue)),
      ("key", .string(file.keys.first ?? "")), ("elements", .int(elements)),
      ("bytes", .int(bytes)), ("tensors", .lines(rows.map(Self.json))),
    ]
    if let binding { members.append(("binding", Self.json(binding))) }
    return JSONValue.block(members).text + "\n"
  }

  private static func json(_ row: Row) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("name", .string(row.info.name)), ("shape", .array(row.info.shape.map(JSONValue.int))),
      ("type", .string(row.info.type.rawValue)), ("bytes", .int(row.info.byteCount)),
    ]
    if let statistics = row.statistics {
      members += [
        ("min", .double(Double(statistics.min))), ("mean", .double(Double(statistics.mean))),
        ("max", .double(Double(statistics.max))), ("std", .double(Double(statistics.standardDeviation))),
        ("nan", .int(statistics.nanCount)), ("infinite", .int(statistics.infiniteCount)),
        ("beyond_float32", .int(statistics.beyondCount)),
      ]
    }
    return .object(members)
  }

  private static func json(_ binding: WeightBinding) -> JSONValue {
    .block([
      ("complete", .bool(binding.isComplete)), ("map", binding.map.map(JSONValue.string) ?? .null),
      ("wrapping", binding.wrapping.map(JSONValue.string) ?? .null),
      ("bound", .lines(binding.bound.map { .object([("name", .string($0.name)), ("source", .string($0.source))]) })),
      (
        "missing",
        .lines(
          binding.missing.map {
            .object([
              ("name", .string($0.name)), ("source", .string($0.source)),
              ("suggestion", $0.suggestion.map(JSONValue.string) ?? .null),
            ])
          })
      ),
      ("unexpected", .lines(binding.unexpected.map { .string($0.name) })),
      (
        "mismatched",
        .lines(
          binding.mismatched.map {
            .object([
              ("name", .string($0.name)), ("source", .string($0.source)),
              ("expected", .array($0.expected.map(JSONValue.int))),
              ("found", .array($0.found.shape.map(JSONValue.int))), ("type", .string($0.found.type.rawValue)),
            ])
          })
      ),
      ("allowed", .lines(binding.allowed.map(JSONValue.string))),
      ("ignored", .lines(binding.ignored.map(JSONValue.string))),
    ])
  }
}
