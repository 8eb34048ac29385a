import ArgumentParser
import Testing

@testable import cnnc

@Suite("Formats by the ending of --output") struct OutputFormatTests {
  private static let spec = """
    cnnc: 1
    model: Small
    input: {channels: 3, size: 8}
    layers: [conv: {out: 4, kernel: 3}]

    """

  @Test(
    "the ending chooses",
    arguments: [
      ("check", "r.json", "[\n {"), ("check", "r.md", "## Small"), ("check", "r.CSV", "layer,"),
      ("check", "r.sarif", "{"),
      ("check", "r.txt", "Small"), ("check", "r", "Small"), ("graph", "r.svg", "<svg"), ("graph", "r.dot", "digraph"),
      ("graph", "r.gv", "digraph"), ("graph", "r.mmd", "flowchart"), ("graph", "r.html", "<!DOCTYPE html>"),
      ("expand", "r.json", "{"), ("expand", "r.yml", "# Small"),
    ])
  func endings(command: String, file: String, beginning: String) throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    #expect(try status(of: [command, spec, "-o", folder.path(file)]) == .success)
    let text = try folder.read(file)
    #expect(text.hasPrefix(beginning), "\(text.prefix(80))")
  }

  @Test("what is asked for counts more than the ending")
  func request() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    #expect(try status(of: ["check", spec, "--format", "csv", "-o", folder.path("r.json")]) == .success)
    #expect(try folder.read("r.json").hasPrefix("layer,"))
  }

  @Test(
    "an ending of another format and options that it has no use for are refused, and what there is is said",
    arguments: [
      (
        ["graph", "a.yaml", "-o", "x.png"],
        "svg, dot, mermaid, html, not png; `rsvg-convert -f png` makes one of an SVG"
      ),
      (["graph", "a.yaml", "-o", "x.pdf"], "not pdf"), (["check", "a.yaml", "-o", "x.svg"], "not svg"),
      (["expand", "a.yaml", "-o", "x.md"], "yaml, json, not md"),
      (["diff", "a.yaml", "b.yaml", "-o", "x.csv"], "not csv"),
      (["bench", "a.yaml", "-o", "x.html"], "not html"), (["sweep", "a.yaml", "-o", "x.sarif"], "not sarif"),
      (["weights", "inspect", "a.pth", "-o", "x.csv"], "not csv"),
      (["graph", "a.yaml", "-o", "x.html", "--direction", "right"], "--direction right is for pictures"),
      (["sweep", "a.yaml", "--plot", "x.png"], "--plot draws .svg"),
      (["sweep", "a.yaml", "--over", "n=1,2", "--set", "n=2"], "--over and --set both give 'n'"),
      (["graph", "a.yaml", "--format", "html", "--no-legend"], "--no-legend is for pictures"),
    ])
  func refused(arguments: [String], message: String) {
    let error = #expect(throws: (any Error).self) { _ = try Cnnc.parseAsRoot(arguments) }
    #expect(error.map { Cnnc.message(for: $0) }?.contains(message) == true)
  }

  @Test("--quiet prints findings alone")
  func quiet() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    #expect(try status(of: ["check", spec, "--quiet", "-o", folder.path("out")]) == .success)
    #expect(try folder.read("out").isEmpty)
    #expect(try status(of: ["check", spec, "--quiet", "--format", "json", "-o", folder.path("out")]) == .success)
    #expect(try folder.read("out").contains("\"diagnostics\""))
  }

  @Test("a word that is no command is answered with the nearest one")
  func commands() {
    #expect(Cnnc.unknownCommand("chekc") == "there is no command 'chekc'; did you mean 'check'?")
    #expect(Cnnc.unknownCommand(["help", "chekc"]) == "there is no command 'chekc'; did you mean 'check'?")
    #expect(
      Cnnc.unknownCommand(["help", "weights", "ini"]) == "there is no command 'weights ini'; did you mean 'init'?")
    #expect(Cnnc.unknownCommand(["help", "run", "x"]) == "'run' has no commands, so no 'x'")
    for known in [[], ["help"], ["help", "run"], ["help", "weights", "init"], ["run", "x"]] {
      #expect(Cnnc.unknownCommand(known) == nil)
    }
    #expect(Cnnc.unknownCommand("m.yaml") == "the spec stands behind a command: cnnc check m.yaml")
    #expect(Cnnc.unknownCommand("xyz")?.contains("check, watch, expand") == true)
    for known in ["check", "help", "--version", "-h"] { #expect(Cnnc.unknownCommand(known) == nil) }
  }

  @Test("a column that is not there is answered with the nearest one")
  func columns() {
    let error = #expect(throws: ValidationError.self) { _ = try ColumnList("layer,parms") }
    #expect(error?.message == "there is no column 'parms'; did you mean 'params'?")
  }
}
