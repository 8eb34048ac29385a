/// Layers in the forms of PyTorch's and Keras's calls and configurations.
extension MessageTests {
  private static let noFields = "takes its fields in {}, not"

  static let forms: [Case] = [
    // Calls whose arguments have no names.
    Case(
      "  - nn.Conv2d(3, 64, kernel_size=7, stride=2)\n", at: "nn.Conv2d",
      "spec.unknown-operation: 'nn.Conv2d(3, 64, kernel_size=7, stride=2)' is no layer; one is written "
        + "`conv: {out: …, kernel: …}`",
      fixed: "  - conv: {out: 64, kernel: 7, stride: 2}\n"),
    Case(
      "  - Conv2D(32, (3, 3))\n", at: "Conv2D",
      "spec.unknown-operation: 'Conv2D(32, (3, 3))' is no layer; one is written `conv: {out: …, kernel: …}`",
      fixed: "  - conv: {out: 32, kernel: [3, 3]}\n"),
    Case(
      "  - flatten\n  - Linear(512, 10)\n", at: "Linear",
      "spec.unknown-operation: 'Linear(512, 10)' is no layer; one is written `linear: {out: …}`",
      fixed: "  - flatten\n  - linear: {out: 10}\n"),
    Case(
      "  - Dropout(0.5)\n", at: "Dropout",
      "spec.unknown-operation: 'Dropout(0.5)' is no layer; one is written `dropout`",
      fixed: "  - dropout: {rate: 0.5}\n"),
    Case(
      "  - BatchNorm2d(64)\n", at: "BatchNorm2d",
      "spec.unknown-operation: 'BatchNorm2d(64)' is no layer; one is written `batch_norm`", fixed: "  - batch_norm\n"),
    // A number that is no field.
    Case("  - batch_norm: 64\n", at: "64", "spec.wrong-type: batch_norm \(noFields) '64'", fixed: "  - batch_norm\n"),
    Case("  - prelu: 64\n", at: "64", "spec.wrong-type: prelu \(noFields) '64'", fixed: "  - prelu\n"),
    Case("  - flatten: 7\n", at: "7", "spec.wrong-type: flatten \(noFields) '7'", fixed: "  - flatten\n"),
    Case("  - relu: null\n", at: "null", "spec.wrong-type: relu \(noFields) 'null'", fixed: "  - relu\n"),
    Case("  - conv: 64, 3\n", at: "64", "spec.wrong-type: conv \(noFields) '64, 3'"),
    // Configurations.
    Case(
      "  - {type: Conv2d, filters: 32}\n", at: "type",
      "spec.no-operation: the kind of a layer is its key here: `conv: {…}`, not `type: Conv2d`"),
    Case(
      "  - layer: conv\n", at: "layer:",
      "spec.no-operation: the kind of a layer is its key here: `conv: {…}`, not `layer: conv`"),
    Case(
      "  - relu\noutput: 10\n", at: "output",
      "spec.unknown-key: a spec has no key 'output'; classes are the `out` of the last linear; "
        + "`outputs: {name: node}` names what is given"),
    // Values.
    Case(
      "  - conv: {out: 3, kernel: 3, padding: ((1,2),(3,4))}\n", at: "((1,2)",
      "expr.syntax: '((1, 2), (3, 4))' is written [1, 2, 3, 4] here",
      fixed: "  - conv: {out: 3, kernel: 3, padding: [1, 2, 3, 4]}\n"),
    Case(
      "  - {name: a, relu}\n  - {from: [a, input], concat: {axis: 1}}\n", at: "1}",
      "spec.wrong-word: axis is one of channels, length, depth, height, width, not '1'; 1 is 'channels', "
        + "for the batch has no axis here",
      fixed: "  - {name: a, relu}\n  - {from: [a, input], concat: {axis: channels}}\n"),
    Case(
      "  - {name: a, relu}\n  - {from: [a, input], concat: {axis: -1}}\n", at: "-1}",
      "spec.wrong-word: axis is one of channels, length, depth, height, width, not '-1'; Keras's -1 is 'channels', "
        + "PyTorch's is the last of a map's axes"),
    Case(
      "  - max_pool: {kernel: 2, stride: None}\n", at: "None",
      "spec.wrong-type: stride is not 'None'; leave it out where nothing is meant"),
    // Kinds that are none.
    Case(
      "  - LSTM: {units: 3}\n", at: "LSTM",
      "spec.unknown-operation: no layer kind 'LSTM'; no layer goes through a sequence step by step; `conv` and "
        + "`global_avg_pool` take signals"),
    Case(
      "  - conv: {out: 3, kernel: 3, padding: causal}\n", at: "causal",
      "spec.wrong-word: padding is half, same, valid, an integer, [h, w] or [top, bottom, left, right], not 'causal'"),
    Case(
      "  - conv: {out: 3, kernel: 7, padding: “same”}\n", at: "“",
      "expr.syntax: '“' does not belong in an expression; a word has plain quotes around it, or none"),
    Case(
      "  - permute: {order: [0, 2, 1]}\n", at: "[0",
      "spec.wrong-type: order is one of chw, cwh, hcw, hwc, wch, whc, not a list"),
    // Numbers of layers.
    Case(
      "  - relu\n  - {from: -1, tanh}\n", at: "-1", "name.ill-formed: '-1' is not a path; 'prev' is the item before",
      fixed: "  - relu\n  - {from: prev, tanh}\n"),
    Case(
      "  - relu\n  - {from: [-2, prev], add}\n", at: "-2",
      "name.ill-formed: '-2' is not a path; layers have names here: give that one a `name`"),
    // Signs too many.
    Case(
      "  - \"conv: {out: 3, kernel: 3}\"\n", at: "\"",
      "spec.unknown-operation: the quotes make a text of the layer; leave them out",
      fixed: "  - conv: {out: 3, kernel: 3}\n"),
    Case(
      "  - relu\n  - conv: {out: 7, kernel: 3}}\n  - relu\n", at: "}\n  - relu\n",
      "spec.syntax: this '}' closes nothing", fixed: "  - relu\n  - conv: {out: 7, kernel: 3}\n  - relu\n"),
    Case(
      "  - conv: {out: 3, kernel: 3} x3\n", at: "x3",
      "spec.syntax: nothing can stand behind this '}'; what is said of an item stands beside it: "
        + "`{conv: {…}, repeat: 3}`"),
    Case("  -\u{A0}relu\n", at: "-\u{A0}", "spec.wrong-type: layers is a list of layers, not '-\u{A0}relu'"),
    Case(
      "cnnc: 1\nmodel: {name: X, layers: [relu]}\ninput: {channels: 3, size: 8}\n", at: "model",
      "spec.wrong-type: model is the network's name; 'input' and 'layers' stand at the top of the spec", isWhole: true),
    Case(
      "cnnc: 1\ninput: (3, 32, 32)\nlayers: [relu]\n", at: "(3",
      "spec.wrong-type: input is a mapping of keys and values, not '(3, 32, 32)'",
      fixed: "cnnc: 1\ninput: {channels: 3, size: 32}\nlayers: [relu]\n", isWhole: true),
    // Lists without dashes.
    Case(
      "  conv: {out: 3, kernel: 3}\n  relu\n", at: "conv",
      "spec.syntax: layers is a list, each item of which begins with `- `"),
    Case(
      "  - conv: {out: 3, kernel: 3}\n    relu\n", at: "relu",
      "spec.syntax: an item of this list begins with `- `, at the indentation of the others"),
    // JSON.
    Case(
      #"{"input": {"channels": 3, "size": 32}, "layers": ["relu"]}"# + "\n", at: "{",
      "spec.version: the spec does not say its format version",
      fixed: #"{"cnnc": 1, "input": {"channels": 3, "size": 32}, "layers": ["relu"]}"# + "\n", isWhole: true),
  ]

  /// A tuple is left out whole with the key that it belongs to, wherever that stands.
  static let superfluousTuples = [
    "{out: 32, kernel: 3, input_shape: (32, 32, 3)}", "{input_shape: (32, 32, 3), out: 32, kernel: 3}",
    "{out: 32, input_shape: (32, 32, 3), kernel: 3}", "{input_shape: (3,), out: 32, kernel: 3}",
  ]
}
