import EditorServices
import JSON
import LanguageServerProtocol
import Shapes

extension EditorSettings {
  /// Takes what a client has set, `{"cnnc": {…}}` or what is in it; says what it does not know or cannot take.
  mutating func take(_ value: JSONValue) -> [String] {
    guard case .object(let members) = value["cnnc"] ?? value else { return [] }
    var problems: [String] = []
    for (key, value) in members { take(key, value, &problems) }
    return problems
  }

  private mutating func take(_ key: String, _ value: JSONValue, _ problems: inout [String]) {
    func flag(_ value: JSONValue, _ name: String, _ field: WritableKeyPath<EditorSettings, Bool>) {
      if let flag = value.boolValue { self[keyPath: field] = flag } else { problems.append("\(name) is true or false") }
    }
    if case .object(let members) = value {
      for (inner, value) in members { take("\(key).\(inner)", value, &problems) }
      return
    }
    switch key {
    case "inlayHints.enabled": flag(value, key, \.showsHints)
    case "inlayHints.shapes": flag(value, key, \.showsShapes)
    case "inlayHints.parameters": flag(value, key, \.showsParameters)
    case "inlayHints.maximumLength":
      if let length = value.intValue, length > 0 {
        hintLength = length
      } else {
        problems.append("\(key) is a number of characters")
      }
    case "codeLens.enabled": flag(value, key, \.showsLenses)
    case "lints.enabled": flag(value, key, \.lints)
    case "lints.ignore":
      if let list = value.elements {
        ignoredLints = Set(list.compactMap(\.stringValue))
      } else {
        problems.append("\(key) is a list of identifiers")
      }
    case "input":
      guard let text = value.stringValue else {
        if case .null = value { input = nil } else { problems.append("\(key) is a text such as 3xHxW") }
        return
      }
      input = text.isEmpty ? nil : Shape(sizes: text)
      if !text.isEmpty, input == nil { problems.append("\(key): '\(text)' is no input such as 3xHxW") }
    // What only clients look at.
    case "path", "trace.server", "server.path", "clientCommands", "documentation": break
    default: if !key.hasPrefix("client") { problems.append("there is no setting cnnc.\(key)") }
    }
  }
}
