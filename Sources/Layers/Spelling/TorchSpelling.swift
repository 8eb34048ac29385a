/// The PyTorch module that does what a kind of layer does.
///
/// Arguments follow from the kind's fields, under their names and in their values; `fields` says where they do not.
package struct TorchSpelling: Hashable, Sendable {
  /// The module for feature maps, `Conv2d`.
  package var module: String
  /// The module for vectors, where it is another one.
  package var vectorModule: String?
  /// The label of the input's channels or features, which come first; nil where the module does not ask.
  package var channels: String?
  /// By the fields' names.
  package var fields: [String: FieldSpelling]
  /// Arguments that no field gives, as Python writes them: `dim=1`.
  package var constants: [String]

  package init(
    _ module: String, vectors vectorModule: String? = nil, channels: String? = nil,
    fields: [String: FieldSpelling] = [:], constants: [String] = []
  ) {
    self.module = module
    self.vectorModule = vectorModule
    self.channels = channels
    self.fields = fields
    self.constants = constants
  }

  /// The module for an input with so many spatial axes: `Conv1d` of a signal, where `module` is that of maps, `Conv2d`;
  /// none of a vector.
  package func module(axes count: Int) -> String {
    if count == 0 { return vectorModule ?? module }
    return module.hasSuffix("2d") ? "\(module.dropLast(2))\(count)d" : module
  }
}

extension TorchSpelling {
  /// The fields of a window, as PyTorch's convolutions and pools call them.
  static let window: [String: FieldSpelling] = ["kernel": .labelled("kernel_size")]

  /// The fields of a convolution.
  static let convolution = window.merging(["out": .labelled("out_channels")]) { $1 }

  /// The fields of a norm.
  static let norm: [String: FieldSpelling] = ["epsilon": .labelled("eps")]
}
