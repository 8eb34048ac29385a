/// What is written, found and mended.
extension MessageTests {
  /// A spec of blocks, the first of which its only layer is.
  private static func ring(of blocks: String...) -> String {
    "cnnc: 1\ninput: {channels: 3, size: 8}\nblocks:\n" + blocks.map { "  \($0)\n" }.joined() + "layers: [EncodeA]\n"
  }

  /// A spec with a block of these parameters.
  private static func block(params: String) -> String {
    "cnnc: 1\ninput: {channels: 3, size: 8}\nblocks:\n  B:\n    params: \(params)\n    layers: [use: act]\nlayers: [B]\n"
  }

  /// A spec with functions, of which the one that others call is this expression.
  private static func calls(_ body: String) -> String {
    """
    cnnc: 1
    input: {channels: 3, size: 8}
    functions:
      channels(x): max(8, rounded(x))
      rounded(x): \(body)
      half(x): x // 2
    layers: [conv: {out: channels(4), kernel: 1}]

    """
  }

  static let words: [Case] = [
    Case(
      "  - {name: a, seq: [relu, name: x]}\n", at: "name: x",
      "spec.unknown-operation: 'name' is no item but stands beside relu: `{relu…, name: …}`",
      fixed: "  - {name: a, seq: [{relu, name: x}]}\n"),
    Case(
      "  - {seq: [residual: [relu], scale: 0.1]}\n", at: "scale",
      "spec.unknown-operation: 'scale' is no item but stands beside residual: `{residual…, scale: …}`",
      fixed: "  - {seq: [{residual: [relu], scale: 0.1}]}\n"),
    Case(
      "  - {seq: [conv: {out: 4, kernel: 1}, repeat: 3]}\n", at: "repeat",
      "spec.unknown-operation: 'repeat' is no item but stands beside conv: `{conv…, repeat: …}`",
      fixed: "  - {seq: [{conv: {out: 4, kernel: 1}, repeat: 3}]}\n"),
    Case(
      "  - {seq: [{split: [relu, silu]}, shares: [1, 2], join: concat]}\n", at: "shares",
      "spec.unknown-operation: 'shares' is no item but stands beside split: `{split…, shares: …}`",
      fixed: "  - {seq: [{split: [relu, silu], shares: [1, 2], join: concat}]}\n"),
    Case(
      "  - stride: 2\n", at: "stride",
      "spec.unknown-operation: no layer kind 'stride'; it is a field, which stands within its layer: `conv: {stride: …}`"
    ),
    Case(
      "  - prev\n", at: "prev",
      "spec.unknown-operation: no layer kind 'prev'; 'prev' is a value, which `from: prev` names"),
    Case(
      "  - shares: [1, 2]\n", at: "shares",
      "spec.unknown-operation: no layer kind 'shares'; 'shares' stands beside an operation: `{split: …, shares: …}`"),
    Case(
      "  - none\n", at: "none", "spec.unknown-operation: no layer kind 'none'; here it is called 'identity'",
      fixed: "  - identity\n"),
    Case(
      "cnnc: 1\ninputs: {channels: 3, size: 32}\nlayers:\n  - relu\n", at: "inputs",
      "spec.wrong-type: inputs gives each input a name; a single one without stands under 'input'",
      fixed: "cnnc: 1\ninput: {channels: 3, size: 32}\nlayers:\n  - relu\n", isWhole: true),
    Case(
      "  - pool: {kernel: 2}\n", at: "pool",
      "spec.unknown-operation: no layer kind 'pool'; here it is 'max_pool' or 'avg_pool'"),
    Case(
      "  - conv1d: {out: 8, kernel: 3}\n", at: "conv1d",
      "spec.unknown-operation: no layer kind 'conv1d'; here it is called 'conv'",
      fixed: "  - conv: {out: 8, kernel: 3}\n"),
    Case(
      "  - layer_scale\n", at: "layer_scale",
      "spec.unknown-operation: no layer kind 'layer_scale'; here it is called 'scale'", fixed: "  - scale\n"),
    Case(
      "  - Swish\n", at: "Swish", "spec.unknown-operation: no layer kind 'Swish'; here it is called 'silu'",
      fixed: "  - silu\n"),
    Case(
      "  - activation: relu\n", at: "activation",
      "spec.unknown-operation: no layer kind 'activation'; write the activation itself, such as `- relu`",
      fixed: "  - relu\n"),
    Case(
      "  - rleu\n", at: "rleu", "spec.unknown-operation: no layer kind 'rleu'; did you mean 'relu'?",
      fixed: "  - relu\n"),
    Case(
      "  - conv: {in_channels: 3, out: 8, kernel: 3}\n", at: "in_channels",
      "spec.unknown-key: conv has no field 'in_channels'; leave it out, for it follows from what flows in",
      fixed: "  - conv: {out: 8, kernel: 3}\n"),
    Case(
      "  - conv: {out: 8, kernel: 3, in_channels: 3}\n", at: "in_channels",
      "spec.unknown-key: conv has no field 'in_channels'; leave it out, for it follows from what flows in",
      fixed: "  - conv: {out: 8, kernel: 3}\n"),
    Case(
      "  - conv:\n      in_channels: 3\n      out: 8\n      kernel: 3\n", at: "in_channels",
      "spec.unknown-key: conv has no field 'in_channels'; leave it out, for it follows from what flows in",
      fixed: "  - conv:\n      out: 8\n      kernel: 3\n"),
    Case(
      "  - batch_norm: {num_features: 3}\n", at: "num_features",
      "spec.unknown-key: batch_norm has no field 'num_features'; leave it out, for it follows from what flows in",
      fixed: "  - batch_norm: {}\n"),
    Case(
      "  - conv: {out: 8, kernel_size: 3}\n", at: "kernel_size",
      "spec.unknown-key: conv has no field 'kernel_size'; here it is called 'kernel'",
      fixed: "  - conv: {out: 8, kernel: 3}\n"),
    Case(
      "  - dropout: {keep_prob: 0.9}\n", at: "keep_prob",
      "spec.unknown-key: dropout has no field 'keep_prob'; write 'rate', which is 1 − keep_prob"),
    Case(
      "  - max_pool: {kernel: 2, ceil_mode: true}\n", at: "ceil_mode",
      "spec.unknown-key: max_pool has no field 'ceil_mode'; write `round: ceil`"),
    Case(
      "  - conv: {out: 8, kernel: 3, padding_mode: reflect}\n", at: "padding_mode",
      "spec.unknown-key: conv has no field 'padding_mode'; zeros are put around; for others put a layer before, such as "
        + "`- pad: {padding: 1, mode: reflect}`"),
    Case(
      "  - conv: {out: 8, kernel: 3, activation: relu}\n", at: "activation",
      "spec.unknown-key: conv has no field 'activation'; an activation is a layer of its own: `- relu`",
      fixed: "  - conv: {out: 8, kernel: 3}\n  - relu\n"),
    Case(
      "  - seq: [conv: {out: 8, kernel: 3, activation: swish}]\n", at: "activation",
      "spec.unknown-key: conv has no field 'activation'; an activation is a layer of its own: `- silu`",
      fixed: "  - seq: [conv: {out: 8, kernel: 3}, silu]\n"),
    Case(
      "  - {name: c, conv: {out: 8, kernel: 3, activation: relu}}\n", at: "activation",
      "spec.unknown-key: conv has no field 'activation'; an activation is a layer of its own: `- relu`"),
    Case(
      "  - conv: {out: 3, kernel: 1, repeat: 3}\n", at: "repeat",
      "spec.unknown-key: conv has no field 'repeat'; it stands beside conv: `{conv: {…}, repeat: …}`",
      fixed: "  - {conv: {out: 3, kernel: 1}, repeat: 3}\n"),
    Case(
      "  - conv: {out:8, kernel: 3}\n", at: "out:8",
      "spec.unknown-key: conv has no field 'out:8'; a space belongs behind the colon: `out: 8`",
      fixed: "  - conv: {out: 8, kernel: 3}\n"),
    Case(
      "  - {name: a, relu}\n  - {from: [a, b], add}\n  - {name: b, relu}\n", at: "b], add",
      "name.unknown-reference: no earlier node 'b' is known here; it stands later, in line 6, and a reference sees what is earlier"
    ),
    Case(
      "  - {name: first_conv, relu}\n  - {from: first_con, relu}\n", at: "first_con, ",
      "name.unknown-reference: no earlier node 'first_con' is known here; did you mean 'first_conv'?",
      fixed: "  - {name: first_conv, relu}\n  - {from: first_conv, relu}\n"),
    // What a word stands within, or what leads to it, cannot be meant by it.
    Case(
      "  - {name: outer, residual: [{name: inner, relu}, {from: oter, relu}]}\n", at: "oter",
      "name.unknown-reference: no earlier node 'oter' is known here"),
    Case(
      "  - {name: outer, residual: [{name: inner, relu}, {from: oter.inner, relu}]}\n", at: "oter",
      "name.unknown-reference: no earlier node 'oter.inner' is known here; did you mean 'outer'?"),
    Case(
      ring(of: "EncodeA: {layers: [EncodeB]}", "EncodeB: {layers: [relu, EncodeC]}"), at: "EncodeC",
      "spec.unknown-operation: no block 'EncodeC'", isWhole: true),
    Case(
      ring(
        of: "EncodeA: {layers: [{name: a, residual: [relu], shortcut: {project: EncodeD}}]}",
        "EncodeB: {layers: [relu, EncodeC]}", "EncodeD: {layers: [EncodeB]}"), at: "EncodeC",
      "spec.unknown-operation: no block 'EncodeC'", isWhole: true),
    Case(
      ring(of: "EncodeA: {layers: [EncodeB]}", "EncodeB: {layers: [relu, EncodeC]}", "EncodeD: {layers: [relu]}"),
      at: "EncodeC", "spec.unknown-operation: no block 'EncodeC'; did you mean 'EncodeD'?",
      fixed: ring(
        of: "EncodeA: {layers: [EncodeB]}", "EncodeB: {layers: [relu, EncodeD]}", "EncodeD: {layers: [relu]}"),
      isWhole: true),
    Case(
      calls("chanels(x) + 1"), at: "chanels", "expr.unknown-function: no function 'chanels'", isWhole: true),
    Case(
      calls("hafl(x) + 1"), at: "hafl", "expr.unknown-function: no function 'hafl'; did you mean 'half'?",
      isWhole: true),
    Case(
      "  - nn.MaxPool2d(kernel_size=2, stride=2)\n", at: "nn.",
      "spec.unknown-operation: 'nn.MaxPool2d(kernel_size=2, stride=2)' is no layer; one is written `max_pool: {kernel: …}`",
      fixed: "  - max_pool: {kernel: 2, stride: 2}\n"),
    Case(
      "  - conv(in_channels=3, out=8, kernel=(3, 1), bias=False)\n", at: "conv(",
      "spec.unknown-operation: 'conv(in_channels=3, out=8, kernel=(3, 1), bias=False)' is no layer; one is written `conv: {out: …, kernel: …}`",
      fixed: "  - conv: {out: 8, kernel: [3, 1], bias: false}\n"),
    Case(
      "  - nn.Conv2d(3, 64, 3)\n", at: "nn.",
      "spec.unknown-operation: 'nn.Conv2d(3, 64, 3)' is no layer; one is written `conv: {out: …, kernel: …}`",
      fixed: "  - conv: {out: 64, kernel: 3}\n"),
    Case(
      "  - torch.nn.ReLU\n", at: "torch",
      "spec.unknown-operation: 'torch.nn.ReLU' is no layer; one is written `relu`",
      fixed: "  - relu\n"),
    Case(
      "  - max_pool kernel_size: 2\n", at: "max_pool",
      "spec.unknown-operation: 'max_pool kernel_size' is no layer; one is written `max_pool: {kernel: …}`",
      fixed: "  - max_pool: {kernel: 2}\n"),
    Case(
      "  - linear_thing foo\n", at: "linear_thing",
      "spec.unknown-operation: no layer kind 'linear_thing foo'"),
    Case(
      "  - relu: true\n", at: "true",
      "spec.wrong-type: relu takes its fields in {}, not 'true'",
      fixed: "  - relu\n"),
    Case(
      "  - {name: a, relu}\n  - {name: b, tanh}\n  - {from: [a, b], concat}\n  - concat: [a, b]\n", at: "[a, b]\n",
      "spec.wrong-type: what concat reads stands beside it: `{from: [a, b], concat}`",
      fixed: "  - {name: a, relu}\n  - {name: b, tanh}\n  - {from: [a, b], concat}\n  - {from: [a, b], concat}\n"),
    Case(
      "  - conv: {out=8, kernel: 3}\n", at: "out=8",
      "spec.unknown-key: conv has no field 'out=8'; a pair has a colon: `out: 8`",
      fixed: "  - conv: {out: 8, kernel: 3}\n"),
    Case(
      "  - {branchs: [relu, tanh], join: add}\n", at: "branchs",
      "spec.unknown-operation: no layer kind 'branchs'; did you mean 'branches'?",
      fixed: "  - {branches: [relu, tanh], join: add}\n"),
    Case(
      "  - {branches: [relu, tanh], joins: add}\n", at: "joins",
      "spec.unknown-key: an item has no key 'joins'; did you mean 'join'?",
      fixed: "  - {branches: [relu, tanh], join: add}\n"),
    Case(
      "  - {branches: [relu, tanh], join: concatenate}\n", at: "concatenate",
      "spec.wrong-word: join is one of concat, add, multiply, mean, max, not 'concatenate'; here it is called 'concat'",
      fixed: "  - {branches: [relu, tanh], join: concat}\n"),
    Case(
      "  - {residual: [relu], shortcut: identiy}\n", at: "identiy",
      "spec.wrong-word: no shortcut 'identiy'; did you mean 'identity'?",
      fixed: "  - {residual: [relu], shortcut: identity}\n"),
    Case(
      "  - conv: {out: 8, kernel: 3, init: kaiming_normal}\n", at: "kaiming",
      "spec.wrong-word: no initializer 'kaiming_normal'; here it is called 'he_normal'",
      fixed: "  - conv: {out: 8, kernel: 3, init: he_normal}\n"),
    Case(
      "  - conv: {out: 8, kernel: 3, init: {weigth: zeros}}\n", at: "{weigth",
      "shape.field: conv has no tensor 'weigth'; it has weight, bias"),
    Case(
      "  - for_each: {row: 3, layers: [relu]}\n", at: "row",
      "spec.unknown-key: for_each has no key 'row'; did you mean 'rows'?",
      fixed: "  - for_each: {rows: 3, layers: [relu]}\n"),
    Case(
      "cnnc: 1\ninput: {channels: 3, size: 8}\nnodes: [relu]\n", at: "nodes",
      "spec.unknown-key: a spec has no key 'nodes'; here it is called 'layers'",
      fixed: "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu]\n",
      isWhole: true),
    Case(
      "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu]\nnum_classes: 10\n", at: "num_classes",
      "spec.unknown-key: a spec has no key 'num_classes'; it stands under 'params': `params: {num_classes: int = 10}`",
      isWhole: true),
    Case(
      "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu]\noptimizer: sgd\n", at: "optimizer",
      "spec.unknown-key: a spec has no key 'optimizer'; it stands under 'train': `train: {optimizer: …}`",
      isWhole: true),
    Case(
      "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu]\nbatch_size: 3\n", at: "batch_size",
      "spec.unknown-key: a spec has no key 'batch_size'; it stands under 'train': `train: {batch: …}`",
      isWhole: true),
    Case(
      "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu]\nlr: 0.1\n", at: "lr",
      "spec.unknown-key: a spec has no key 'lr'; it stands under 'train': `train: {optimizer: {sgd: {lr: 0.1}}}`",
      isWhole: true),
    Case(
      "cnnc: 1\ninput: {channels: 3, size: 8}\nmodel: [relu]\n", at: "model",
      "spec.wrong-type: model is the network's name; its layers stand under 'layers'",
      fixed: "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu]\n",
      isWhole: true),
    Case(
      "cnnc: 1\ninput: {c: 3, size: 8}\nlayers: [relu]\n", at: "c: 3",
      "spec.unknown-key: input has no key 'c'; here it is called 'channels'",
      fixed: "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu]\n",
      isWhole: true),
    Case(
      "cnnc: 1\ninput: {shape: [1, 3, 8, 8]}\nlayers: [relu]\n", at: "[1, 3",
      "spec.wrong-type: input is a mapping of keys and values, not a list",
      fixed: "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu]\n",
      isWhole: true),
    Case(
      "cnnc: 1\nparams: {w: 64}\ninput: {channels: 3, size: 8}\nlayers: [conv: {out: w, kernel: 1}]\n", at: "64",
      "spec.wrong-word: '64' is not a type; write `w: int = 64`",
      fixed: "cnnc: 1\nparams: {w: int = 64}\ninput: {channels: 3, size: 8}\nlayers: [conv: {out: w, kernel: 1}]\n",
      isWhole: true),
    Case(
      "  - dropout: 0.5\n", at: "0.5", "spec.wrong-type: dropout takes its fields in {}, not '0.5'",
      fixed: "  - dropout: {rate: 0.5}\n"),
  ]

