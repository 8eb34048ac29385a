import Shapes
import Tensors

/// A kind of layer: all that cnnc knows of it stands in one type in one file.
///
/// The fields a spec may write, their documentation, the shape rule, the parameters, the cost and the names in Swift and
/// PyTorch come from here; so do `cnnc layers`, the reference in `docs/language.md`, the graph's JSON, the layers of
/// NeuralNetworks and generated code. Whatever a stage wants to know of a kind, it asks here. To add a kind, write the
/// type in `Kinds/` and add it to `LayerRegistry.kinds`.
package protocol LayerKind: Sendable {
  /// The word in a spec: `conv`.
  static var keyword: String { get }
  /// What the kind is and where it comes from.
  static var documentation: LayerDocumentation { get }
  /// How many values flow in; one unless declared otherwise.
  static var inputCount: ClosedRange<Int> { get }
  /// The first part of the names that layers of the kind get by themselves: `conv` in `conv1`.
  static var namePrefix: String { get }
  /// How the kind is written in Swift; its keyword in Swift's manner unless declared otherwise.
  static var swift: SwiftSpelling { get }
  /// How the kind is written in PyTorch. There is no default, so that no kind is without.
  static var torch: TorchSpelling { get }
  /// The same where it depends on a layer's fields.
  static func torch(_ use: TorchUse) -> TorchSpelling
  /// Where the output's channels come from; the input's unless declared otherwise.
  static var outputChannels: ChannelSource { get }

  /// Reads the fields; called once without values to learn which fields there are.
  ///
  /// - Throws: `FieldError` when fields contradict each other.
  init(reading fields: inout FieldReader) throws(FieldError)

  /// The shape of the output for the given inputs, all without the batch.
  ///
  /// - Throws: `ShapeError` when the inputs do not suit the layer.
  func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape

  /// The tensors of such layers, in the order of a state_dict; what one layer has is `tensors(for:)`. Called only with
  /// inputs that `outputShape` accepts.
  func parameters(for inputs: [Shape]) -> [ParameterSpec]

  /// What the spec says of the tensors.
  var tensorSettings: TensorSettings { get }

  /// The values that the spec gives a tensor; nil where it gives none. Such a tensor may be missing from files of weights if
  /// training does not change it, and begins with these values if it does.
  func givenValues(of tensor: String) -> TensorValues?

  /// What each element of a tensor is before training; nil for tensors whose first values are drawn, and for zeros.
  func start(of tensor: String) -> Double?

  /// Multiply-accumulates an image, counted for convolutions and linear layers only.
  func macs(for inputs: [Shape], output: Shape) -> Extent

  /// The layer's output at inference, for inputs with their batch and all of the layer's tensors in their shapes.
  ///
  /// Called only with inputs that `outputShape` accepts; calls operations, holds no loops.
  func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor

  /// Elements of an image that the layer makes on its way to the output, beyond one value of the output's size; none unless
  /// declared otherwise.
  func intermediateElements(for inputs: [Shape], output: Shape) -> Extent

  /// What the layer does, as far as counting conventions and memory planning tell layers apart.
  var operation: LayerOperation { get }

  /// The window of a layer that slides one over feature maps; nil unless the kind is a `WindowedLayer`.
  var slidingWindow: Window? { get }

  /// How the layer's outputs see its input, for the receptive field.
  func reach(over input: Shape) -> Reach

  /// Why the output has its shape: formulas with the numbers put in, a line each.
  func explanation(for inputs: [Shape], output: Shape) -> [String]

  /// The layers that the kind consists of, in order, if it is a composition; such a kind has no node of its own.
  var expansion: [ExpandedLayer] { get }

  /// What the report prints beside the layer, whatever its input: `groups 32`.
  var summary: String { get }

  /// What the report prints beside the layer for an input with so many spatial axes: `7×7 /2`, of a signal `80 /16`. The
  /// summary, unless sizes along axes are in it.
  func summary(axes count: Int) -> String

  /// What fields come to for inputs that `outputShape` accepts, where there are several ways to say the same: words and
  /// what follows from other fields as numbers. Fields that are not here mean what they say.
  func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue]

  /// What of its input a layer must know when it is made, before there is one; nothing unless declared otherwise.
  var needs: InputNeed { get }

  /// Whether the output is the same whatever is added to a whole channel of the input, so that a bias before the layer
  /// does nothing.
  var subtractsChannelMeans: Bool { get }

  /// What the numbers are that the layer makes of a class.
  var scores: ScoreMeaning { get }

  /// What counting tools count for each element of the input.
  var elementCounts: ElementCounts { get }

  /// What a counting tool counts for one image.
  func count(by tool: CountingTool, for inputs: [Shape], output: Shape) -> Extent
}

