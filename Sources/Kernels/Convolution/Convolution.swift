import Tensors

/// A 2-D convolution of known shapes, with what follows it: what is to be computed, and not how.
///
/// `y[o] = act(Σ weight[o, c] ⋆ x[c] + bias[o] + residual[o])`, over the channels of o's group; see `Plain.conv2D`.
package struct Convolution: Sendable {
  package var input: BlockedMaps
  /// As many rows and columns as the window says.
  package var output: BlockedMaps
  package var window: SlidingWindow
  package var groups: Int
  package var epilogue: Epilogue

  package init(
    input: BlockedMaps, output: BlockedMaps, window: SlidingWindow, groups: Int = 1, epilogue: Epilogue = .none
  ) {
    self.input = input
    self.output = output
    self.window = window
    self.groups = groups
    self.epilogue = epilogue
  }

  /// The channels of a group.
  var groupInputs: Int { input.channels / groups }
  /// The outputs of a group.
  var groupOutputs: Int { output.channels / groups }

  /// `3×3`, and its stride and dilation if they are not 1.
  var windowName: String {
    let (down, across) = (window.vertical, window.horizontal)
    func pair(_ a: Int, _ b: Int) -> String { a == b ? "\(a)" : "\(a)×\(b)" }
    let stride = down.stride * across.stride == 1 ? "" : " stride \(pair(down.stride, across.stride))"
    let dilation = down.dilation * across.dilation == 1 ? "" : " dilation \(pair(down.dilation, across.dilation))"
    return "\(down.kernel)×\(across.kernel)\(stride)\(dilation)"
  }
}
