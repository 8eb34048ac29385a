import GraphIR
import JSON
import Testing

/// Texts that `write` would not have written are refused, with the path to what is wrong.
@Suite struct GraphJSONMalformedTests {
  /// A change to the text of a graph, and what reading says to it.
  struct Case: Sendable, CustomTestStringConvertible {
    var from: String
    var to: String
    var message: String

    init(_ from: String, _ to: String, _ message: String) {
      self.from = from
      self.to = to
      self.message = message
    }

    var testDescription: String { message }
  }

  private static let spec = """
    cnnc: 1
    model: Small
    params: {width: int = 4}
    input: {channels: 3, size: 8}
    defaults: {conv: {padding: half}}
    layers:
      - {name: a, conv: {out: width, kernel: 3, init: {weight: {normal: {std: 0.5}}}}}
      - {name: block, residual: [conv: {out: 4, kernel: [3, 1], padding: [1, 1, 0, 0]}, relu]}
      - {name: pool, max_pool: {kernel: 2}}
    aux: {head: {from: a, weight: 0.5, global_avg_pool}}
    """

  private func text() throws -> String { GraphJSON.write(try TestSpecs.build(text: Self.spec).graph) }

  private func message(reading text: String) -> String? {
    do {
      _ = try GraphJSON.read(Array(text.utf8))
      return nil
    } catch {
      return error.description
    }
  }