  static let values: [Case] = [
    Case(
      "  - conv: {out: 1e3, kernel: 3}\n", at: "1e3",
      "spec.wrong-type: out is a whole number, and 1e3 is a float; write 1000",
      fixed: "  - conv: {out: 1000, kernel: 3}\n"),
    Case(
      "  - conv: {out: 8, kernel: 3, bias: no}\n", at: "no}",
      "spec.wrong-word: bias is true or false, not 'no'; write false",
      fixed: "  - conv: {out: 8, kernel: 3, bias: false}\n"),
    Case(
      "  - conv: {out: 8, kernel: 3, bias: ture}\n", at: "ture",
      "spec.wrong-word: bias is true or false, not 'ture'; write true",
      fixed: "  - conv: {out: 8, kernel: 3, bias: true}\n"),
    Case(
      "  - conv: {out: 8, kernel: (3, 3)}\n", at: "(3, 3)", "expr.syntax: '(3, 3)' is written [3, 3] here",
      fixed: "  - conv: {out: 8, kernel: [3, 3]}\n"),
    Case(
      "  - conv:\n      out: 8\n      kernel: (3, 5)\n", at: "(3, 5)", "expr.syntax: '(3, 5)' is written [3, 5] here",
      fixed: "  - conv:\n      out: 8\n      kernel: [3, 5]\n"),
    Case(
      "  - conv: {out: 8, kernel: 3x3}\n", at: "3x3", "expr.syntax: '3x3' is written 3 here",
      fixed: "  - conv: {out: 8, kernel: 3}\n"),
    Case(
      "  - conv: {out: 8, kernel: 1×7}\n", at: "1×7", "expr.syntax: '1×7' is written [1, 7] here",
      fixed: "  - conv: {out: 8, kernel: [1, 7]}\n"),
    Case(
      "  - dropout: {rate: 50%}\n", at: "50%", "expr.syntax: '50%' is written 0.5 here",
      fixed: "  - dropout: {rate: 0.5}\n"),
    Case(
      "  - dropout: {rate: 0,5}\n", at: "0,5", "expr.syntax: a number has a decimal point, no comma: 0.5",
      fixed: "  - dropout: {rate: 0.5}\n"),
    Case(
      "  - dropout:\n      rate: 0,25\n", at: "0,25", "expr.syntax: '0,25' is written 0.25 here",
      fixed: "  - dropout:\n      rate: 0.25\n"),
    Case(
      "  - conv: {out: 8, kernel: \"[1, 3]\"}\n", at: "\"[1, 3]\"",
      "spec.wrong-type: the quotes make a text of the list for kernel; leave them out",
      fixed: "  - conv: {out: 8, kernel: [1, 3]}\n"),
    Case(
      "  - conv: {out: 8, kernel: 3, padding: reflect}\n", at: "reflect",
      "spec.wrong-word: padding puts zeros around, not 'reflect'"),
    Case(
      "  - conv: {out: 8, kernel: 3, padding: SAME}\n", at: "SAME",
      "spec.wrong-word: padding is half, same, valid, an integer, [h, w] or [top, bottom, left, right], not 'SAME'; did you "
        + "mean 'same'?", fixed: "  - conv: {out: 8, kernel: 3, padding: same}\n"),
    Case(
      "cnnc: 1\ninput: [1, 3, 224, 224]\nlayers: [relu]\n", at: "[1, 3",
      "spec.wrong-type: input is a mapping of keys and values, not a list",
      fixed: "cnnc: 1\ninput: {channels: 3, size: 224}\nlayers: [relu]\n", isWhole: true),
    Case(
      "cnnc: 1\ninput: 3x224x192\nlayers: [relu]\n", at: "3x224",
      "spec.wrong-type: input is a mapping of keys and values, not '3x224x192'",
      fixed: "cnnc: 1\ninput: {channels: 3, height: 224, width: 192}\nlayers: [relu]\n", isWhole: true),
    Case(
      "cnnc: 1\ninput: [224, 224, 3]\nlayers: [relu]\n", at: "[224",
      "spec.wrong-type: input is a mapping of keys and values, not a list",
      fixed: "cnnc: 1\ninput: {channels: 3, size: 224}\nlayers: [relu]\n", isWhole: true),
    Case(
      "cnnc: 1\ninput: {batch: 1, channels: 3, size: 8}\nlayers: [relu]\n", at: "batch",
      "spec.unknown-key: input has no key 'batch'; leave it out, for a spec says nothing of the batch; give it with `--batch`",
      fixed: "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu]\n", isWhole: true),
    Case(
      "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu]\nvariants: [a, b]\n", at: "[a, b]",
      "spec.wrong-type: variants is a mapping of keys and values, not a list", isWhole: true),
    Case(
      "cnnc: 1\nparams: {w: int = 4}\ninput: {channels: 3, size: 8}\nlayers: [relu]\nvariants: [{s: {w: 2}}, l: {w: 8}]\n",
      at: "[{s", "spec.wrong-type: variants is a mapping of keys and values, not a list",
      fixed:
        "cnnc: 1\nparams: {w: int = 4}\ninput: {channels: 3, size: 8}\nlayers: [relu]\nvariants: {s: {w: 2}, l: {w: 8}}\n",
      isWhole: true),
    Case(
      "cnnc: 1\nparams: {w: int = 4}\ninput: {channels: 3, size: 8}\nlayers: [relu]\nvariants:\n- s:\n    w: 2\n- l: {w: 8}\n",
      at: "- s", "spec.wrong-type: variants is a mapping of keys and values, not a list",
      fixed:
        "cnnc: 1\nparams: {w: int = 4}\ninput: {channels: 3, size: 8}\nlayers: [relu]\nvariants:\n  s: {w: 2}\n  l: {w: 8}\n",
      isWhole: true),
    Case(
      "cnnc: 1\nparams: {w: int = 4}\ninput: {channels: 3, size: 8}\nlayers: [relu]\nvariants:\n  - name: s\n    w: 2\n  - {name: l, w: 8}\n",
      at: "- name", "spec.wrong-type: variants is a mapping of keys and values, not a list",
      fixed:
        "cnnc: 1\nparams: {w: int = 4}\ninput: {channels: 3, size: 8}\nlayers: [relu]\nvariants:\n    s: {w: 2}\n    l: {w: 8}\n",
      isWhole: true),
    Case(
      "cnnc: 1\ninput: {channels: 3, size: 8}\nparams: [w: int = 4]\nlayers: [relu]\n", at: "[w:",
      "spec.wrong-type: params is a mapping of keys and values, not a list",
      fixed: "cnnc: 1\ninput: {channels: 3, size: 8}\nparams: {w: int = 4}\nlayers: [relu]\n", isWhole: true),
  ]

