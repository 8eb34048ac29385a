import Diagnostics
import Testing

@Suite("Lints about the network") struct NetworkLintTests {
  // MARK: lint.unused-node

  @Test func unusedNode() throws {
    let text = spec(
      "  - {name: a, conv: {out: 8, kernel: 1}}\n  - conv: {out: 4, kernel: 1}\n  - relu\n  - {from: a, relu}\n")
    let advice = try Advice(text)
    #expect(advice.lines == ["6:5: warning[lint.unused-node]: what relu relu1 makes reaches no output"])
    #expect(advice.diagnostics[0].notes.map(\.message) == ["2 layers are computed for nothing: 36 parameters"])
  }

  @Test func unusedOutput() throws {
    let text = spec("  - {name: a, relu}\n  - flatten\n  - linear: {out: 4}\n") + "outputs: {features: a}\n"
    #expect(try Advice(text).lines == ["6:5: warning[lint.unused-node]: what linear fc1 makes reaches no output"])
  }

  @Test("values that a head or a further output reads are used")
  func usedNodes() throws {
    let layers = "  - {name: a, conv: {out: 8, kernel: 1}}\n  - {name: b, relu}\n  - {from: a, name: c, sigmoid}\n"
    #expect(try Advice(spec(layers) + "outputs: {b: b, c: c}\n").lines == [])
    #expect(try Advice(spec(layers) + "aux: {h: {from: b, flatten}}\n").lines == [])
    #expect(try Advice(spec(layers)).ids == ["lint.unused-node"])
  }

  // MARK: lint.no-effect

  private static let knobs = """
    cnnc: 1
    params: {width: int = 8, turns: int = 9, smooth: float = 0.5, deep: bool = false, epsilon: float = 0.1}
    input: {channels: 8, size: 32}
    functions:
      half(n): (n // 16) * 0 + n % 1
    layers:
      - conv: {out: width, kernel: 1, bias: false}
      - batch_norm: {epsilon: epsilon}
      - {when: deep, relu}
      - {repeat: turns // turns, tanh}
      - dropout: {rate: smooth * 0}
    variants:
      same: {width: 8}
      also: {}
      wide: {width: 16}

    """

  @Test func noEffect() throws {
    #expect(
      try Advice(Self.knobs, isThorough: true).lines == [
        "2:26: warning[lint.no-effect]: the model's parameter 'turns' changes nothing: with 10 the network is the same",
        "2:42: warning[lint.no-effect]: the model's parameter 'smooth' changes nothing: with 1.0 the network is the same",
        "5:3: warning[lint.unused-function]: nothing calls function half",
        "13:3: warning[lint.no-effect]: variant same builds the same network as the spec without it",
      ])
  }

  @Test("networks are compared only when asked for")
  func notThorough() throws {
    #expect(try Advice(Self.knobs).ids == ["lint.unused-function"])
  }

  @Test("a function whose result does not matter")
  func functionWithoutEffect() throws {
    let text = """
      cnnc: 1
      input: {channels: 8, size: 32}
      functions:
        f(n): n * 2
        g(n): n * 2
      layers:
        - conv: {out: f(8), kernel: 1}
        - {when: g(8) > 0, relu}

      """
    #expect(
      try Advice(text, isThorough: true).lines == [
        "5:3: warning[lint.no-effect]: function g changes nothing: with a larger result the network is the same"
      ])
  }

  @Test("a parameter with an effect in some variant has an effect")
  func effectInVariant() throws {
    let text = """
      cnnc: 1
      params: {norm: bool = false, epsilon: float = 0.1}
      input: {channels: 8, size: 32}
      layers:
        - {when: norm, batch_norm: {epsilon: epsilon}}
        - relu
      variants: {bn: {norm: true}}

      """
    #expect(try Advice(text, isThorough: true).lines == [])
    #expect(
      try Advice(text.replacing("variants: {bn: {norm: true}}\n", with: ""), isThorough: true).ids == ["lint.no-effect"]
    )
  }

  @Test("how training draws its first weights is an effect, and so is how images are prepared")
  func effectsBeyondShapes() throws {
    let text = """
      cnnc: 1
      params: {std: float = 0.1, crop: int = 32}
      input: {channels: 8, size: 32}
      layers:
        - conv: {out: 8, kernel: 1, init: {weight: {normal: {std: std}}}}
      preprocess: {crop: crop, mean: [0, 0, 0, 0, 0, 0, 0, 0], std: [1, 1, 1, 1, 1, 1, 1, 1]}
      variants: {small: {crop: 16}}

      """
    #expect(try Advice(text, isThorough: true).lines == [])
  }
}
