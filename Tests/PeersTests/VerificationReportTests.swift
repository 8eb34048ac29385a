import JSON
import Testing

@testable import Peers

@Suite("Reports of verification")
struct VerificationReportTests {
  private var report: VerificationReport {
    var report = VerificationReport(
      model: "LeNet5", file: "lenet5.yaml", weights: "random:0", samples: 8, version: "1.0")
    report.artefacts = [.init(name: "network.py", digest: "ab12")]
    var torch = PeerReport(.torch, version: "2.9.1", outputs: [Difference("output", error: 3.1e-7, deviation: 2e-7)])
    torch.training = TrainingDifferences(
      losses: [Difference("step 1", error: 1e-7, deviation: 0, leastLimit: 1e-4)],
      gradients: [], tensors: [])
    var onnx = PeerReport(.onnx, version: "1.19", outputs: [Difference("output", error: 2e-3, deviation: nil)])
    onnx.layers = [
      LayerDifference(Difference("conv1", error: 1e-7, deviation: nil), keyword: "conv", place: "lenet5.yaml:4"),
      LayerDifference(Difference("pool1", error: 4e-2, deviation: nil), keyword: "avg_pool", place: "lenet5.yaml:5"),
    ]
    report.results = [
      .compared(torch), .compared(onnx), .failed(.openvino, "RuntimeError: no"),
      .skipped(.onnxruntime, "there is no onnxruntime; pip install onnxruntime"),
    ]
    return report
  }

