import Diagnostics

/// What to say of a word that is none of those known: what another library's word is called here, as `Dense` is `linear`, or
/// the nearest spelling; empty if there is nothing.
package func hint(atWord word: String, among known: [String]) -> String { Synonyms.text(for: word, among: known) }

/// The words of other libraries for what has another name here, or none.
enum Synonyms {
  /// What somebody may have meant by a word that is not known.
  struct Hint {
    /// Added to a message: "; did you mean 'kernel'?".
    var text: String
    /// The word to write in its place, where exactly one means the same.
    var replacement: String?
    /// Whether the entry is to be left out, for what it says is inferred.
    var isSuperfluous = false
  }

  /// A hint at the word that is meant: what another library's word is called here, or else the nearest spelling.
  static func hint(for word: String, among known: [String]) -> Hint? {
    guard word.utf8.count <= 64 else { return nil }
    // What drops whole channels is no dropout of values, however near the words are.
    if let hint = meaning(of: letters(word), among: known, in: kindsApart) { return hint }
    let plain = normalized(word)
    if let same = known.first(where: { normalized($0) == plain }) {
      return Hint(text: "; did you mean '\(same)'?", replacement: same)
    }
    if let hint = meaning(of: plain, among: known) { return hint }
    return nearMiss(to: word, among: known).map { near in
      Hint(text: "; did you mean '\(near.candidate)'?", replacement: near.isOnly ? near.candidate : nil)
    }
  }

  /// The text of a hint; empty without one.
  static func text(for word: String, among known: [String]) -> String { hint(for: word, among: known)?.text ?? "" }

  /// Whether the word is a misspelled or another library's word for one of those known.
  static func isNear(_ word: String, to known: [String]) -> Bool {
    hint(for: word, among: known)?.isSuperfluous == false
  }

  private static func meaning(
    of plain: String, among known: [String], in table: [String: [Meaning]] = meanings
  ) -> Hint? {
    for meaning in table[plain] ?? [] {
      switch meaning {
      case .same(let word) where known.contains(word):
        return Hint(text: "; here it is called '\(word)'", replacement: word)
      case .oneOf(let words) where words.allSatisfy(known.contains):
        return Hint(text: "; here it is " + words.map { "'\($0)'" }.joined(separator: " or "))
      case .instead(let word, let advice) where known.contains(word): return Hint(text: "; \(advice)")
      case .inferred(let word, let reason) where known.contains(word):
        return Hint(text: "; leave it out, \(reason)", isSuperfluous: true)
      case .never(let reason): return Hint(text: "; leave it out, \(reason)", isSuperfluous: true)
      default: continue
      }
    }
    return nil
  }

  private static func letters(_ word: String) -> String { word.lowercased().filter { $0 != "_" && $0 != "-" } }

  /// `MaxPool2d`, `max_pool` and `maxpool` are one word.
  private static func normalized(_ word: String) -> String {
    let letters = letters(word)
    return letters.hasSuffix("2d") ? String(letters.dropLast(2)) : letters
  }

  /// What a word of another library stands for.
  private enum Meaning {
    /// A word of the language that takes the same values.
    case same(String)
    /// One of several, which the word does not tell apart.
    case oneOf([String])
    /// Something else, where a word is known: it is said how.
    case instead(String, String)
    /// Nothing to be written where a word is known, with the reason.
    case inferred(String, String)
    /// Nothing to be written anywhere.
    case never(String)
  }

  private static let fromTheInput = "for it follows from what flows in"

  private static let skips = "write `residual: […]`, which adds what flows in to what the layers make"
  private static let mode =
    "zeros are put around; for others put a layer before, such as `- pad: {padding: 1, mode: reflect}`"
  private static let noBatch = "for a spec says nothing of the batch; give it with `--batch`"

  private static let drops: [Meaning] = [
    .instead("dropout", "`dropout` drops values one by one; none drops whole channels, and `drop_path` drops a branch")
  ]
  private static let kindsApart: [String: [Meaning]] = [
    "dropout1d": drops, "dropout2d": drops, "dropout3d": drops, "spatialdropout1d": drops, "spatialdropout2d": drops,
    "spatialdropout3d": drops,
  ]

