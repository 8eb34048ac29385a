import Diagnostics
import Testing

@Suite("Lints about layers") struct LayerLintTests {
  // MARK: lint.bias-before-norm

  @Test func biasBeforeNorm() throws {
    let text = spec("  - conv: {out: 16, kernel: 3}   # kept\n  - batch_norm\n")
    let advice = try Advice(text)
    #expect(
      advice.lines == [
        "4:5: warning[lint.bias-before-norm]: the bias of conv conv1 does nothing, for batch_norm subtracts each "
          + "channel's mean: 16 parameters"
      ])
    #expect(advice.diagnostics[0].fixes.map(\.description) == ["bias: false     −16 parameters"])
    #expect(advice.diagnostics[0].fixes.map(\.isUnambiguous) == [true])
    let fixed = try advice.fixed()
    #expect(fixed == text.replacing("kernel: 3}", with: "kernel: 3, bias: false}"))
    #expect(try Advice(fixed).lines == [])
  }

  @Test("fields that stand for another layer too, whose bias counts, are not changed")
  func biasOfAnAlias() throws {
    func layers(_ last: String) -> String {
      "  - conv: &c {out: 3, kernel: 1}\n  - batch_norm\n  - conv: *c\n  - \(last)\n"
    }
    let advice = try Advice(spec(layers("relu")))
    #expect(advice.ids == ["lint.bias-before-norm"] && advice.diagnostics[0].fixes.isEmpty)
    let both = try Advice(spec(layers("batch_norm")))
    #expect(both.diagnostics.first?.fixes.isEmpty == false)
  }

  @Test("a bias that several uses share stays where one of them needs it")
  func sharedBias() throws {
    func layers(_ last: String) -> String {
      "  - {name: c, conv: {out: 8, kernel: 1}}\n  - {name: n, batch_norm}\n  - {name: d, share: c}\n  - \(last)\n"
    }
    #expect(try Advice(spec(layers("relu"))).lines == [])
    #expect(try Advice(spec(layers("instance_norm"))).ids == ["lint.bias-before-norm"])
  }

  // MARK: lint.single-input

  @Test func singleInputs() throws {
    let layers = """
        - {name: a, relu}
        - concat
        - {from: a, concat: {axis: height}}
        - {branches: [tanh], join: add}
        - {split: {only: sigmoid}, join: concat}

      """
    let advice = try Advice(spec(layers))
    #expect(
      advice.lines.filter { $0.contains("single-input") } == [
        "5:5: warning[lint.single-input]: concat has one input, which it hands on as it is",
        "6:15: warning[lint.single-input]: concat has one input, which it hands on as it is",
        "7:6: warning[lint.single-input]: there is one branch, so nothing is joined",
        "8:6: warning[lint.single-input]: there is one branch, so nothing is joined",
      ])
  }

  @Test(
    "what joins several somewhere is right",
    arguments: [
      "  - {name: a, relu}\n  - {name: b, tanh}\n  - {from: [a, b], concat}\n",
      "  - {branches: [relu, tanh], join: add}\n", "  - {branches: [{when: false, relu}, tanh], join: concat}\n",
    ])
  func severalInputs(layers: String) throws {
    #expect(try !Advice(spec(layers)).ids.contains("lint.single-input"))
  }

  // MARK: lint.unused-initializer

  @Test(
    arguments: [
      (
        "  - conv: {out: 8, kernel: 1, bias: false, init: {bias: zeros}}\n", 51,
        "  - conv: {out: 8, kernel: 1, bias: false}\n"
      ),
      (
        "  - conv: {out: 8, kernel: 1, bias: false, init: {bias: zeros, weight: he_normal}}\n", 51,
        "  - conv: {out: 8, kernel: 1, bias: false, init: {weight: he_normal}}\n"
      ),
      (
        "  - conv: {init: {weight: ones, bias: zeros}, out: 8, kernel: 1, bias: false}\n", 33,
        "  - conv: {init: {weight: ones}, out: 8, kernel: 1, bias: false}\n"
      ),
      ("  - batch_norm: {init: {weight: zeros}, affine: false}\n", 25, "  - batch_norm: {affine: false}\n"),
      (
        "  - conv:\n      out: 8\n      kernel: 1\n      bias: false\n      init: {bias: zeros}\n", 14,
        "  - conv:\n      out: 8\n      kernel: 1\n      bias: false\n"
      ),
    ])
  func unusedInitializers(written: String, column: Int, fixed: String) throws {
    let advice = try Advice(spec(written))
    #expect(advice.ids == ["lint.unused-initializer"])
    #expect(advice.diagnostics.first?.span.start.column == column)
    #expect(try advice.fixed() == spec(fixed))
  }

  @Test("first values of what may be there are right")
  func usedInitializers() throws {
    let text = """
      cnnc: 1
      params: {biased: bool = false}
      input: {channels: 8, size: 32}
      defaults: {depthwise_conv: {init: {bias: zeros}}}
      layers:
        - conv: {out: 8, kernel: 1, bias: biased, init: {bias: zeros}}
        - depthwise_conv: {kernel: 1, bias: false}

      """
    #expect(try Advice(text).lines == [])
  }

  @Test(
    "a bias is taken out however it is written",
    arguments: [
      (
        "  - conv:\n      out: 8\n      kernel: 1\n  - batch_norm\n",
        "  - conv:\n      bias: false\n      out: 8\n      kernel: 1\n  - batch_norm\n"
      ),
      (
        "  - conv: {out: 8, bias: true, kernel: 1}\n  - batch_norm\n",
        "  - conv: {out: 8, bias: false, kernel: 1}\n  - batch_norm\n"
      ),
      (
        "  - flatten\n  - linear: {out: 8}\n  - batch_norm\n",
        "  - flatten\n  - linear: {out: 8, bias: false}\n  - batch_norm\n"
      ),
      (
        "  - depthwise_conv: {kernel: 3}\n  - instance_norm\n",
        "  - depthwise_conv: {kernel: 3, bias: false}\n  - instance_norm\n"
      ),
    ])
  func biasFixes(written: String, fixed: String) throws {
    let advice = try Advice(spec(written))
    #expect(advice.ids == ["lint.bias-before-norm"])
    #expect(try advice.fixed() == spec(fixed))
  }

  @Test(
    "a bias that counts for something stays",
    arguments: [
      "  - conv: {out: 8, kernel: 1, bias: false}\n  - batch_norm\n",
      "  - conv: {out: 8, kernel: 1}\n  - relu\n  - batch_norm\n",
      "  - conv: {out: 8, kernel: 1}\n  - {group_norm: {groups: 2}}\n",
      "  - {append: [{name: c, conv: {out: 8, kernel: 1}}]}\n  - batch_norm\n",
      "  - {name: c, conv: {out: 8, kernel: 1}}\n  - {name: n, batch_norm}\n  - {from: [c, n], add}\n",
    ])
  func biasStays(layers: String) throws {
    #expect(try Advice(spec(layers)).lines == [])
  }

  @Test("a place that is used often is one finding, without a fix where it is also used without a norm")
  func biasInBlock() throws {
    let text = """
      cnnc: 1
      input: {channels: 8, size: 32}
      blocks:
        Unit:
          params: {norm: bool = true}
          layers: [conv: {out: 8, kernel: 1}, {when: norm, batch_norm}]
      layers: [Unit, Unit, Unit, Unit, Unit, Unit, {Unit: {norm: false}}]

      """
    let advice = try Advice(text)
    #expect(
      advice.lines == [
        "6:14: warning[lint.bias-before-norm]: the bias of conv unit1.conv1 does nothing, for batch_norm subtracts each "
          + "channel's mean: 48 parameters"
      ])
    #expect(
      advice.diagnostics[0].notes.map(\.message) == ["the same at unit2.conv1, unit3.conv1, unit4.conv1 and 2 more"])
    #expect(advice.diagnostics[0].fixes.isEmpty)
  }

  @Test("a fix that would put an expectation out is shown and not made")
  func countedBias() throws {
    let text = spec("  - conv: {out: 16, kernel: 3}\n  - batch_norm\n") + "expect: {params: 1200}\n"
    #expect(try Advice(text).diagnostics[0].fixes.map(\.isUnambiguous) == [false])
  }

  // MARK: lint.repeated-activation and lint.repeated-norm

  @Test func repeatedActivation() throws {
    let advice = try Advice(spec("  - relu\n  - dropout\n  - relu\n  - silu\n"))
    #expect(
      advice.lines == [
        "6:5: warning[lint.repeated-activation]: relu relu2 reads relu relu1: two relu in a row",
        "7:5: warning[lint.repeated-activation]: silu silu1 reads relu relu2: two activations in a row",
      ])
  }

  @Test func softmaxOfActivation() throws {
    let advice = try Advice(spec("  - relu\n  - {name: p, softmax}\n") + "outputs: {p: p}\n")
    #expect(
      advice.lines == [
        "5:15: warning[lint.repeated-activation]: softmax p reads relu relu1: it sees logits that relu has bent"
      ])
  }

  @Test func repeatedNorm() throws {
    let advice = try Advice(spec("  - batch_norm\n  - {lrn: {size: 5}}\n"))
    #expect(
      advice.lines == [
        "5:6: warning[lint.repeated-norm]: lrn lrn1 reads batch_norm bn1: two normalizations in a row"
      ])
  }

  @Test(
    "what stands between two activations or norms makes them two",
    arguments: [
      "  - relu\n  - max_pool: {kernel: 2}\n  - relu\n", "  - relu\n  - batch_norm\n  - relu\n",
      "  - relu\n  - residual: [relu, conv: {out: 8, kernel: 1}]\n  - relu\n  - batch_norm\n",
      "  - {branches: [relu, sigmoid], join: concat}\n  - relu\n",
    ])
  func activationsApart(layers: String) throws {
    let found = try Advice(spec(layers)).ids
    // A pre-activated residual behind an activation does repeat it.
    #expect(found == (layers.contains("residual: [relu") ? ["lint.repeated-activation"] : []))
  }

  // MARK: lint.softmax-output

  @Test func softmaxOutput() throws {
    let text = spec("  - flatten\n  - {name: fc, linear: {out: 10}}\n  - softmax\n")
    #expect(
      try Advice(text).lines == [
        "6:5: warning[lint.softmax-output]: the network ends with softmax, but a cross-entropy loss takes logits and "
          + "applies softmax itself"
      ])
    let head = spec("  - {name: c, conv: {out: 8, kernel: 1}}\n  - relu\n") + "aux: {a: {from: c, softmax}}\n"
    #expect(
      try Advice(head).lines == [
        "6:20: warning[lint.softmax-output]: head a ends with softmax, but a cross-entropy loss takes logits and "
          + "applies softmax itself"
      ])
  }

  @Test(
    "softmax may be meant",
    arguments: [
      "  - flatten\n  - log_softmax\n", "  - gate: [conv: {out: 8, kernel: 1}, softmax]\n",
      "  - {name: p, softmax}\noutputs: {probabilities: p}\n",
    ])
  func softmaxMeant(layers: String) throws {
    #expect(try Advice(spec(layers)).lines == [])
  }

  // MARK: lint.odd-channels

  @Test func oddChannels() throws {
    let advice = try Advice(spec("  - conv: {out: 100, kernel: 1}\n  - conv: {out: 8, kernel: 1}\n"))
    #expect(
      advice.lines == [
        "4:17: note[lint.odd-channels]: conv conv1 makes 100 channels, no multiple of 8; 96 and 104 are"
      ])
  }

  @Test(
    "narrow layers, classes and gates have the channels they need",
    arguments: [
      "  - conv: {out: 60, kernel: 1}\n  - conv: {out: 8, kernel: 1}\n",
      "  - conv: {out: 101, kernel: 1}\n  - relu\n  - global_avg_pool: {}\n",
      "  - gate: [global_avg_pool, conv: {out: 100, kernel: 1}, relu, conv: {out: 8, kernel: 1}, sigmoid]\n",
      "  - flatten\n  - linear: {out: 84}\n  - relu\n  - linear: {out: 10}\n",
    ])
  func evenChannels(layers: String) throws {
    #expect(try Advice(spec(layers), ignoring: ["lint.receptive-field"]).lines == [])
  }
}
