import Diagnostics
import Testing

@Suite("Lints about names") struct NameLintTests {
  @Test func inputsThatNothingReads() throws {
    let text = """
      cnnc: 1
      inputs:
        image: {channels: 4, size: 8}
        mask: {channels: 4, size: 8}
        hint: {channels: 4, size: 8}
        last: {channels: 4, size: 8}
      blocks:
        Join: {inputs: [x, skip, more, size, spare], layers: [{from: [x, skip if size.h > 3 else skip], add}, upsample: {like: more}]}
      layers:
        - {from: [prev, mask, mask, mask, mask], Join}
      outputs: {all: last}

      """
    #expect(
      try Advice(text, ignoring: ["lint.unused-node"]).lines == [
        "5:3: warning[lint.unused-parameter]: the input 'hint' is read by nothing in the network",
        "8:40: warning[lint.unused-parameter]: input 'spare' of block Join is read by nothing in the network",
      ])
  }

  @Test func patternsThatFitNothing() throws {
    let text = """
      cnnc: 1
      input: {channels: 1, size: 8}
      layers: [flatten, {name: fc, linear: {out: 2}}]
      train:
        freeze: ["*", "!fc1", "!f*.bias"]
        rates: {fc: 1, "head.*": 0.1}
      recipes:
        quick: {stages: [{epochs: 1, freeze: fcc}]}

      """
    #expect(
      try Advice(text).lines == [
        "5:17: warning[lint.unused-pattern]: freeze: no tensor of the network fits 'fc1'",
        "6:18: warning[lint.unused-pattern]: rates: no tensor of the network fits 'head.*'",
        "8:40: warning[lint.unused-pattern]: freeze: no tensor of the network fits 'fcc'",
      ])
  }

  /// The class that a network takes an image for follows from its last layer, and a loss has to agree with it.
  @Test func losses() throws {
    let text = """
      cnnc: 1
      input: {channels: 1, size: 8}
      layers: [flatten, {name: fc, linear: {out: 2}}]
      train: {loss: radial_basis}
      recipes:
        other: {stages: [{epochs: 1, loss: mean_squared}, {epochs: 1, loss: {radial_basis: {j: 1}}}]}

      """
    let message =
      "radial_basis makes the number of an image's own class the smallest, and of those that fc (m.yaml:3) gives the largest "
      + "is the likeliest class: end in `rbf`, or take another loss"
    #expect(
      try Advice(text).lines == [
        "4:15: warning[lint.unfit-loss]: \(message)", "6:72: warning[lint.unfit-loss]: \(message)",
      ])
    let distances = text.replacing("linear: {out: 2}", with: "rbf: {out: 2, centers: c.txt}")
    #expect(
      try Advice(distances).lines == [
        "6:38: warning[lint.unfit-loss]: mean_squared makes the number of an image's own class the largest, and fc (m.yaml:3) "
          + "gives distances, of which the smallest is the likeliest class: `loss: radial_basis`, or end in another layer"
      ])
  }

  @Test func unused() throws {
    let text = """
      cnnc: 1
      params: {width: int = 8, classes: int = 10}
      input: {channels: 8, size: 32}
      functions:
        double(n, m): n * 2
        triple(n): n * 3
      blocks:
        Used:
          params: {out: int, stride: int = 1}
          layers: [conv: {out: 'double(out, 1)', kernel: 1}]
        Outer: {layers: [Inner]}
        Inner: {layers: [relu]}
      layers:
        - for_each:
            as: stage
            rows: [{out: 8, size: 32}, {out: 16, size: 32}]
            layers: [Used: {out: out}]
        - conv: {out: width, kernel: 1}
      expect: {output: [classes - 2, 32, 32]}

      """
    #expect(
      try Advice(text).lines == [
        "2:26: warning[lint.unused-parameter]: the model's parameter 'classes' is read by nothing in the network",
        "5:3: warning[lint.unused-parameter]: parameter 'm' of function double is read by nothing in the network",
        "6:3: warning[lint.unused-function]: nothing calls function triple",
        "9:24: warning[lint.unused-parameter]: parameter 'stride' of block Used is read by nothing in the network",
        "11:3: warning[lint.unused-block]: nothing uses block Outer",
        "12:3: warning[lint.unused-block]: nothing uses block Inner",
        "15:11: warning[lint.unused-parameter]: loop variable 'stage' is read by nothing in the network",
        "16:23: warning[lint.unused-parameter]: column 'size' is read by nothing in the network",
      ])
  }

  @Test("a block that a variant, a sweep or an option alone hands over is used")
  func usedByValues() throws {
    let text = """
      cnnc: 1
      params: {act: layer = relu, other: layer = relu}
      input: {channels: 8, size: 32}
      blocks:
        Own: {seq: [tanh]}
        Swept: {seq: [sigmoid]}
      layers: [use: act, conv: {out: 8, kernel: 1}, use: other]
      variants: {soft: {act: Own}}
      sweeps: {kinds: {over: {other: [Swept, relu]}}}

      """
    #expect(try Advice(text).lines.allSatisfy { !$0.contains("unused-block") })
  }

  @Test("what only names, conditions, defaults, arguments, heads or functions read is read")
  func used() throws {
    let text = """
      cnnc: 1
      params: {a: int = 8, b: int = 1, c: bool = true, d: int = 1, e: float = 0.5, f: int = 8, size: int = 32, s: int = a}
      functions:
        scaled(n): n * f // f
      input: {channels: 8, size: size}
      defaults: {conv: {kernel: b}}
      blocks:
        Act:
          params: {act: layer, pad: padding = half, kernel: size = 1}
          seq: [use: act, max_pool: {kernel: kernel, stride: 1, padding: pad}]
        Head:
          layers: [conv: {out: scaled(8)}]
      layers:
        - {when: c, relu}
        - Act: {act: {conv: {out: a}}}
        - {name: x$(d), conv: {out: s}}
        - for_each: {rows: [{n: 1}, {n: 2}], layers: [{name: y$(n), conv: {out: 8}}]}
      aux: {h: {from: y2, weight: e, Head}}

      """
    #expect(try Advice(text).lines == [])
  }

  @Test("an imported file may hold more than a spec needs")
  func imported() throws {
    let library = """
      cnnc: 1
      functions: {half(n): n // 2}
      blocks:
        Used: {params: {out: int, stride: int = 1}, layers: [conv: {out: out, kernel: 1}]}
        Other: {layers: [relu]}

      """
    let text = "cnnc: 1\nimport: [lib.yaml]\ninput: {channels: 8, size: 32}\nlayers: [Used: {out: 8}]\n"
    #expect(
      try Advice(text, files: ["lib.yaml": library]).lines == [
        "lib.yaml:4:29: warning[lint.unused-parameter]: parameter 'stride' of block Used is read by nothing in the network"
      ])
  }

  // MARK: lint.shadowed-name

  @Test func shadowed() throws {
    let text = """
      cnnc: 1
      params: {out: int = 8, width: int = 2, stage: int = 1}
      input: {channels: 8, size: 32}
      functions:
        wide(width): width * out
      blocks:
        Unit:
          params: {width: int = 4, mid: int = 4}
          layers:
            - for_each: {rows: [{mid: 4}, {mid: 8}], layers: [conv: {out: wide(mid) * width, kernel: 1}]}
      layers:
        - Unit
        - for_each:
            as: stage
            rows: [{out: 8}, {out: 16}]
            layers:
              - for_each: {rows: [{out: 4}], layers: [conv: {out: out * (stage.i + 1) * 8, kernel: 1}]}
        - conv: {out: out * stage * width, kernel: 1}

      """
    let advice = try Advice(text, ignoring: ["lint.unused-parameter"])
    #expect(
      advice.lines == [
        "5:3: warning[lint.shadowed-name]: parameter 'width' of function wide hides the model's parameter 'width'",
        "8:14: warning[lint.shadowed-name]: parameter 'width' of block Unit hides the model's parameter 'width'",
        "10:28: warning[lint.shadowed-name]: column 'mid' hides parameter 'mid' of block Unit",
        "14:11: warning[lint.shadowed-name]: loop variable 'stage' hides the model's parameter 'stage'",
        "15:15: warning[lint.shadowed-name]: column 'out' hides the model's parameter 'out'",
        "17:30: warning[lint.shadowed-name]: column 'out' hides column 'out'",
      ])
    #expect(advice.diagnostics.allSatisfy { $0.notes.count == 1 && $0.notes[0].span != nil })
  }

  @Test("a value that is handed on under its name hides nothing")
  func handedOn() throws {
    let text = """
      cnnc: 1
      params: {groups: int = 2, out: int = 8, width: int = 8}
      input: {channels: 8, size: 32}
      blocks:
        Plain: {params: {out: int}, layers: [conv: {out: out, kernel: 1}]}
        Conv: {params: {groups: int = 1}, layers: [conv: {out: 8, kernel: 1, groups: groups}]}
        Own: {params: {width: int = width}, layers: [conv: {out: width, kernel: 1}]}
      layers:
        - Conv
        - Conv: {groups: groups}
        - Own
        - for_each: {rows: [{out: out}, {out: 2 * out}], layers: [Plain: {out: out}]}

      """
    #expect(try Advice(text).lines == [])
  }
}
