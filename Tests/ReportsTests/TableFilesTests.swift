import GraphIR
import Reports
import Testing

/// CSV and Markdown.
@Suite struct TableFilesTests {
  private let layers =
    """
      - {name: a, conv: {out: 2, kernel: 1}}
      - {name: tail, seq: [relu, {name: odd_name, flatten}]}
    """

  @Test func aRowALayer() throws {
    let graph = try Built.text(spec(layers)).required()
    #expect(
      CSVReport.render(graph, columns: Column.allCases)
        == """
        layer,kind,input,output,kernel,params,macs,share,line,receptive,memory
        a,conv,3×32×32,2×32×32,1×1,8,6144,1.000000,6,1×1,20480
        tail.0,relu,2×32×32,2×32×32,,0,0,0.000000,7,1×1,8192
        tail.odd_name,flatten,2×32×32,2048,,0,0,0.000000,7,whole input,8192

        """.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"))
  }

  @Test func fieldsWithCommasAreQuoted() throws {
    let graph = try Built.text(spec("  - {name: a, relu}\n  - {from: [a, a], add}")).required()
    let rows = CSVReport.render(graph, columns: [.layer, .input]).split(separator: "\r\n")
    #expect(rows[2] == "add1,3×32×32 3×32×32")
  }

  @Test func markdown() throws {
    let graph = try Built.text(spec(layers, more: "summary: a|b *c* snake_case _d_")).required()
    #expect(
      MarkdownReport.render(graph, options: .init(depth: nil)) == """
        ## M

        a\\|b \\*c\\* snake_case \\_d\\_

        `m.yaml`: 3×32×32 → 2048

        | layer | kind | output | params | MACs | share |
        | --- | --- | --- | ---: | ---: | ---: |
        | `a` | conv 1×1 | 2×32×32 | 8 | 6,144 | 100.0% |
        | `tail` | relu, flatten | 2048 |  |  |  |
        | `tail.0` | relu | 2×32×32 |  |  |  |
        | `tail.odd_name` | flatten | 2048 |  |  |  |

        - parameters: **8** (all trainable)
        - MACs: **6,144** (multiply-accumulates of convolutions and linear layers)
        - FLOPs: **12,288** (2 for each MAC)
        - weights: **32 B** (float32, without buffers)
        - activations: **20.00 KiB** (peak with reuse, float32, at a)
        - receptive field: **1×1** (stride 1, at tail.0)

        """)
  }
}
