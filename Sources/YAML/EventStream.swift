import CLibYAML
import Diagnostics

/// libyaml's parser over a text in memory, one event at a time.
struct EventStream: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: UnsafeMutableBufferPointer<UInt8>
  private let lines: ParserLines
  /// Lines of the file before the text.
  private let linesBefore: Int

  init(_ bytes: [UInt8], linesBefore: Int = 0) {
    self.linesBefore = linesBefore
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    // libyaml reads the text while events are asked for, so it needs a place that stays.
    text = .allocate(capacity: max(1, bytes.count))
    _ = text.initialize(from: bytes)
    lines = ParserLines(of: bytes)
    yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    text.deallocate()
  }

  /// The next event.
  ///
  /// - Throws: `YAMLSyntaxError` where the text is not YAML.
  mutating func next() throws(YAMLSyntaxError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
    defer { yaml_event_delete(&event) }
    let kind: YAMLEvent.Kind =
      switch event.type {
      case YAML_STREAM_START_EVENT: .streamStart
      case YAML_STREAM_END_EVENT, YAML_NO_EVENT: .streamEnd
      case YAML_DOCUMENT_START_EVENT: .documentStart
      case YAML_DOCUMENT_END_EVENT: .documentEnd
      case YAML_ALIAS_EVENT: .alias(string(event.data.alias.anchor) ?? "")
      case YAML_SCALAR_EVENT:
        .scalar(
          String(
            decoding: UnsafeBufferPointer(start: event.data.scalar.value, count: event.data.scalar.length),
            as: UTF8.self),
          quoted: event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE, anchor: string(event.data.scalar.anchor),
          tagged: event.data.scalar.tag != nil)
      case YAML_SEQUENCE_START_EVENT:
        .sequenceStart(
          flow: event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE,
          anchor: string(event.data.sequence_start.anchor),
          tagged: event.data.sequence_start.tag != nil)
      case YAML_SEQUENCE_END_EVENT: .sequenceEnd
      case YAML_MAPPING_START_EVENT:
        .mappingStart(
          flow: event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE,
          anchor: string(event.data.mapping_start.anchor),
          tagged: event.data.mapping_start.tag != nil)
      default: .mappingEnd
      }
    return YAMLEvent(kind: kind, start: position(event.start_mark), end: position(event.end_mark))
  }

  private func syntaxError() -> YAMLSyntaxError {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "not YAML"
    let context = state.context.map { String(cString: $0) }
    return YAMLSyntaxError(
      message: problem, position: position(state.problem_mark), context: context,
      contextPosition: context == nil ? nil : position(state.context_mark))
  }

  private func position(_ mark: yaml_mark_t) -> Position {
    var place = lines.position(line: Int(mark.line), column: Int(mark.column))
    place.line += linesBefore
    return place
  }

  private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }
}