  private static let changes = "changes of training images stand in a recipe, such as `augment: [flip]`"
  private static let regularized = "weights shrink by the optimizer: `weight_decay` in a recipe"
  private static let statistics = "for means and variances are kept in training and used behind it"
  private static let channelsOnly = "for it goes over the channels, or the features"

  private static let recurrent: [Meaning] = [
    .instead("conv", "no layer goes through a sequence step by step; `conv` and `global_avg_pool` take signals")
  ]
  private static let attention: [Meaning] = [
    .instead("conv", "no layer computes attention; `gate: […]` weighs channels by what the maps hold")
  ]
  private static let gate: [Meaning] = [
    .instead("gate", "write `gate: [global_avg_pool, conv: {…}, relu, conv: {…}, sigmoid]`, or declare a block of it")
  ]

  private static let meanings: [String: [Meaning]] = [
    // Fields.
    "kernelsize": [.same("kernel")], "ksize": [.same("kernel")], "poolsize": [.same("kernel")],
    "windowsize": [.same("kernel")], "filtersize": [.same("kernel")], "filters": [.same("out")],
    "outchannels": [.same("out")], "outfeatures": [.same("out")], "outplanes": [.same("out")],
    "units": [.same("out")], "numoutput": [.same("out")], "numclasses": [.same("out")], "channels": [.same("out")],
    "features": [.same("out")], "nout": [.same("out")], "strides": [.same("stride")], "pad": [.same("padding")],
    "pads": [.same("padding")], "dilationrate": [.same("dilation")], "dilations": [.same("dilation")],
    "usebias": [.same("bias")], "biasterm": [.same("bias")], "eps": [.same("epsilon")], "p": [.same("rate")],
    "prob": [.same("rate")], "probability": [.same("rate")], "droprate": [.same("rate")],
    "keepprob": [.instead("rate", "write 'rate', which is 1 − keep_prob")],
    "ceilmode": [.instead("round", "write `round: ceil`")], "countincludepad": [.same("count_padding")],
    "negativeslope": [.same("slope")], "scalefactor": [.same("by")],
    "upscalefactor": [.same("by"), .same("block")],
    "blocksize": [.same("block")], "downscalefactor": [.same("block")], "requiresgrad": [.same("trainable")],
    "frozen": [.instead("trainable", "write `trainable: false`")],
    "freeze": [.instead("trainable", "write `trainable: false`")],
    "depthmultiplier": [
      .same("multiplier"), .instead("connections", "`depthwise_conv` and `separable_conv` have a 'multiplier'"),
    ],
    "biasinitializer": [.instead("init", "write `init: {bias: zeros}`")],
    "depthwiseinitializer": [.same("init")], "pointwiseinitializer": [.same("init")],
    "gammainitializer": [.instead("init", "write `init: {weight: ones}`")],
    "betainitializer": [.instead("init", "write `init: {bias: zeros}`")],
    "kernelregularizer": [.instead("init", regularized)], "biasregularizer": [.instead("init", regularized)],
    "weightdecay": [.instead("init", regularized)],
    "returnindices": [.inferred("round", "for no layer takes them")],
    "inplace": [.never("for memory is planned, and values nobody reads are written over")],
    "device": [.never("for what a network runs on is no matter of its spec")],
    "dtype": [.never("for all numbers are float32")],
    "startdim": [.never("for all that an image has becomes one vector")],
    "enddim": [.never("for all that an image has becomes one vector")],
    "dim": [.same("axis"), .never(channelsOnly)], "axis": [.never(channelsOnly)],
    "trackrunningstats": [.inferred("momentum", statistics)],
    "center": [.instead("affine", "write `affine: false`, which leaves out scale and shift")],
    "interpolation": [.same("mode")], "alpha": [.same("slope")], "targetshape": [.same("shape")],
    "dims": [.instead("order", "name the dimensions in their new order, such as `order: cwh`")],
    "weightnorm": [.instead("normalize_weight", "write `normalize_weight: weight_norm`")],
    "spectralnorm": [.instead("normalize_weight", "write `normalize_weight: spectral_norm`")],
    "scale": [.same("by"), .instead("affine", "write `affine: false`, which leaves out scale and shift")],
    "factor": [.same("by")], "size": [.same("kernel")], "outputsize": [.same("size")],
    "normalizedshape": [.inferred("epsilon", fromTheInput)], "numgroups": [.same("groups")],
    "elementwiseaffine": [.same("affine")], "kernelinitializer": [.same("init")], "initializer": [.same("init")],
    "inchannels": [.inferred("bias", fromTheInput)], "infeatures": [.inferred("bias", fromTheInput)],
    "inplanes": [.inferred("bias", fromTheInput)], "inputdim": [.inferred("bias", fromTheInput)],
    "inputchannels": [.inferred("bias", fromTheInput)],
    "inputsize": [.inferred("bias", fromTheInput), .instead("input", "write `input: {channels: 3, size: 224}`")],
    "numfeatures": [.inferred("epsilon", fromTheInput)], "numchannels": [.inferred("epsilon", fromTheInput)],
    "inputshape": [
      .inferred("bias", "for the input stands at the top of the spec"),
      .instead("input", "write `input: {channels: 3, size: 224}`"),
      .never("for the input stands at the top of the spec"),
    ],
    "dataformat": [
      .inferred("stride", "for maps are C×H×W"), .inferred("epsilon", "for maps are C×H×W"),
    ],
    "paddingmode": [.instead("padding", mode)],
    // Kinds.
    "layer": [.instead("conv", "a layer is written by its kind: `- conv: {out: 64, kernel: 3}`")],
    "lstm": recurrent, "gru": recurrent, "rnn": recurrent, "simplernn": recurrent, "convlstm": recurrent,
    "multiheadattention": attention, "attention": attention, "selfattention": attention, "transformer": attention,
    "embedding": [.instead("conv", "no layer looks words up; the input of a network is numbers")],
    "gaussiannoise": [.instead("conv", "no layer adds noise; \(changes)")],
    "squeezeexcite": gate, "squeezeexcitation": gate, "seblock": gate, "selayer": gate, "se": gate,
    "unflatten": [
      .instead("reshape", "here it is 'reshape', with the shape that comes of it: `reshape: {shape: [16, 28, 28]}`")
    ],
    "rescaling": [.instead("scale", "images are scaled before: `preprocess: {mean: 0.5, std: 0.5}` at the top")],
    "randomflip": [.instead("conv", changes)], "randomcrop": [.instead("conv", changes)],
    "randomrotation": [.instead("conv", changes)],
    "conv1dtranspose": [.same("transposed_conv")], "conv2dtranspose": [.same("transposed_conv")],
    "conv3dtranspose": [.same("transposed_conv")],
    "cropping": [.same("crop"), .instead("offset", "write the `size` that stays")],
    "adaptiveaveragepooling": [.same("adaptive_avg_pool")],
    "resizing": [.instead("upsample", "write `upsample: {size: [112, 112], mode: bilinear}`")],
    "convolution": [.same("conv")], "dense": [.same("linear")], "fc": [.same("linear")],
    "fullyconnected": [.same("linear")], "innerproduct": [.same("linear")], "gemm": [.same("linear")],
    "bn": [.same("batch_norm")], "batchnormalization": [.same("batch_norm")],
    "layernormalization": [.same("layer_norm")], "groupnormalization": [.same("group_norm")],
    "localresponsenorm": [.same("lrn")], "localresponsenormalization": [.same("lrn")],
    "maxpooling": [.same("max_pool")], "averagepool": [.same("avg_pool")], "averagepooling": [.same("avg_pool")],
    "avgpooling": [.same("avg_pool")], "globalaveragepooling": [.same("global_avg_pool")],
    "gap": [.same("global_avg_pool")], "globalaveragepool": [.same("global_avg_pool")],
    "adaptiveaveragepool": [.same("adaptive_avg_pool")], "globalmaxpooling": [.same("global_max_pool")],
    "meanpool": [.same("avg_pool")], "meanpooling": [.same("avg_pool")],
    "minpool": [.instead("max_pool", "no layer takes the least value of a window")],
    "maxunpool": [.instead("upsample", "no layer takes maxima back to where they came from; `upsample` enlarges maps")],
    "slice": [.oneOf(["channel_slice", "crop"])],
    "alphadropout": [.instead("dropout", "no layer drops values to another one than 0")],
    "pool": [.oneOf(["max_pool", "avg_pool"])], "pooling": [.oneOf(["max_pool", "avg_pool"])],
    "globalpool": [.oneOf(["global_avg_pool", "global_max_pool"])],
    "globalpooling": [.oneOf(["global_avg_pool", "global_max_pool"])], "view": [.same("reshape")],
    "sequence": [.same("seq")],
    "convtranspose": [.same("transposed_conv")], "deconv": [.same("transposed_conv")],
    "deconvolution": [.same("transposed_conv")], "convtransposed": [.same("transposed_conv")],
    "depthwise": [.same("depthwise_conv")], "separable": [.same("separable_conv")],
    "conv1d": [.same("conv")], "conv3d": [.same("conv")], "maxpool3d": [.same("max_pool")],
    "avgpool3d": [.same("avg_pool")], "batchnorm3d": [.same("batch_norm")],
    "maxpool1d": [.same("max_pool")],
    "avgpool1d": [.same("avg_pool")],
    "batchnorm1d": [.same("batch_norm")], "layerscale": [.same("scale")], "swish": [.same("silu")],
    "hswish": [.same("hard_swish")], "hsigmoid": [.same("hard_sigmoid")], "stochasticdepth": [.same("drop_path")],
    "pixelshuffle": [.same("depth_to_space")], "pixelunshuffle": [.same("space_to_depth")],
    "zeropad": [.same("pad")], "zeropadding": [.same("pad")],
    "reflectionpad": [.instead("pad", "write `pad: {padding: …, mode: reflect}`")],
    "activation": [.instead("relu", "write the activation itself, such as `- relu`")],
    "norm": [.oneOf(["batch_norm", "group_norm", "layer_norm"])],
    "normalization": [.oneOf(["batch_norm", "group_norm", "layer_norm"])],
    "resize": [.same("upsample")], "interpolate": [.same("upsample")], "upsampling": [.same("upsample")],
    "sequential": [.same("seq")], "foreach": [.same("for_each")], "loop": [.same("for_each")],
    "parallel": [.same("branches")], "skip": [.instead("residual", skips), .same("identity")],
    "skipconnection": [.instead("residual", skips)],
    // Initializers and their numbers.
    "he": [.oneOf(["he_normal", "he_uniform"])], "kaiming": [.oneOf(["he_normal", "he_uniform"])],
    "kaimingnormal": [.same("he_normal")], "kaiminguniform": [.same("he_uniform")],
    "xavier": [.oneOf(["xavier_normal", "xavier_uniform"])], "glorot": [.oneOf(["xavier_normal", "xavier_uniform"])],
    "glorotnormal": [.same("xavier_normal")], "glorotuniform": [.same("xavier_uniform")],
    "truncnormal": [.same("truncated_normal")], "gaussian": [.same("normal")], "randomnormal": [.same("normal")],
    "randomuniform": [.same("uniform")], "sd": [.same("std")], "stddev": [.same("std")], "sigma": [.same("std")],
    "val": [.same("value")], "minval": [.same("low")], "maxval": [.same("high")],
    // Shortcuts.
    "projection": [.instead("project", "write `{project: [conv: {kernel: 1}]}`")],
    // Joins.
    "concatenate": [.same("concat")], "cat": [.same("concat")], "sum": [.same("add")], "plus": [.same("add")],
    "average": [.same("mean")], "avg": [.same("mean")], "product": [.same("multiply")], "mul": [.same("multiply")],
    "maximum": [.same("max")],
    // Keys.
    "output": [
      .instead("outputs", "classes are the `out` of the last linear; `outputs: {name: node}` names what is given")
    ],
    "parameters": [.same("params")], "flops": [.instead("macs", "write 'macs', half as many")],
    "shape": [.same("output"), .instead("channels", "write `{channels: 3, size: 224}`")],
    "id": [.same("name")], "name": [.same("model")], "if": [.same("when")], "times": [.same("repeat")],
    "count": [.same("repeat")], "nodes": [.same("layers")], "modules": [.same("layers")],
    "inputs": [.same("from"), .same("input")], "imports": [.same("import")],
    "description": [.same("summary")], "paper": [.same("source")], "network": [.same("layers")],
    "normalize": [.same("mean")], "none": [.same("identity")],
    "batch": [.inferred("channels", noBatch)], "batchsize": [.inferred("channels", noBatch)],
    "c": [.same("channels")], "h": [.same("height")], "w": [.same("width")],
    "centercrop": [.same("crop")],
  ]
}