  static let syntax: [Case] = [
    Case(
      "  - conv {out: 8, kernel: 3}\n", at: "conv",
      "spec.syntax: a ':' is missing behind 'conv'",
      fixed: "  - conv: {out: 8, kernel: 3}\n"),
    Case(
      "  - conv{out: 8, kernel: 3}\n", at: "conv",
      "spec.syntax: a ':' is missing behind 'conv'",
      fixed: "  - conv: {out: 8, kernel: 3}\n"),
    Case(
      "  - max_pool {kernel: 2}\n", at: "max_pool",
      "spec.syntax: a ':' is missing behind 'max_pool'",
      fixed: "  - max_pool: {kernel: 2}\n"),
    Case(
      "  - residual [relu, tanh]\n", at: "residual",
      "spec.syntax: a ':' is missing behind 'residual'",
      fixed: "  - residual: [relu, tanh]\n"),
    Case(
      "  - {branches [relu, tanh], join: add}\n", at: "branches",
      "spec.syntax: a ':' is missing behind 'branches'",
      fixed: "  - {branches: [relu, tanh], join: add}\n"),
    Case(
      "  - seq: [relu, max_pool {kernel: 2}]\n", at: "max_pool",
      "spec.syntax: a ':' is missing behind 'max_pool'",
      fixed: "  - seq: [relu, max_pool: {kernel: 2}]\n"),
    Case(
      "cnnc: 1\ninput {channels: 3, size: 8}\nlayers: [relu]\n", at: "input",
      "spec.syntax: a ':' is missing behind 'input'",
      fixed: "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu]\n",
      isWhole: true),
    Case(
      "cnnc: 1\ninput = {channels: 3, size: 8}\nlayers: [relu]\n", at: " = {",
      "spec.syntax: a key is followed by a ':', not by a '='",
      fixed: "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu]\n",
      isWhole: true),
    Case(
      "  - conv:{out: 8, kernel: 3}\n", at: "conv",
      "spec.syntax: a space is missing behind the ':' of 'conv'",
      fixed: "  - conv: {out: 8, kernel: 3}\n"),
    Case(
      "  - conv: out: 8, kernel: 3   # first\n", at: "conv",
      "spec.syntax: what belongs to 'conv' stands in braces on its line: `conv: {out: 8, kernel: 3}`",
      fixed: "  - conv: {out: 8, kernel: 3}   # first\n"),
    Case(
      "  - conv out: 8, kernel: 3\n", at: "conv",
      "spec.syntax: what belongs to 'conv' stands in braces on its line: `conv: {out: 8, kernel: 3}`",
      fixed: "  - conv: {out: 8, kernel: 3}\n"),
    Case(
      "  - conv: {out: 8, kernel: 3},\n  - relu\n", at: ",\n",
      "spec.syntax: a ',' does not belong here; each item ends with its line",
      fixed: "  - conv: {out: 8, kernel: 3}\n  - relu\n"),
    Case(
      "  - seq: [{conv: {out: 8, kernel: 3}} // first\n      , relu]\n", at: "//",
      "spec.syntax: a comment begins with '#', not with '//'",
      fixed: "  - seq: [{conv: {out: 8, kernel: 3}} # first\n      , relu]\n"),
    Case(
      "  - conv: {out: 8, kernel: 3}\n  relu\n  - flatten\n", at: "relu",
      "spec.syntax: an item of this list begins with `- `",
      fixed: "  - conv: {out: 8, kernel: 3}\n  - relu\n  - flatten\n"),
    Case(
      "  - conv:\n      out:8\n      kernel: 3\n", at: "out:8",
      "spec.syntax: a space is missing behind the ':' of 'out'", fixed: "  - conv:\n      out: 8\n      kernel: 3\n"),
    Case(
      "cnnc: 1\ninput: {channels: 3, size: 8}\nlayers: [relu,", at: "[relu",
      "spec.syntax: the text ends before this '[' is closed", isWhole: true),
    Case(
      "cnnc: 1\nlayers: [conv: {out: 8\n", at: "{out", "spec.syntax: the text ends before this '{' is closed",
      isWhole: true),
    Case(
      block(params: "{n: int = 1, act: layer = {leaky_relu: {slope: 0.1}}}"),
      at: "{leaky", "spec.syntax: the default of a layer is one word, a layer kind or a block", isWhole: true),
    Case(
      block(params: "{act: layer={relu}, n: int = 1}"),
      at: "{relu", "spec.syntax: the default of a layer is one word, a layer kind or a block", isWhole: true),
    Case(
      block(params: "{act: layer = [relu, tanh]}"),
      at: "[relu", "spec.syntax: the default of a layer is one word, a layer kind or a block", isWhole: true),
    Case(
      block(params: "{act: layer = leaky_relu: {slope: 0.1}}"),
      at: "leaky", "spec.syntax: the default of a layer is one word, a layer kind or a block", isWhole: true),
    Case(
      block(params: "\n      act: layer = {leaky_relu: {slope: 0.1}}"),
      at: "{leaky", "spec.syntax: the default of a layer is one word, a layer kind or a block", isWhole: true),
    Case(
      block(params: "\n      act: layer = leaky_relu: {slope: 0.1}"),
      at: "leaky", "spec.syntax: the default of a layer is one word, a layer kind or a block", isWhole: true),
    Case(
      block(params: "{act: \"layer = {leaky_relu: {slope: 0.1}}\"}"),
      at: "{leaky", "spec.wrong-type: the default of a layer is one word, a layer kind or a block", isWhole: true),
    Case(
      block(params: "\n      act: layer = {relu}"),
      at: "{relu", "spec.wrong-type: the default of a layer is one word, a layer kind or a block", isWhole: true),
    Case(
      "cnnc: 1\ninput: {channels: 3, size: 8}\nblocks: {B: {params: {k: size = [1, 5]}, seq: [conv: {out: 8, kernel: k}]}}\nlayers: [B]\n",
      at: "[1, 5]", "spec.syntax: a default in brackets is quoted inside {}: \"size = [1, 5]\"",
      fixed:
        "cnnc: 1\ninput: {channels: 3, size: 8}\nblocks: {B: {params: {k: \"size = [1, 5]\"}, seq: [conv: {out: 8, kernel: k}]}}\nlayers: [B]\n",
      isWhole: true),
  ]
}
