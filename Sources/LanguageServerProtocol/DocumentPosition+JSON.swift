import JSON

extension DocumentPosition {
  package init?(_ value: JSONValue?) {
    guard let line = value?["line"]?.intValue, let character = value?["character"]?.intValue else { return nil }
    self.init(line: line, character: character)
  }

  package var json: JSONValue { .object([("line", .int(line)), ("character", .int(character))]) }
}

extension DocumentRange {
  package init?(_ value: JSONValue?) {
    guard let start = DocumentPosition(value?["start"]), let end = DocumentPosition(value?["end"]) else { return nil }
    self.init(start: start, end: end)
  }

  package var json: JSONValue { .object([("start", start.json), ("end", end.json)]) }
}

extension DocumentChange {
  package init?(_ value: JSONValue) {
    guard let text = value["text"]?.stringValue else { return nil }
    if let written = value["range"] {
      guard let range = DocumentRange(written) else { return nil }
      self.init(range: range, text: text)
    } else {
      self.init(range: nil, text: text)
    }
  }
}
