/// A function or a class of Python that is written into a file where a layer needs it.
package struct TorchHelper: Hashable, Sendable {
  /// What it defines.
  package var name: String
  /// Its text, formatted as `ruff format` does.
  package var source: String
  /// Other helpers that it uses.
  package var needs: [TorchHelper]

  package init(_ name: String, needs: [TorchHelper] = [], _ source: String) {
    self.name = name
    self.source = source
    self.needs = needs
  }

  /// The helper for an input with so many spatial axes.
  package func along(axes count: Int) -> TorchHelper {
    if count == 0 || count == 2 { return self }
    let digits = "\(count)d"
    return TorchHelper(
      Self.replacing("2d", in: name, with: digits), needs: needs.map { $0.along(axes: count) },
      Self.replacing("2d", in: source, with: digits))
  }

  static func replacing(_ part: String, in text: String, with other: String) -> String {
    var result = ""
    var rest = text[...]
    while let first = rest.first {
      if rest.hasPrefix(part) {
        result += other
        rest = rest.dropFirst(part.count)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }
}

extension TorchHelper {
  /// A number for each axis.
  static let axes = TorchHelper(
    "axes",
    #"""
    def axes(value: int | Sequence[int], count: int) -> tuple[int, ...]:
        """A number for each axis."""
        return (value,) * count if isinstance(value, int) else tuple(value)
    """#)

  /// The pixels of padding along each axis.
  static let sides = TorchHelper(
    "sides", needs: [axes],
    #"""
    def sides(
        padding: int | str | Sequence[int], extents: Sequence[int]
    ) -> list[tuple[int, int]]:
        """The pixels before and after along each axis, for the pixels that a kernel spans."""
        if padding == "half":
            return [(extent // 2, extent // 2) for extent in extents]
        if isinstance(padding, str):
            return [(0, 0)] * len(extents)
        if isinstance(padding, Sequence) and len(padding) == 2 * len(extents):
            return list(zip(padding[::2], padding[1::2], strict=True))
        return [(side, side) for side in axes(padding, len(extents))]
    """#)

  /// The padding of a window, whatever it is.
  static let pad_window = TorchHelper(
    "pad_window", needs: [sides],
    #"""
    def pad_window(
        x: Tensor,
        padding: int | str | Sequence[int],
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] = 1,
        dilation: int | Sequence[int] = 1,
        value: float = 0.0,
    ) -> Tensor:
        """Pads maps for a window: by pixels, or with "same" so that they shrink by the stride."""
        count = x.dim() - 2
        extents = [
            step * (taps - 1) + 1
            for taps, step in zip(
                axes(kernel_size, count), axes(dilation, count), strict=True
            )
        ]
        rims = sides(padding, extents)
        if padding == "same":
            steps = axes(stride, count)
            sizes = zip(x.shape[2:], extents, steps, strict=True)
            lacking = [max(0, (-(-n // s) - 1) * s + e - n) for n, e, s in sizes]
            rims = [(pixels // 2, pixels - pixels // 2) for pixels in lacking]
        return F.pad(x, [side for rim in reversed(rims) for side in rim], value=value)
    """#)

  /// A pool with any padding.
  static let padded_pool = TorchHelper(
    "padded_pool", needs: [.pad_window],
    #"""
    def padded_pool(
        pool: Callable[[Tensor], Tensor],
        x: Tensor,
        pad: int | str | Sequence[int],
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int],
        dilation: int | Sequence[int] = 1,
        value: float = 0.0,
    ) -> Tensor:
        """Pools padded maps; windows begin before the padding at the end."""
        y = pool(pad_window(x, pad, kernel_size, stride, dilation, value))
        if pad == "same":
            return y
        count = x.dim() - 2
        windows = zip(axes(kernel_size, count), axes(dilation, count), strict=True)
        rims = sides(pad, [step * (taps - 1) + 1 for taps, step in windows])
        for axis, step in enumerate(axes(stride, count)):
            outputs = -(-(x.shape[axis + 2] + rims[axis][0]) // step)
            y = y.narrow(axis + 2, 0, min(y.shape[axis + 2], outputs))
        return y
    """#)

  /// Symmetric padding in pixels, as PyTorch's layers take it.
  package static let half = TorchHelper(
    "pixels", needs: [sides],
    #"""
    def pixels(
        padding: int | str | Sequence[int],
        kernel_size: int | Sequence[int],
        dilation: int | Sequence[int] = 1,
    ) -> tuple[int, ...]:
        """The pixels that `padding` adds on each side: "half" is half of what the kernel spans."""
        lists = [
            v for v in (kernel_size, dilation, padding) if not isinstance(v, int | str)
        ]
        count = max((len(v) for v in lists), default=1)
        extents = [
            step * (taps - 1) + 1
            for taps, step in zip(
                axes(kernel_size, count), axes(dilation, count), strict=True
            )
        ]
        rims = [before for before, _ in sides(padding, extents)]
        return tuple(rims) if count > 1 else rims[0]
    """#)

  /// A function as a module.
  package static let apply = TorchHelper(
    "Apply",
    #"""
    class Apply(nn.Module):
        """A function as a module, for what stands in a sequence."""

        def __init__(self, function: Callable[..., Tensor], **arguments: Any) -> None:
            super().__init__()
            self.function = function
            self.arguments = arguments

        def forward(self, x: Tensor) -> Tensor:
            return self.function(x, **self.arguments)
    """#)

  /// What the spec says of first values.
  package static let start = TorchHelper(
    "start",
    #"""
    def start(module: nn.Module, **first: Callable[[Tensor], object]) -> nn.Module:
        """Fills a layer's tensors with the first values that the spec asks for."""
        for name, tensor in module.named_parameters():
            fill = first.get(name.rpartition(".")[2])
            if fill is not None:
                fill(tensor)
        return module
    """#)

  /// Given values.
  package static let fill = TorchHelper(
    "fill",
    #"""
    def fill(tensor: Tensor, values: Sequence[float] | str) -> None:
        """Writes values into a tensor, again and again until it is full."""
        if isinstance(values, str):
            values = [float(number) for number in values.split()]
        count = tensor.numel() // len(values)
        with torch.no_grad():
            tensor.copy_(torch.tensor(values).repeat(count).view_as(tensor))
    """#)

  /// What a fixed tensor's own values are put in by where a file lacks them; a function of the module, so that networks can be
  /// pickled.
  private static let keep = TorchHelper(
    "keep",
    #"""
    def keep(
        module: nn.Module,
        state: dict[str, Tensor],
        prefix: str,
        *_: Any,
        names: tuple[str, ...],
    ) -> None:
        """Keeps tensors as they are that a state_dict lacks."""
        for name in names:
            state.setdefault(prefix + name, getattr(module, name))
    """#)

  /// Tensors that training leaves as they are.
  package static let fixed = TorchHelper(
    "fixed", needs: [fill, keep],
    #"""
    def fixed(module: nn.Module, **values: Sequence[float] | str) -> nn.Module:
        """Takes a layer out of training; values that the spec gives may lack in a state_dict."""
        tensors = dict(module.named_parameters()) | dict(module.named_buffers())
        for name, numbers in values.items():
            fill(tensors[name], numbers)
        module.register_load_state_dict_pre_hook(partial(keep, names=tuple(values)))
        return module.requires_grad_(False)
    """#)

  /// The nearest multiple of a divisor, as the language rounds widths.
  package static let divisible = TorchHelper(
    "divisible",
    #"""
    def divisible(value: float, divisor: int) -> int:
        """The nearest multiple of a divisor that is not below 90 % of the value."""
        nearest = max(divisor, int((value + divisor / 2) / divisor) * divisor)
        return nearest + divisor if nearest < 0.9 * value else nearest
    """#)
}

extension TorchHelper {
  /// The lengths of a weight that is normalized, from values that were drawn.
  package static let lengths = TorchHelper(
    "set_lengths",
    #"""
    def set_lengths(module: nn.Module) -> nn.Module:
        """Gives the rows of a normalized weight the lengths that their values have."""
        with torch.no_grad():
            module.weight_g.copy_(module.lengths(module.weight_v))
        return module
    """#)
}

extension TorchSpelling.PaddedForm {
  /// A convolution that pads its input by itself.
  static let convolution = TorchSpelling.PaddedForm(
    module: "PaddedConv2d", function: nil,
    helpers: [
      TorchHelper(
        "PaddedConv2d", needs: [.pad_window],
        #"""
        class PaddedConv2d(nn.Conv2d):
            """A convolution with a padding for each side, or with TensorFlow's "same"."""

            def __init__(
                self, *args: Any, pad: int | str | Sequence[int], **options: Any
            ) -> None:
                super().__init__(*args, **options)
                self.pad = pad

            def forward(self, x: Tensor) -> Tensor:
                x = pad_window(x, self.pad, self.kernel_size, self.stride, self.dilation)
                return super().forward(x)
        """#)
    ], hasSame: true)
}

extension TorchSpelling {
  /// How a convolution is applied with another weight.
  static let convolved = """
    F.conv2d(
        x, weight, self.bias, self.stride, self.padding, self.dilation, self.groups
    )
    """
}

extension WeightForm {
  /// What is written around or in place of a module whose weight is computed from other tensors.
  package enum TorchForm {
    /// A function around the module, `nn.utils.spectral_norm`, with arguments as they are written.
    case around(String, [String])
    /// A class with a prefix to the module's name, and arguments as they are written.
    case prefix(String, [String])
  }

  package var torch: TorchForm {
    switch self {
    case .weightNorm: .prefix("WeightNorm", [])
    case .spectralNorm(let dimension):
      .around("nn.utils.spectral_norm", dimension == 0 ? [] : ["dim=\(dimension)"])
    case .standardized(let epsilon): .prefix("Standardized", ["epsilon=\(epsilon)"])
    case .scaledStandardized(let gamma, let epsilon):
      .prefix("ScaledStandardized", ["gamma=\(gamma)", "epsilon=\(epsilon)"])
    }
  }

  /// The class of a module with such a weight; `base` is its class, `weighted` how that is applied with a weight.
  package func torchClass(base: String, weighted: String) -> TorchHelper? {
    guard case .prefix(let prefix, _) = torch else { return nil }
    let bare = base.hasPrefix("nn.") ? String(base.dropFirst(3)) : base
    let call = weighted.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n        ")
    switch self {
    case .weightNorm:
      return TorchHelper(
        prefix + bare,
        #"""
        class \#(prefix)\#(bare)(\#(base)):
            """Each row of the weight has a learned direction and length (Salimans and Kingma 2016)."""

            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, **options)
                weight = self.weight.detach()
                del self.weight
                self.weight_g = nn.Parameter(self.lengths(weight))
                self.weight_v = nn.Parameter(weight)

            @staticmethod
            def lengths(weight: Tensor) -> Tensor:
                return weight.flatten(1).norm(dim=1).view(-1, *[1] * (weight.dim() - 1))

            def forward(self, x: Tensor) -> Tensor:
                weight = self.weight_g * self.weight_v / self.lengths(self.weight_v)
                return \#(call)
        """#)
    case .standardized:
      return TorchHelper(
        prefix + bare,
        #"""
        class \#(prefix)\#(bare)(\#(base)):
            """Each row of the weight has mean 0 and variance 1 (Qiao et al. 2019)."""

            def __init__(self, *args: Any, epsilon: float, **options: Any) -> None:
                super().__init__(*args, **options)
                self.epsilon = epsilon

            def forward(self, x: Tensor) -> Tensor:
                rows = self.weight.flatten(1)
                var, mean = torch.var_mean(rows, dim=1, correction=0, keepdim=True)
                weight = (rows - mean) / (var + self.epsilon).sqrt()
                weight = weight.view_as(self.weight)
                return \#(call)
        """#)
    case .scaledStandardized:
      return TorchHelper(
        prefix + bare,
        #"""
        class \#(prefix)\#(bare)(\#(base)):
            """Each row of the weight has mean 0 and a learned scale (Brock et al. 2021)."""

            def __init__(
                self, *args: Any, gamma: float, epsilon: float, **options: Any
            ) -> None:
                super().__init__(*args, **options)
                self.gamma = gamma
                self.epsilon = epsilon
                ones = [1] * (self.weight.dim() - 1)
                self.gain = nn.Parameter(torch.ones(self.weight.shape[0], *ones))

            def forward(self, x: Tensor) -> Tensor:
                rows = self.weight.flatten(1)
                var, mean = torch.var_mean(rows, dim=1, correction=0, keepdim=True)
                scale = self.gamma * rows.shape[1] ** -0.5
                weight = scale * (rows - mean) / (var + self.epsilon).sqrt()
                weight = self.gain * weight.view_as(self.weight)
                return \#(call)
        """#)
    case .spectralNorm: return nil
    }
  }
}
