import GraphIR
import Reports
import Shapes
import Testing

/// The report that people read, whole.
@Suite struct TextReportTests {
  private func report(_ options: TextReport.Options = .init(), build: BuildOptions = .init()) throws -> String {
    TextReport.render(try Built.text(tiny, options: build).required(), options: options)
  }

  @Test(
    "a narrow table loses its bars, then the shares, then letters of names; never a digit",
    arguments: [40, 50, 60, 70, 84])
  func narrow(width: Int) throws {
    let report = try report(.init(width: width))
    let lines = report.split(separator: "\n")
    let table = lines.drop { !$0.hasPrefix("layer") }.prefix { !$0.hasPrefix("parameters") }
    // Below 55 the figures alone are wider.
    #expect(table.allSatisfy { $0.count <= max(width, 55) }, "\(report)")
    #expect(table.contains { $0.contains("442,368") })
    #expect((table.first?.contains("share") == true) == (width >= 70))
  }

  @Test("on a terminal, columns without room stand below", arguments: [40, 60, 80])
  func broken(width: Int) throws {
    let columns = Column.allCases
    let report = try report(.init(columns: columns, width: width, breaksTable: true))
    #expect(report.split(separator: "\n").allSatisfy { $0.count <= width }, "\(report)")
    let headings = report.split(separator: "\n").filter { $0.hasPrefix("layer ") }
    #expect(headings.count > 1)
    for column in columns {
      let title = column == .receptive ? "receptive field" : column == .macs ? "MACs" : column.rawValue
      #expect(headings.contains { $0.contains(title) }, "\(title)")
    }
    #expect(report.contains("442,368"))
    // Elsewhere, lines stay whole.
    #expect(try self.report(.init(columns: columns, width: width)).split(separator: "\n").contains { $0.count > width })
    #expect(try self.report(.init(columns: [.layer], width: 40, breaksTable: true)).contains("conv1"))
  }

  @Test("the lines around the table are broken at spaces", arguments: [40, 60, 80])
  func wrapping(width: Int) throws {
    let long = tiny.replacing(
      "by hand", with: "by hand, after a paper of many authors with a title of many words, 2016")
    let report = TextReport.render(try Built.text(long).required(), options: .init(width: width))
    let lines = report.split(separator: "\n")
    let table = lines.drop { !$0.hasPrefix("layer") }.prefix { !$0.hasPrefix("parameters") }.count
    let others = lines.prefix { !$0.hasPrefix("layer") } + lines.drop { !$0.hasPrefix("parameters") }
    #expect(table > 0 && others.allSatisfy { $0.count <= width }, "\(report)")
    let words = { (text: String) in text.split { $0.isWhitespace }.joined(separator: " ") }
    let whole = TextReport.render(try Built.text(long).required(), options: .init(width: 400))
    let parts = { (text: String) in
      [
        words(String(text.prefix(upTo: text.range(of: "\nlayer")?.lowerBound ?? text.startIndex))),
        words(String(text.suffix(from: text.range(of: "\nparameters")?.lowerBound ?? text.endIndex))),
      ]
    }
    #expect(parts(report) == parts(whole))
  }

  @Test("a batch has its work and memory, which are those of an image so many times")
  func batches() throws {
    var build = BuildOptions()
    build.batch = .known(32)
    let lines = try report(build: build).split(separator: "\n")
    #expect(lines.contains("input 3×16×16 → output 10, batches of 32"))
    #expect(lines.contains("batch MACs         18,551,808  of 32 images"), "\(lines)")
    #expect(lines.contains("batch activations  512.00 KiB  of 32 images, peak with reuse, float32"), "\(lines)")
    build.batch = .known(1)
    #expect(try !report(build: build).contains("batch MACs"))
  }

