import GraphIR
import Reports
import Testing

/// `--explain`, whole.
@Suite struct ShapeExplanationTests {
  private func explain(_ path: String) throws -> String? {
    let built = Built.text(tiny)
    return ShapeExplanation.explain(path, in: try built.required(), sources: built.sources)
  }

  @Test func aProjectionWithInferredFields() throws {
    #expect(
      try explain("stage2.down") == """
        m.yaml:15:41: conv stage2.down
          within      stage2: Unit (out: 16, stride: 2) (:20)
                      residual (:12)
                      shortcut (:15)
          input       8×16×16, the output of relu stage1.2.relu1 (:16)
          output      16×8×8
          because     C' = out = 16
                      H' = ⌊(H + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1 = ⌊(16 + 0 + 0 − 1·(1 − 1) − 1) / 2⌋ + 1 = 8
                      W' = ⌊(W + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1 = ⌊(16 + 0 + 0 − 1·(1 − 1) − 1) / 2⌋ + 1 = 8
          fields      out          16     inferred: the body's channels
                      kernel       1      inferred: a projection is 1×1
                      stride       2      inferred: the smallest that makes 8×8 of 16×16
                      padding      half   the file's defaults, :7
                      dilation     1      conv's default
                      groups       1      conv's default
                      bias         false  the file's defaults, :7
                      connections  all    conv's default
          tensors     weight  16×8×1×1  128
          MACs        H'·W' · weights = 8·8 · 128 = 8,192

        """)
  }

  @Test func aLayerWithWrittenFields() throws {
    #expect(
      try explain("stage2.conv1") == """
        m.yaml:13:13: conv stage2.conv1
          within      stage2: Unit (out: 16, stride: 2) (:20)
                      residual (:12)
          input       8×16×16, the output of relu stage1.2.relu1 (:16)
          output      16×8×8
          because     C' = out = 16
                      H' = ⌊(H + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1 = ⌊(16 + 1 + 1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 8
                      W' = ⌊(W + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1 = ⌊(16 + 1 + 1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 8
          fields      out          16     written at :13 as `out`
                      kernel       3      written at :13
                      stride       2      written at :13 as `stride`
                      padding      half   the file's defaults, :7
                      dilation     1      conv's default
                      groups       1      conv's default
                      bias         false  the file's defaults, :7
                      connections  all    conv's default
          tensors     weight  16×8×3×3  1,152
          MACs        H'·W' · weights = 8·8 · 1,152 = 73,728

        """)
  }

  @Test func aLevelWithItsParts() throws {
    #expect(
      try explain("stage2") == """
        m.yaml:20:5: stage2, Unit (out: 16, stride: 2)
          input       8×16×16, the output of relu stage1.2.relu1 (:16)
          output      16×8×8
          parts       conv1  conv 3×3 /2  8×16×16 → 16×8×8         1,152  :13
                      bn1    batch_norm   16×8×8 → 16×8×8             32  :14
                      down   conv 1×1 /2  8×16×16 → 16×8×8           128  :15
                      add1   add          16×8×8, 16×8×8 → 16×8×8         :12
                      relu1  relu         16×8×8 → 16×8×8                 :16
          parameters  1,312
          MACs        81,920

        """)
  }

  @Test func aHead() throws {
    #expect(
      try explain("early") == """
        m.yaml:25:10: early, global_avg_pool, flatten, linear
          within      early: head (:25)
          input       8×16×16, the output of relu stage1.2.relu1 (:16)
          output      10
          parts       0  global_avg_pool   8×16×16 → 8×1×1      :25
                      1  flatten           8×1×1 → 8            :25
                      2  linear            8 → 10           90  :25
          parameters  90
          MACs        80

        """)
  }

  @Test(
    "an open size that is a sum stands in parentheses in a product",
    arguments: [
      ("upsample: {by: 2}", "H' = ⌊H·by⌋ = ⌊(H − 1)·2⌋ = 2·H − 2"),
      ("depth_to_space: {block: 2}", "H' = H·block = (H − 1)·2 = 2·H − 2"),
      ("space_to_depth: {block: 2}", "H' = H / block = (H − 1) / 2 = ⌊(H + 1)/2⌋ − 1"),
      ("max_pool: {kernel: 2, padding: same}", "H' = ⌈H / stride⌉ = ⌈(H − 1) / 2⌉ = ⌊H/2⌋   (padding: same)"),
      ("conv: {out: 4, kernel: 1}", "MACs        H'·W' · weights = (H − 1)·(W − 1) · 16 = −16·H + 16·H·W − 16·W + 16"),
    ])
  func openSizes(layer: String, line: String) throws {
    var build = BuildOptions()
    build.input = .maps(3, .symbol("H"), .symbol("W"))
    let built = Built.text(
      spec("  - conv: {out: 4, kernel: 2}\n  - {name: x, \(layer)}\n"), options: build)
    let text = ShapeExplanation.explain("x", in: try built.required(), sources: built.sources)
    #expect(text?.split(separator: "\n").contains { $0.hasSuffix(line) } == true, "\(text ?? "")")
  }

  @Test func whatIsNotThere() throws {
    #expect(try explain("stage3") == nil)
    #expect(try explain("") == nil)
    let paths = ShapeExplanation.paths(in: try Built.text(tiny).required())
    #expect(paths.contains("stage1.0.conv1") && paths.contains("stage1") && !paths.contains(""))
  }
}
