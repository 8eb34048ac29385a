import Diagnostics

/// The words of other libraries for what has another name here.
enum Synonyms {
  /// A hint at the word that is meant: what another library's word is called here, or else the nearest spelling.
  static func hint(for word: String, among known: [String]) -> String {
    guard word.utf8.count <= 64 else { return "" }
    let plain = normalized(word)
    if let same = known.first(where: { normalized($0) == plain }) { return "; did you mean '\(same)'?" }
    if let meant = meanings[plain]?.first(where: { known.contains($0) }) { return "; here it is called '\(meant)'" }
    return suggestion(for: word, among: known)
  }

  /// Whether the word is a misspelled or another library's word for one of those known.
  static func isNear(_ word: String, to known: [String]) -> Bool { !hint(for: word, among: known).isEmpty }

  /// `MaxPool2d`, `max_pool` and `maxpool` are one word.
  private static func normalized(_ word: String) -> String {
    let letters = word.lowercased().filter { $0 != "_" && $0 != "-" }
    return letters.hasSuffix("2d") ? String(letters.dropLast(2)) : letters
  }

  private static let meanings: [String: [String]] = [
    // Fields.
    "kernelsize": ["kernel"], "ksize": ["kernel"], "poolsize": ["kernel"], "windowsize": ["kernel"],
    "filtersize": ["kernel"], "filters": ["out"], "outchannels": ["out"], "outfeatures": ["out"], "units": ["out"],
    "numoutput": ["out"], "channels": ["out"], "features": ["out"], "strides": ["stride"], "pad": ["padding"],
    "pads": ["padding"], "dilationrate": ["dilation"], "dilations": ["dilation"], "usebias": ["bias"],
    "biasterm": ["bias"], "eps": ["epsilon"], "p": ["rate"], "prob": ["rate"], "probability": ["rate"],
    "keepprob": ["rate"], "droprate": ["rate"], "ceilmode": ["round"], "countincludepad": ["count_padding"],
    "negativeslope": ["slope"], "scalefactor": ["by"], "scale": ["by"], "factor": ["by"],
    "kernelinitializer": ["init"], "initializer": ["init"],
    // Kinds.
    "convolution": ["conv"], "dense": ["linear"], "fc": ["linear"], "fullyconnected": ["linear"],
    "innerproduct": ["linear"], "gemm": ["linear"], "bn": ["batch_norm"], "batchnormalization": ["batch_norm"],
    "layernormalization": ["layer_norm"], "localresponsenorm": ["lrn"], "localresponsenormalization": ["lrn"],
    "maxpooling": ["max_pool"], "averagepool": ["avg_pool"], "averagepooling": ["avg_pool"],
    "avgpooling": ["avg_pool"], "globalaveragepooling": ["global_avg_pool"], "gap": ["global_avg_pool"],
    "globalaveragepool": ["global_avg_pool"], "globalmaxpooling": ["global_max_pool"],
    "convtranspose": ["transposed_conv"], "deconv": ["transposed_conv"], "deconvolution": ["transposed_conv"],
    "convtransposed": ["transposed_conv"], "depthwise": ["depthwise_conv"], "separable": ["separable_conv"],
    "swish": ["silu"], "hswish": ["hard_swish"], "hsigmoid": ["hard_sigmoid"], "stochasticdepth": ["drop_path"],
    "pixelshuffle": ["depth_to_space"], "pixelunshuffle": ["space_to_depth"], "zeropad": ["pad"],
    "zeropadding": ["pad"], "resize": ["upsample"], "interpolate": ["upsample"], "upsampling": ["upsample"],
    "sequential": ["seq"], "foreach": ["for_each"], "loop": ["for_each"], "parallel": ["branches"],
    // Joins.
    "concatenate": ["concat"], "cat": ["concat"], "sum": ["add"], "plus": ["add"], "average": ["mean"], "avg": ["mean"],
    "product": ["multiply"], "mul": ["multiply"], "maximum": ["max"],
    // Keys.
    "parameters": ["params"], "flops": ["macs"], "shape": ["output"], "id": ["name"], "if": ["when"],
    "times": ["repeat"], "count": ["repeat"], "inputs": ["from", "input"], "imports": ["import"],
    "description": ["summary"], "paper": ["source"], "network": ["layers"],
    "normalize": ["mean"],
  ]
}