  @Test func theUsualReport() throws {
    let report = try report()
    #expect(
      report == """
        Tiny  m.yaml
        a small residual network
        source: by hand
        input 3×16×16 → output 10

        layer             kind                              output   params     MACs  share
        ───────────────────────────────────────────────────────────────────────────────────────────
        conv1             conv 3×3                          8×16×16     216   55,296   9.5%  ▊
        stage1            Unit ×3 (out: 8, stride: 1)       8×16×16   1,776  442,368  76.3%  ██████
        stage2            Unit (out: 16, stride: 2)         16×8×8    1,312   81,920  14.1%  █▏
        global_avg_pool1  global_avg_pool                   16×1×1
        flatten1          flatten                           16
        fc                linear                            10          170      160  <0.1%  ▏
        ───────────────────────────────────────────────────────────────────────────────────────────
        early             global_avg_pool, flatten, linear  10           90       80
        ───────────────────────────────────────────────────────────────────────────────────────────

        parameters           3,474  all trainable
        + early                 90  head for training only, weight 0.3 in the loss; 80 MACs
        buffers                 80  running means and variances
        MACs               579,744  multiply-accumulates of convolutions and linear layers
        FLOPs            1,159,488  2 for each MAC
        weights          13.57 KiB  float32, without buffers
        activations      16.00 KiB  peak with reuse, float32, at stage1.0.conv1
        receptive field      11×11  stride 2, at stage2.relu1

        note: stage2.down: projection added, for the body makes 16×8×8 of 8×16×16

        """)
  }

  @Test func everyLevelAndOtherColumns() throws {
    let columns: [Column] = [.layer, .input, .kernel, .params, .macs, .receptive, .memory, .line]
    let report = try report(.init(depth: nil, columns: columns, convention: .fvcore))
    #expect(
      report == """
        Tiny  m.yaml
        a small residual network
        source: by hand
        input 3×16×16 → output 10

        layer             input             kernel  params    FLOPs  receptive field     memory  line
        ─────────────────────────────────────────────────────────────────────────────────────────────
        conv1             3×16×16           3×3        216   55,296  3×3              11.00 KiB    18
        stage1            8×16×16                    1,776  454,656  9×9              16.00 KiB    19
          0–2             8×16×16                      592  151,552  9×9              16.00 KiB    19
            conv1         8×16×16           3×3        576  147,456  5×5              16.00 KiB    13
            bn1           8×16×16                       16    4,096  5×5              16.00 KiB    14
            add1          8×16×16, 8×16×16                           5×5              16.00 KiB    12
            relu1         8×16×16                                    5×5               8.00 KiB    16
        stage2            8×16×16                    1,312   83,968  11×11            16.00 KiB    20
          conv1           8×16×16           3×3      1,152   73,728  11×11            12.00 KiB    13
          bn1             16×8×8                        32    2,048  11×11            12.00 KiB    14
          down            8×16×16           1×1        128    8,192  9×9              16.00 KiB    15
          add1            16×8×8, 16×8×8                             11×11             8.00 KiB    12
          relu1           16×8×8                                     11×11             4.00 KiB    16
        global_avg_pool1  16×8×8                              1,024  whole input       4.06 KiB    21
        flatten1          16×1×1                                     whole input           64 B    22
        fc                16                           170      160  whole input          104 B    23
        ─────────────────────────────────────────────────────────────────────────────────────────────
        early             8×16×16                       90    2,128  whole input                   25
          0               8×16×16                             2,048  whole input                   25
          1               8×1×1                                      whole input                   25
          2               8                             90       80  whole input                   25
        ─────────────────────────────────────────────────────────────────────────────────────────────

        parameters           3,474  all trainable
        + early                 90  head for training only, weight 0.3 in the loss; 80 MACs
        buffers                 80  running means and variances
        MACs               579,744  multiply-accumulates of convolutions and linear layers
        FLOPs            1,159,488  2 for each MAC
        fvcore FLOPs       595,104  fvcore 0.1.5: MACs, and norms, adaptive averages and upsampling
        weights          13.57 KiB  float32, without buffers
        activations      16.00 KiB  peak with reuse, float32, at stage1.0.conv1
        receptive field      11×11  stride 2, at stage2.relu1

        note: stage2.down: projection added, for the body makes 16×8×8 of 8×16×16

        """)
  }

  @Test("buffers are called what they are")
  func buffers() throws {
    func remark(_ layers: String) throws -> String? {
      let report = TextReport.render(try Built.text(spec(layers)).required())
      return report.split(separator: "\n").first { $0.hasPrefix("buffers") }.map(String.init)
    }
    let conv = "conv: {out: 4, kernel: 1, normalize_weight: spectral_norm}"
    #expect(try remark("  - \(conv)\n")?.hasSuffix("  7  spectral norms' singular vectors") == true)
    #expect(
      try remark("  - \(conv)\n  - batch_norm\n")?
        .hasSuffix("  15  spectral norms' singular vectors, running means and variances") == true)
    #expect(try remark("  - conv: {out: 4, kernel: 1, normalize_weight: weight_norm}\n") == nil)
  }

  @Test("all numbers of a formula have their digits in groups")
  func groupsInFormulas() throws {
    var build = BuildOptions()
    build.input = .maps(16, .symbol("H"), .symbol("H"))
    let layers =
      "  - conv: {out: 16, kernel: 3, padding: half}\n  - global_avg_pool\n  - flatten\n  - linear: {out: 1000}\n"
    let built = Built.text(spec(layers, input: "{channels: 16, size: 8}"), options: build)
    let lines = TextReport.render(try built.required()).split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("MACs") && $0.contains(" 2,304·H·H + 16,000  ") }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("FLOPs") && $0.contains(" 4,608·H·H + 32,000  ") }, "\(lines)")
  }

  @Test func openSizes() throws {
    var build = BuildOptions()
    build.variant = "wide"
    build.input = .maps(3, .symbol("H"), 16)
    let report = try report(build: build)
    #expect(
      report == """
        Tiny · variant wide  m.yaml
        a small residual network
        source: by hand
        with width: 16
        input 3×H×16 → output 10

        layer             kind                              output            params                MACs
        ────────────────────────────────────────────────────────────────────────────────────────────────
        conv1             conv 3×3                          16×H×16              432             6,912·H
        stage1            Unit ×3 (out: 16, stride: 1)      16×H×16            7,008           110,592·H
        stage2            Unit (out: 32, stride: 2)         32×⌊(H + 1)/2⌋×8   5,184  40,960·⌊(H + 1)/2⌋
        global_avg_pool1  global_avg_pool                   32×1×1
        flatten1          flatten                           32
        fc                linear                            10                   330                 320
        ────────────────────────────────────────────────────────────────────────────────────────────────
        early             global_avg_pool, flatten, linear  10                   170                 160
        ────────────────────────────────────────────────────────────────────────────────────────────────

        parameters            12,954  all trainable
        + early                  170  head for training only, weight 0.3 in the loss; 160 MACs
        buffers                  160  running means and variances
        MACs             ≈ 137,984·H  multiply-accumulates of convolutions and linear layers
        FLOPs            ≈ 275,968·H  2 for each MAC
        weights            50.60 KiB  float32, without buffers
        activations             open  their peak needs sizes; give them with --input
        receptive field        11×11  stride 2, at stage2.relu1

        note: stage2.down: projection added, for the body makes 32×⌊(H + 1)/2⌋×8 of 16×H×16

        """)
  }
}
