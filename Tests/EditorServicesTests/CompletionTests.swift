import Diagnostics
import EditorServices
import SpecLanguage
import Testing

@Suite struct CompletionTests {
  private func list(_ marked: String, snippets: Bool = true) -> (items: [CompletionItem], start: Position) {
    let document = MarkedText(marked)
    let list = Documents.snapshot(document.text).completions(
      at: document.place, snippets: snippets, folderFiles: { ["other.yaml", "notes.txt"] })
    return (list.items, list.start)
  }

  private func labels(_ marked: String) -> Set<String> { Set(list(marked).items.map(\.label)) }

  private static let head =
    "cnnc: 1\nparams: {width: int = 8}\nfunctions: {\"twice(c)\": 2 * c}\ninput: {channels: 3, size: 32}\n"
  private static let blocks =
    "blocks:\n  Basic:\n    params: {out: int, stride: int = 1}\n    layers: [conv: {out: out, kernel: 3}]\n"

  @Test func offersTheKeysOfAFile() {
    #expect(labels("cnnc: 1\n|").contains("layers"))
    #expect(!labels("cnnc: 1\n|").contains("cnnc"))
    #expect(labels("cnnc: 1\nlay|").contains("layers"))
  }

  /// However an item is begun, and whatever is broken around it.
  @Test(arguments: [
    "layers:\n  - |", "layers:\n  - co|", "layers:\n- |", "layers: [|", "layers: [conv: {out: 8, kernel: 3}, |",
    "layers:\n  - relu\n  - |", "layers:\n  - relu\n  |", "layers:\n  - {name: a, |", "layers:\n  - {|",
    "layers:\n  - residual:\n      - |", "layers:\n  - residual: [|", "layers:\n  - name: a\n    |",
    "layers:\n  - conv: {out: 8, kernel: 3\n  - |", "layers:\n  - {from: [a, b\n  - |\n  - relu: {{{",
    "layers:\n  - branches:\n      x:\n        - |", "layers:\n  - for_each: {rows: 3, layers: [|",
  ]) func offersOperations(marked: String) {
    let found = labels(Self.head + Self.blocks + marked)
    #expect(found.isSuperset(of: ["conv", "Basic", "residual", "relu"]), "\(marked): \(found.sorted().prefix(9))")
  }

  @Test(arguments: [
    ("layers:\n  - conv: {|", ["out", "kernel", "stride"], ["conv"]),
    ("layers:\n  - conv: {out: 8, |", ["kernel"], ["out"]),
    ("layers:\n  - conv:\n      out: 8\n      |", ["kernel"], ["out"]),
    ("layers:\n  - conv:\n      |", ["out", "kernel"], []),
    ("layers:\n  - {name: a, conv: {out: 8, k|", ["kernel"], ["out"]),
    ("layers:\n  - Basic: {|", ["out", "stride"], []), ("defaults: {conv: {|", ["bias", "padding"], []),
    ("defaults:\n  conv:\n    |", ["bias"], []),
    ("layers:\n  - {conv: {out: 1, kernel: 1}, |", ["name", "repeat"], ["conv", "Basic"]),
    ("variants:\n  v: {|", ["width", "expect"], []), ("expect: {|", ["params", "macs"], []),
    ("layers:\n  - {branches: [a], |", ["join"], []), ("input: {|", ["channels", "size"], []),
    ("blocks:\n  X: {|", ["params", "layers", "seq"], []), ("train: {optimizer: {|", ["sgd", "adam"], []),
    ("train:\n  optimizer:\n    sgd: {|", ["lr", "momentum"], []), ("train: {|", ["epochs", "optimizer"], []),
  ]) func offersKeys(marked: String, wanted: [String], others: [String]) {
    let found = labels(Self.head + Self.blocks + marked)
    #expect(found.isSuperset(of: wanted), "\(marked): \(found.sorted().prefix(9))")
    #expect(found.isDisjoint(with: others), "\(marked)")
  }