extension LayerKind {
  package static var inputCount: ClosedRange<Int> { 1...1 }
  package static var namePrefix: String { keyword }
  package static var outputChannels: ChannelSource { .input }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] { [] }
  package func start(of tensor: String) -> Double? { nil }
  package func macs(for inputs: [Shape], output: Shape) -> Extent { 0 }
  package func intermediateElements(for inputs: [Shape], output: Shape) -> Extent { 0 }
  package func reach(over input: Shape) -> Reach { .pointwise }
  package var slidingWindow: Window? { nil }
  package var expansion: [ExpandedLayer] { [] }
  package var summary: String { "" }
  package func summary(axes count: Int) -> String { summary }
  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] { [:] }
  package var needs: InputNeed { .nothing }
  package var subtractsChannelMeans: Bool { false }
  package var scores: ScoreMeaning { .logits }

  /// Whether layers of the kind take several inputs.
  package static var isJoin: Bool { inputCount.upperBound > 1 }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["the output has the shape of the input, \(output)"]
  }
}

/// What the documentation says of a kind.
package struct LayerDocumentation: Sendable {
  /// The heading under which the reference lists the kind.
  package enum Group: String, Sendable, CaseIterable {
    case convolution = "Convolutions and linear layers"
    case pooling = "Pooling"
    case normalization = "Normalization and regularization"
    case activation = "Activations"
    case arrangement = "Shape and arrangement"
    case join = "Joins"
    case historical = "LeNet-5, 1998"
  }

  package var group: Group
  /// One sentence.
  package var summary: String
  /// The shape and the value, as formulas in plain text.
  package var formula: String
  /// The paper it comes from, where there is one.
  package var source: String?
  /// An item of a layer list that uses it.
  package var example: String

  package init(_ group: Group, _ summary: String, formula: String, source: String? = nil, example: String) {
    self.group = group
    self.summary = summary
    self.formula = formula
    self.source = source
    self.example = example
  }
}

/// What a layer does, as far as counting conventions and memory planning tell layers apart.
package enum LayerOperation: Hashable, Sendable {
  case convolution
  case linear
  /// Batch norm; `affine` with scale and shift.
  case batchNorm(affine: Bool)
  /// Norms over one image: layer and group norm.
  case imageNorm(affine: Bool)
  case localResponseNorm
  case activation
  case softmax
  case maxPool
  case averagePool
  /// Averages whose windows follow from the input's size, global ones among them; `area` pixels each.
  case adaptiveAveragePool
  case adaptiveMaxPool
  /// Joins and scalings, element by element.
  case elementwise
  case upsample(bilinear: Bool)
  /// Copies: concat, pad, crop, shuffle.
  case movement
  /// Nothing at inference: the output is the input, perhaps under another shape.
  case view
  /// Everything else with arithmetic of its own.
  case other
}

/// Where a layer's output channels, or features, come from.
package enum ChannelSource: Hashable, Sendable {
  /// They are the input's, the first one's of a join.
  case input
  /// A field says them.
  case field(String)
  /// The input's, times a field.
  case multiple(field: String)
  /// All inputs' together.
  case sum
}

/// What of its input a layer must know when it is made: what the shapes of its tensors follow from beside its fields.
package enum InputNeed: Hashable, Sendable {
  case nothing
  /// The number of channels or features, and how many spatial axes there are.
  case channels
  /// The whole shape.
  case shape
  /// How many inputs there are.
  case inputCount
}

/// What a number is that a network's last layer makes of a class.
package enum ScoreMeaning: Hashable, Sendable {
  /// The larger, the likelier; a softmax makes probabilities of them. Logarithms of probabilities are among these.
  case logits
  case probabilities
  /// Logarithms of shares that add up to 1.
  case logProbabilities
  /// Probabilities of classes that do not exclude each other.
  case independentProbabilities
  /// The smaller, the likelier: distances to the classes' codes.
  case distances
}

/// How one output pixel of a layer sees the input: the window's extent and the step between neighbours.
package enum Reach: Hashable, Sendable {
  /// Each output pixel sees the same pixel of the input.
  case pointwise
  /// A window of `extent` pixels (dilation included), moved by `stride`.
  case window(extent: AxisSizes, stride: AxisSizes)
  /// Neighbouring outputs are closer together than neighbouring inputs: upsampling by a factor.
  case enlarged(extent: AxisSizes, by: AxisSizes)
  /// Every output sees the whole input.
  case global
}

/// One tensor of a layer.
package struct ParameterSpec: Hashable, Sendable {
  package enum Role: String, Hashable, Sendable {
    /// Learned by training.
    case trainable
    /// Part of the model, but fixed, such as an RBF's centers.
    case fixed
    /// What training moves and does not learn: running means and variances, the singular vectors of a spectral norm.
    case buffer
  }

  /// The last part of the tensor's name: `weight`, `bias`, `running_mean`.
  package var name: String
  /// The shape as PyTorch has it: a convolution's is O×I/g×kH×kW, a linear layer's O×I.
  package var shape: [Int]
  package var role: Role

  package init(_ name: String, _ shape: [Int], role: Role = .trainable) {
    self.name = name
    self.shape = shape
    self.role = role
  }

  package var elements: Int { shape.reduce(1, saturatingProduct) }
}

/// A part of a kind that consists of others.
package struct ExpandedLayer: Sendable {
  /// The part's name below the layer's: `depthwise`.
  package var name: String
  package var keyword: String
  package var fields: [String: FieldValue]

  package init(name: String, keyword: String, fields: [String: FieldValue]) {
    self.name = name
    self.keyword = keyword
    self.fields = fields
  }
}
