import ArgumentParser
import Testing

@testable import cnnc

@Suite("cnnc lsp") struct LSPCommandTests {
  /// What clients add to the command is taken.
  @Test(arguments: [["lsp"], ["lsp", "--stdio"], ["lsp", "--stdio", "--log", "file"]])
  func takesWhatClientsSay(arguments: [String]) throws {
    #expect(try Cnnc.parseAsRoot(arguments) is LSPCommand)
  }

  @Test(arguments: [["lsp", "spec.yaml"], ["lsp", "--port", "80"]]) func refusesOthers(arguments: [String]) {
    #expect(throws: (any Error).self) { _ = try Cnnc.parseAsRoot(arguments) }
  }
}
