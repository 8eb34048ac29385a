import Diagnostics

/// One of libyaml's events with the marks of its start and end.
struct YAMLEvent {
  enum Kind {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    case scalar(String, quoted: Bool, anchor: String?, tagged: Bool)
    case sequenceStart(flow: Bool, anchor: String?, tagged: Bool)
    case sequenceEnd
    case mappingStart(flow: Bool, anchor: String?, tagged: Bool)
    case mappingEnd
  }

  var kind: Kind
  var start: Position
  var end: Position
}

/// Where and why libyaml stopped.
struct YAMLSyntaxError: Error {
  var message: String
  var position: Position
  var context: String?
  var contextPosition: Position?
}
