import ArgumentParser
import Reports

/// `cnnc schema`.
struct SchemaCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of specs, for editors.",
    discussion: discussion(
      """
      An editor with the schema completes keys, shows their documentation and underlines what is misspelled. See \
      docs/editors.md.
      """))

  static let examples = [
    Example("cnnc schema -o cnnc.schema.json", "The file that an editor is told of")
  ]

  private enum Format: String, OutputFormat {
    case json

    static let standard = json
  }

  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Write to a file.", valueName: "file"),
    completion: .file())
  var output = "-"

  func validate() throws { _ = try Format.chosen(nil, output: output, asking: nil) }

  func run() throws { try writeOutput(JSONSchema.text(), to: output) }
}