  static let documents = [
    Case(
      #""format": "cnnc graph""#, #""format": "onnx""#,
      #"this is not the JSON of a graph; one begins with "format": "cnnc graph""#),
    Case(#""version": 2"#, #""version": 1"#, "version: version 1 is unknown; this cnnc reads version 2"),
    Case(#""version": 2,"#, "", "the key 'version' is missing"),
    Case(#""name": "Small","#, "", "the key 'name' is missing"),
    Case(#""name": "Small""#, #""name": "a b""#, "name: 'a b' is not a name"),
    Case(#""name": "Small""#, #""name": 3"#, "name: a text belongs here, not 3"),
    Case(#""name": "Small""#, #""name": "Small", "author": "x""#, "author: no key 'author' is known here"),
    Case(#""input": [3,8,8]"#, #""input": [3,8,8,8,8]"#, "input: an input has 1 to 4 dimensions, not 5"),
    Case(#""input": [3,8,8]"#, #""input": [3,0,8]"#, "input[1]: 0 is not between 1 and 2147483648"),
    Case(#""input": [3,8,8]"#, #""input": 3"#, "input: a list belongs here, not 3"),
    Case(
      #""input": [3,8,8]"#, #""input": [3,8,true]"#, "input[2]: a size is a number, a symbol or a formula, not true"),
    Case(#""input": [3,8,8]"#, #""input": [3,8,"H W"]"#, "input[2]: 'H W' is not a name"),
    Case(#""input": [3,8,8]"#, #""input": [3,8,[7]]"#, "input[2]: a formula without symbols is a number"),
    Case(
      #""input": [3,8,8]"#, #""input": [3,8,[0,[1,["H",1]]]]"#, "input[2][1][1][1]: 1 is not between 2 and \(Int.max)"),
    Case(
      #""input": [3,8,8]"#, #""input": [3,8,[0,[1,[[4,[1,"H"]],2]]]]"#,
      "input[2]: the formula is not in its normal form"),
    Case(#""input": [3,8,8]"#, #""input": [3,8,[0,[1,"W","H"]]]"#, "input[2]: the formula is not in its normal form"),
    Case(#""batch": "N""#, #""batch": null"#, "batch: a size is a number, a symbol or a formula, not null"),
    Case(#""files": ["spec.yaml"]"#, #""files": []"#, "nodes[0].origins.out[0]: there is no file 0; there are 0"),
    Case(
      #"{"name":"width","type":"int","value":4}"#, #"{"name":"width","type":"int"}"#,
      "settings[0]: the key 'value' is missing"),
    Case(
      #"{"name":"width","type":"int","value":4}"#, #"{"name":"width","type":"int","value":"4"}"#,
      "settings[0].value: an integer belongs here, not the text \"4\""),
    Case(
      #"{"name":"width","type":"int","value":4}"#, #"{"name":"width","type":"text","value":4}"#,
      "settings[0].type: no type of parameters 'text' is known"),
    Case(
      #"{"name":"width","type":"int","value":4}"#, #"{"name":"width","type":"layer","value":"relu"}"#,
      "settings[0]: the key 'at' is missing"),
    Case(
      #"{"name":"width","type":"int","value":4}"#, #"{"name":"width","type":"int","value":4,"at":[0,1,1,1,1]}"#,
      "settings[0].at: only a layer has a place"),
    Case(#""outputs": [{"value":5}]"#, #""outputs": []"#, "outputs: the list has 0 elements, not 1 to \(Int.max)"),
    Case(
      #""outputs": [{"value":5}]"#, #""outputs": [{"value":7}]"#,
      "outputs[0].value: value 7 is not there; there are 0 to 6"),
    Case(
      #""weight":0.5,"value":6"#, #""weight":"half","value":6"#,
      "heads[0].weight: a number belongs here, not the text \"half\""),
    Case(
      #""weight":0.5,"value":6"#, #""weight":0.5,"value":-1"#, "heads[0].value: value -1 is not there; there are 0 to 6"
    ),
  ]

  static let nodes = [
    Case(
      #""path":"a","kind":"conv""#, #""path":"a","kind":"convolution""#,
      "nodes[0].kind: no layer kind 'convolution' is known"),
    Case(
      #""path":"a","kind":"conv""#, #""path":"a..b","kind":"conv""#,
      "nodes[0].path: 'a..b' is no path of names joined by dots"),
    Case(#""path":"pool""#, #""path":"a""#, "two nodes are called a"),
    Case(
      #""inputs":[0],"output":[4,8,8]"#, #""inputs":[1],"output":[4,8,8]"#,
      "nodes[0].inputs[0]: value 1 is not there; there are 0 to 0"),
    Case(
      #""inputs":[0],"output":[4,8,8]"#, #""inputs":[],"output":[4,8,8]"#,
      "nodes[0].inputs: conv does not take 0 inputs"),
    Case(
      #""inputs":[0],"output":[4,8,8]"#, #""inputs":["a"],"output":[4,8,8]"#,
      "nodes[0].inputs[0]: an integer belongs here, not the text \"a\""),
    Case(
      #""inputs":[0],"output":[4,8,8]"#, #""inputs":[0],"output":[4,8,9]"#,
      "nodes[0].output: conv makes 4×8×8 of its inputs, not 4×8×9"),
    Case(
      #""inputs":[3,1]"#, #""inputs":[3,0]"#,
      "nodes[3].inputs: add takes inputs of one shape, but input 1 is 4×8×8 and input 2 is 3×8×8"),
    Case(
      #""fields":{"out":4,"#, #""fields":{"out":4,"output":4,"#, "nodes[0].fields.output: conv has no field 'output'"),
    Case(#""fields":{"out":4,"#, #""fields":{"out":0,"#, "nodes[0].fields.out: out must be at least 1, got 0"),
    Case(#""fields":{"out":4,"#, #""fields":{"out":4.5,"#, "nodes[0].fields.out: an integer belongs here, not 4.5"),
    Case(#""fields":{"out":4,"#, #""fields":{"out":4,"out":5,"#, #"line 11, column 82: the key "out" occurs twice"#),
    Case(#""kernel":[3,1]"#, #""kernel":[3,1,1,1]"#, "nodes[1].fields.kernel: the list has 4 elements, not 1 to 3"),
    Case(
      #""padding":[1,1,0,0]"#, #""padding":"full""#,
      "nodes[1].fields.padding: a padding is one of half, same, valid, not 'full'"),
    Case(
      #""distribution":"normal""#, #""distribution":"gauss""#,
      "nodes[0].fields.init[0].distribution: no initializer 'gauss' is known"),
    Case(
      #"{"std":0.5}"#, #"{"variance":0.5}"#,
      "nodes[0].fields.init[0].arguments.variance: normal has no number 'variance'"),
    Case(#""head":0"#, #""head":1"#, "nodes[5].head: 1 is not between 0 and 0"),
    Case(#""origins":{"kernel":"#, #""origins":{"core":"#, "nodes[4]: origins does not say where 'kernel' comes from"),
    Case(
      #""origins":{"kernel":"#, #""origins":{"stride":[0,1,1,1,1],"kernel":"#,
      "nodes[4].origins.stride: fields has no 'stride'"),
    Case(#"{"defaults":"#, #"{"default":"#, "nodes[0].origins.padding.default: no key 'default' is known here"),
    Case(#""at":[0,9,"#, #""at":[1,9,"#, "nodes[4].at[0]: there is no file 1; there are 1"),
    Case(#""at":[0,9,"#, #""at":[0,10,"#, "nodes[4].at: the place ends before it begins"),
    Case(#""at":[0,9,"#, #""at":[0,0,"#, "nodes[4].at[1]: 0 is not between 1 and 2147483647"),
  ]

  static let scopes = [
    Case(#"{"kind":"root""#, #"{"kind":"list""#, "scopes[0]: the first scope is the root, and no other"),
    Case(#"{"kind":"residual""#, #"{"kind":"remainder""#, "scopes[1].kind: no kind of scope 'remainder' is known"),
    Case(#"{"kind":"residual""#, #"{"kind":"branches""#, "scopes[1]: the key 'join' is missing"),
    Case(#"{"kind":"residual""#, #"{"kind":"residual","join":"add""#, "scopes[1].join: no key 'join' is known here"),
    Case(#"["n0","#, #"["n1","#, "scopes[2].children[0]: node 1 is a child already"),
    Case(#"["n0","#, #"["#, "scopes: node 0, a, is the child of no scope"),
    Case(#"["n0","#, #"["n9","#, "scopes[0].children[0]: there is no node 9"),
    Case(#"["n0","#, #"["n0","n0","#, "scopes[0].children[1]: node 0 is a child already"),
    Case(#"["n0","s1","#, #"["n0","s1","s1","#, "scopes[0].children[2]: scope 1 is a child already"),
    Case(#"["n0","s1","#, #"["n0","s2","s1","#, "scopes[1].children[0]: scope 2 is a child already"),
    Case(#"["n0","s1","#, #"["n0","s0","#, "scopes[0].children[1]: scope 0 does not come after scope 0"),
    Case(
      #"["n0","s1","#, #"["n0","s01","#, "scopes[0].children[1]: 's01' is no child; those are n0, n1, … and s1, s2, …"),
    Case(
      #""input":1,"output":4"#, #""input":1,"output":44"#, "scopes[1].output: value 44 is not there; there are 0 to 6"),
  ]

  static let syntax = [
    Case(#"{"#, "", "line 2, column 9: something follows the end of the document"),
    Case(#""version": 2"#, #""version": 01"#, "line 3, column 14: a number has leading zeros"),
    Case(#""version": 2"#, #""version": 1."#, "line 3, column 14: digits belong behind the point"),
    Case(#""version": 2"#, #""version": 1e999"#, "line 3, column 17: 1e999 is too large"),
    Case(
      #""version": 2"#, #""version": 99999999999999999999"#,
      "line 3, column 32: 99999999999999999999 does not fit in 64 bits"),
    Case(#""version": 2,"#, #""version": 2"#, "line 4, column 1: ',' or '}' belongs here"),
    Case(#""version": 2"#, #""version" 1"#, "line 3, column 11: ':' belongs here"),
    Case(#""version": 2"#, #"version: 1"#, "line 3, column 1: a key in quotes belongs here"),
    Case(#""name": "Small""#, #""name": "Small\x""#, "line 4, column 16: an unknown escape stands in a text"),
    Case(#""name": "Small""#, #""name": "\ud800""#, "line 4, column 16: half a character is escaped"),
    Case(#""name": "Small""#, #""name": "\u12""#, #"line 4, column 12: four digits belong behind \u"#),
    Case(#""name": "Small""#, "\"name\": \"Sm\nall\"", "line 4, column 12: a control character stands in a text"),
  ]

  @Test(arguments: documents + nodes + scopes + syntax)
  func changedTextsAreRefused(_ change: Case) throws {
    let text = try text()
    let start = try #require(text.range(of: change.from))
    #expect(message(reading: text.replacingCharacters(in: start, with: change.to)) == change.message)
  }

  @Test func endsAreChecked() throws {
    let text = try text()
    #expect(message(reading: text) == nil)
    #expect(message(reading: "") == "line 1, column 1: the text ends where a value belongs")
    #expect(message(reading: "[]") == "an object belongs here, not a list")
    #expect(message(reading: text + "x")?.hasSuffix("something follows the end of the document") ?? false)
    #expect(message(reading: String(text.dropLast(3))) != nil)
    var bytes = Array(text.utf8)
    bytes[bytes.firstIndex(of: UInt8(ascii: "S")) ?? 0] = 0xC0
    #expect(throws: JSONError.self) { try GraphJSON.read(bytes) }
  }

  @Test func nestingIsBounded() throws {
    let text = try text()
    let deep = String(repeating: "[", count: 100_000)
    #expect(message(reading: deep)?.hasSuffix("lists and objects nest more than 256 deep") ?? false)
    let inner = String(repeating: "[0,[1,[", count: 10_000)
    let changed = text.replacing(#""input": [3,8,8]"#, with: #""input": [3,8,"# + inner)
    #expect(message(reading: changed)?.hasSuffix("lists and objects nest more than 256 deep") ?? false)
  }

  @Test func randomChangesNeverTrap() throws {
    let bytes = Array(try text().utf8)
    var random = LinearCongruentialGenerator(state: 7)
    let pieces = ["0", "-1", "9999999999", "[", "]", "{", "}", "\"", ",", "null", "1e5", "s1", "\u{FF}"].map {
      Array($0.utf8)
    }
    for _ in 0..<1000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let start = Int.random(in: 0..<changed.count, using: &random)
        let end = min(changed.count, start + Int.random(in: 0...4, using: &random))
        changed.replaceSubrange(start..<end, with: pieces.randomElement(using: &random) ?? [])
      }
      if let graph = try? GraphJSON.read(changed) { #expect(graph.violation == nil) }
    }
  }
}

/// Random numbers that are the same at every run.
struct LinearCongruentialGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
