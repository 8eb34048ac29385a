import Shapes

/// A spec and a recipe to start from: small, whole, and with something of each kind that a network is made of.
struct FirstSpec {
  /// What the files are called: `flowers` makes flowers.yaml.
  let name: String
  /// What flows in: C×H×W, C×L, C×D×H×W or features, all of them known.
  let input: Shape
  let classes: Int

  /// The model's name: the words of `name` joined, `my-net` becomes MyNet.
  var model: String {
    let words = name.split { !$0.isLetter && !$0.isNumber }
    let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return joined.first?.isLetter == true ? joined : "Net" + joined
  }

  private var hasVector: Bool { input.dimensions.count == 1 }
  private var isImage: Bool { input.dimensions.count == 3 && (input.values?.first == 1 || input.values?.first == 3) }

  /// The input as a spec writes it.
  private var inputText: String {
    let sizes = input.values ?? []
    switch sizes.count {
    case 1: return "{features: \(sizes[0])}"
    case 2: return "{channels: \(sizes[0]), length: \(sizes[1])}"
    case 3 where sizes[1] == sizes[2]: return "{channels: \(sizes[0]), size: \(sizes[1])}"
    case 3: return "{channels: \(sizes[0]), height: \(sizes[1]), width: \(sizes[2])}"
    default: return "{channels: \(sizes[0]), depth: \(sizes[1]), height: \(sizes[2]), width: \(sizes[3])}"
    }
  }

  /// The text of the spec.
  var spec: String {
    """
    # The whole language is in docs/language.md, which begins with a tutorial; `cnnc layers` lists what layers there are.
    #
    #   cnnc check \(name).yaml                   every layer's shape, parameters and cost
    #   cnnc check \(name).yaml --set width=64    with another value of a parameter
    #   cnnc graph \(name).yaml -o \(name).svg    a picture
    cnnc: 1
    model: \(model)
    summary: A small network to start from
    params: {width: int = 32, classes: int = \(classes)}
    # What flows in; neither it nor anything else says the batch.
    input: \(inputText)

    """ + (hasVector ? layersOfVector : layersOfMaps) + preprocessing
  }

  /// Of signals, whose samples are many and say little each, windows are longer and steps larger.
  private var window: (kernel: Int, stride: Int) { input.dimensions.count == 2 ? (9, 4) : (3, 2) }

  /// The stride of the first layer: large inputs shrink at once.
  private var stemStride: Int { largestSide > 64 ? 2 : 1 }

  private var largestSide: Int { input.values?.dropFirst().max() ?? 1 }

  /// The stages behind the first one, as many as it takes until what is averaged has seen the whole input.
  private var stages: [String] {
    let (kernel, stride) = window
    // What a value of the first stage's output has seen, and how far apart its neighbours are in the input.
    var jump = stemStride
    var seen = kernel + 4 * (kernel - 1) * jump
    var result: [String] = []
    while result.count < 2 || seen < largestSide {
      seen += (kernel - 1) * jump
      jump *= stride
      seen += (kernel - 1) * jump
      let factor = min(8, 2 << result.count)
      result.append("  - {name: stage\(result.count + 2), Residual: {out: \(factor) * width, stride: \(stride)}}\n")
    }
    return result
  }

  private var layersOfMaps: String {
    """
    # What a field is where a layer does not say it.
    defaults: {conv: {padding: half, bias: false}}

    # Layers under a name, with parameters: used like a kind of layer.
    blocks:
      ConvNorm:
        params: {out: int, stride: int = 1}
        layers:
          - conv: {out: out, kernel: \(window.kernel), stride: stride}
          - batch_norm
          - relu
      # A residual block: what comes in is added to what its layers make of it.
      Residual:
        params: {out: int, stride: int = 1}
        layers:
          - residual:
              - ConvNorm: {out: out, stride: stride}
              - conv: {out: out, kernel: \(window.kernel)}
              - batch_norm
            # Where the shapes differ, these, with the channels and the stride that are needed.
            shortcut: {project: [conv, batch_norm]}
          - relu

    # From the first to the last. Channels that flow in are known, so layers say only what comes out.
    layers:
      - {name: stem, ConvNorm: {out: width\(stemStride == 1 ? "" : ", stride: \(stemStride)")}}
      - {name: stage1, Residual: {out: width}, repeat: 2}

    """ + stages.joined() + """
        - global_avg_pool
        - flatten
        - {name: fc, linear: {out: classes}}

      """
  }

  private var layersOfVector: String {
    """
    # From the first to the last. Features that flow in are known, so layers say only what comes out.
    layers:
      - {name: fc1, linear: {out: 4 * width}}
      - relu
      - {name: fc2, linear: {out: 2 * width}}
      - relu
      - {name: fc3, linear: {out: classes}}

    """
  }

  private var preprocessing: String {
    guard isImage, let sizes = input.values else { return "" }
    return """
      # How a photograph becomes the input.
      preprocess: {resize: [\(sizes[1]), \(sizes[2])], mean: 0.5, std: 0.25}

      """
  }

  /// What the network learns from, and how to look at it before.
  private var dataText: (comment: String, path: String, unit: String) {
    guard !isImage else {
      return (
        "photos/ has a folder for each class, named like it. `cnnc data photos/` looks at them first.", "photos/",
        "images"
      )
    }
    let shape = (["N"] + (input.values ?? []).map(String.init)).joined(separator: "×")
    return (
      "\(name).npz has numpy's arrays `x`, \(shape) real numbers, and `y`, the N classes from 0:\n"
        + "# numpy.savez(\"\(name).npz\", x=x.astype(\"float32\"), y=y). `cnnc data \(name).npz` looks at them first.",
      "\(name).npz", ["vectors", "signals", "maps", "volumes"][min(input.dimensions.count, 4) - 1]
    )
  }

  /// The text of the recipe.
  var recipe: String {
    let (data, path, unit) = dataText
    return """
      # How \(name).yaml is trained; every key is in docs/training.md.
      #
      #   cnnc train \(name).yaml --recipe \(name)-recipe.yaml --data \(path)
      #
      # \(data)
      # Learned from nine \(unit) of ten, tested on the tenth.
      validation: 0.1
      epochs: 20
      batch: 64
      optimizer: {sgd: {lr: 0.05, momentum: 0.9, nesterov: true, weight_decay: 5e-4}}
      # The rate rises for an epoch, then falls to nothing along a cosine.
      warmup: 1
      schedule: cosine
      \(isImage ? "# Changes at random, so that no image is seen twice alike.\naugment: [flip, pad_crop: 2]\n" : "")# The same seed trains to the same bits.
      seed: 1

      """
  }
}