  @Test(arguments: [
    ("layers:\n  - conv: {out: |", ["width", "twice", "max", "prev.c"]), ("layers:\n  - conv: {out: w|", ["width"]),
    ("layers:\n  - conv: {out: 2 * wi|", ["width"]), ("layers:\n  - conv: {out: max(8, wi|", ["width"]),
    ("layers:\n  - conv: {padding: |", ["half", "same", "valid"]), ("layers:\n  - conv: {bias: |", ["true", "false"]),
    ("layers:\n  - {relu, when: |", ["width", "first"]),
    ("layers:\n  - {name: stem, relu}\n  - {from: |", ["stem", "prev", "input"]),
    ("layers:\n  - {name: stem, relu}\n  - {from: [stem, |", ["stem"]),
    ("layers:\n  - {name: stem, relu}\n  - conv: {out: stem.|", ["stem.c", "stem.h"]),
    ("layers:\n  - {branches: {a: relu}, join: |", ["concat", "add"]), ("import: [|", ["other.yaml"]),
    ("network: |", ["other.yaml"]), ("layers:\n  - upsample: {mode: |", ["nearest", "bilinear"]),
    ("train: {schedule: |", ["cosine", "step"]),
  ]) func offersValues(marked: String, wanted: [String]) {
    let found = labels(Self.head + Self.blocks + marked)
    #expect(found.isSuperset(of: wanted), "\(marked): \(found.sorted().prefix(12))")
    #expect(!found.contains("notes.txt"))
  }

  @Test func seesABlocksOwnParameters() {
    let marked =
      Self.head
      + "blocks:\n  Basic:\n    params: {out: int, stride: int = 1}\n    layers:\n      - {name: inner, relu}\n      - conv: {out: |"
    let found = labels(marked + "\nlayers:\n  - {name: outer, relu}\n")
    #expect(found.isSuperset(of: ["out", "stride", "width", "inner.c"]))
    #expect(!found.contains("outer.c"))
  }

  @Test func writesWhatIsRequired() throws {
    let (items, start) = list(Self.head + Self.blocks + "layers:\n  - co|")
    let conv = try #require(items.first { $0.label == "conv" })
    #expect(conv.isSnippet)
    #expect(conv.text == "conv: {out: ${1:out}, kernel: ${2:kernel}}")
    #expect(start == Position(line: 10, column: 5))
    let plain = list(Self.head + Self.blocks + "layers:\n  - co|", snippets: false).items.first { $0.label == "conv" }
    #expect(plain?.text == "conv: {out: , kernel: }")
    #expect(plain?.isSnippet == false)
    // A dash that is missing is written too.
    let dashed = list(Self.head + "layers:\n  - relu\n  |").items.first { $0.label == "relu" }
    #expect(dashed?.text == "- relu")
  }

  @Test func putsFirstWhatFitsTheRank() throws {
    let maps = list(Self.head + "layers:\n  - conv: {out: 8, kernel: 3}\n  - |").items
    let vector = list(Self.head + "layers:\n  - conv: {out: 8, kernel: 3}\n  - global_avg_pool\n  - flatten\n  - |")
      .items
    func rank(_ label: String, _ items: [CompletionItem]) -> Int { items.first { $0.label == label }?.rank ?? -1 }
    #expect(rank("conv", maps) == 1)
    #expect(rank("conv", vector) == 3 || rank("max_pool", vector) == 3)
  }

  @Test func saysNothingInCommentsAndOthersFiles() {
    #expect(labels(Self.head + "layers:\n  - relu # co|").isEmpty)
    #expect(labels(Self.head + "# la|").isEmpty)
    #expect(labels("services:\n  |").isEmpty)
  }

  @Test func completesRecipes() {
    let document = MarkedText("epochs: 3\noptimizer: {sgd: {lr: 0.1, |")
    let snapshot = Documents.snapshot(document.text, path: "/nets/recipes/a.yaml")
    let found = snapshot.completions(at: document.place, snippets: true).items.map(\.label)
    #expect(found.contains("momentum"))
    #expect(!found.contains("lr"))
  }

  /// Wherever a spec ends, there is an answer.
  @Test(arguments: Documents.specs) func answersAnywhere(path: String) throws {
    let text = try Documents.read(path)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for number in stride(from: 1, through: lines.count, by: 15) {
      let line = lines[number - 1]
      let cut = lines[..<(number - 1)].joined(separator: "\n") + "\n" + line.prefix(line.count / 2)
      let snapshot = Documents.snapshot(cut)
      let place = Position(line: number, column: line.prefix(line.count / 2).unicodeScalars.count + 1)
      let list = snapshot.completions(at: place, snippets: true)
      #expect(list.start <= place)
    }
  }
}