  @Test("a table with the largest differences, and the first layer that differs")
  func text() {
    #expect(
      report.text == """
        LeNet5 · random:0 · 8 samples

        engine                    compared              difference  limit
        PyTorch 2.9.1             output                3.1e-07     1.0e-05   equal
                                  1 loss                1.0e-07     1.0e-04   equal
        onnx's reference 1.19     output                2.0e-03     1.0e-05   DIFFERENT
            the largest difference is 2.0e-03 of the largest element
                                  2 layers              4.0e-02     1.0e-05   DIFFERENT
            pool1: the largest difference is 4.0e-02 of the largest element
            the first layer that differs: pool1, avg_pool, at lenet5.yaml:5
        OpenVINO                                                              failed
            RuntimeError: no
        ONNX Runtime                                                          skipped: there is no onnxruntime; pip install onnxruntime

        """)
  }

  @Test("what is 0 everywhere is not equal, and not a certificate")
  func void() {
    var report = PeerReport(.torch, version: "2.9.1", outputs: [Difference("output", error: 3.1e-7, deviation: 0)])
    #expect(report.verdict == .equal)
    report.training = TrainingDifferences(losses: [], gradients: [], tensors: [], hasNoGradient: true)
    #expect(report.verdict == .void)
    var zero = Difference("output", error: 0, deviation: 0)
    zero.emptiness = .zero
    #expect(PeerReport(.torch, version: "", outputs: [zero]).verdict == .void)
    report.outputs.append(zero)
    report.training = nil
    #expect(report.verdict == .equal)
    report.outputs = [zero, Difference("b", error: 1, deviation: 0)]
    #expect(report.verdict == .different)
    var all = self.report
    all.results = [.compared(PeerReport(.torch, version: "2.9.1", outputs: [zero]))]
    #expect(all.text.contains("output                0           1.0e-05   0 everywhere, nothing compared\n"))
    #expect(all.json.text.contains(#""verdict": "nothing compared""#))
  }

  @Test("layers that make the same of the same values are told with what rounding before them comes to")
  func steps() {
    var layer = Difference("norm", error: 3e-3, deviation: nil)
    layer.step = Difference.Step(error: 2e-7, deviation: 1e-7)
    var peer = PeerReport(.openvino, version: "2026.4", outputs: [Difference("output", error: 3e-3, deviation: 3e-3)])
    peer.layers = [LayerDifference(layer, keyword: "instance_norm", place: "net.yaml:4")]
    var all = report
    all.results = [.compared(peer)]
    #expect(peer.verdict == .equal)
    #expect(
      all.text.contains(
        """
                                  1 layer               2.0e-07     1.0e-05   equal
            1 layer differs by up to 3.0e-03 through rounding before it; of the same values it makes the same

        """))
    #expect(all.json.text.contains(#""of_same_values": {"difference": "#))
  }

  @Test("training that is judged without the rounding before it says what that came to")
  func rounding() {
    var gradient = Difference("a.weight", error: 0.2, deviation: nil, leastLimit: 1e-4)
    (gradient.rounding, gradient.step) = (0.1, Difference.Step(error: 3e-8, limit: 1e-6))
    var loss = Difference("step 2", error: 3e-3, deviation: nil, leastLimit: 1e-4)
    loss.step = Difference.Step(error: 2e-7, limit: 1e-4)
    var peer = PeerReport(.torch, version: "2.9.1", outputs: [Difference("output", error: 3e-7, deviation: nil)])
    peer.training = TrainingDifferences(losses: [loss], gradients: [gradient], tensors: [])
    var all = report
    all.results = [.compared(peer)]
    #expect(peer.verdict == .equal)
    #expect(
      all.text.contains(
        """
                                  1 loss                2.0e-07     1.0e-04   equal
                                  1 gradient            3.0e-08     1.0e-06   equal
            1 gradient differs by up to 2.0e-01 through rounding; in double precision it is the same
            rounding grows from step to step: 1 loss by up to 3.0e-03;
            each step by itself makes the same of the same tensors

        """))
    #expect(all.json.text.contains(#""rounding": 0.1"#))
    peer.training?.gradients[0].step = Difference.Step(error: 2e-6, limit: 1e-6)
    #expect(peer.verdict == .different)
  }

  @Test("how a step was made that was off as planned, and what has no loss, is told")
  func manners() {
    func judged(_ name: String, _ manner: Difference.Step.Manner?) -> Difference {
      var result = Difference(name, error: 3e-3, deviation: nil, leastLimit: 1e-4)
      result.step = Difference.Step(error: 2e-6, limit: 1e-4)
      result.step?.manner = manner
      return result
    }
    var peer = PeerReport(.torch, version: "2.9.1", outputs: [Difference("output", error: 3e-7, deviation: nil)])
    peer.training = TrainingDifferences(
      losses: [], gradients: [judged("a.weight", .direct), judged("b.weight", .beside)],
      tensors: [judged("a.weight", .direct), judged("b.weight", .beside), judged("c.weight", nil)],
      leftOut: ["early gives 3×2×2, and the network 3"])
    var all = report
    all.results = [.compared(peer)]
    #expect(peer.verdict == .equal)
    #expect(
      all.text.contains(
        """
            a loss is left out, for it has other labels: early gives 3×2×2, and the network 3
            1 gradient differs by up to 3.0e-03 through rounding; by definition it is the same
            1 gradient differs by up to 3.0e-03 through rounding; of tensors beside it is the same
            rounding grows from step to step: 3 trained tensors by up to 3.0e-03;
            each step by itself makes the same of the same tensors
            1 trained tensor by definition, for Winograd's method rounds more
            1 trained tensor of tensors beside, for a number next to 0 turns by rounding

        """))
    #expect(all.json.text.contains(#""manner": "beside""#) && all.json.text.contains(#""left_out": ["early gives"#))
  }

  @Test("outputs that do not depend on the input are no certificate")
  func constant() {
    var output = Difference("output", error: 0, deviation: 0)
    output.emptiness = .constant
    let peer = PeerReport(.torch, version: "2.9.1", outputs: [output])
    var all = report
    all.results = [.compared(peer)]
    #expect(peer.verdict == .void)
    #expect(all.text.contains("the same for every input, nothing compared\n"))
    #expect(all.json.text.contains(#""nothing_compared": "the same for every input""#))
  }

  @Test("the certificate is JSON that says the same")
  func json() throws {
    let text = report.json.text
    let root = JSONCursor(value: try JSONParser.parse(Array(text.utf8)), path: "")
    let members = try root.object(required: ["cnnc", "model", "spec", "weights", "samples", "sha256", "peers"])
    let verdicts = try members("peers").elements().map { peer in
      try peer.members().first { $0.key == "verdict" }?.value.string()
    }
    #expect(verdicts == ["equal", "different", "failed", "skipped"])
    #expect(text.contains(#""network.py": "ab12""#))
    #expect(text.contains(#""first_difference": {"name": "pool1", "kind": "avg_pool", "place": "lenet5.yaml:5""#))
  }
}
