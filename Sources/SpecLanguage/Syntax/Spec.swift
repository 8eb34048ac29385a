import Diagnostics
import Expressions
import Layers
import Recipes

/// A spec as written: decoded and validated, nothing expanded, everything with its place.
package struct Spec: Sendable {
  package var source: SourceID
  package var model: String
  package var modelSpan: Span
  package var summary: String?
  /// The paper or the code that the spec follows.
  package var citation: String?
  package var parameters: [ParameterDeclaration] = []
  /// The model's inputs in their order; one without a name unless the spec says `inputs:`.
  package var inputs: [InputDeclaration]
  /// The files that the spec consists of, its own first.
  package var units: [SpecUnit]
  /// The blocks of all files by name.
  package var blocks: [String: Block] = [:]
  package var layers: [Item] = []
  package var layersSpan: Span
  package var heads: [AuxiliaryHead] = []
  package var outputs: [OutputDeclaration] = []
  package var expectation: Expectation?
  package var variants: [Variant] = []
  package var sweeps: [Sweep] = []
  package var preprocessing: Preprocessing?
  package var labels: LabelSource?
  package var weightMaps: [WeightMap] = []
  /// How the network is trained, as far as `train` says it.
  package var training: RecipeSettings?
  /// Further ways under `recipes`.
  package var recipes: [NamedRecipe] = []
  /// The patterns of tensor names in all of those.
  package var recipePatterns: [RecipePattern] = []
  /// The losses in all of those.
  package var recipeLosses: [RecipeLoss] = []

  /// The first input: what flows into the first layer.
  package var input: InputDeclaration { inputs[0] }

  package func variant(named name: String) -> Variant? { variants.first { $0.name == name } }
}

/// What one file brings: the functions its expressions call and the defaults of the layers written in it.
package struct SpecUnit: Sendable {
  package var source: SourceID
  package var functions: [String: FunctionDeclaration] = [:]
  /// By layer kind.
  package var defaults: [String: [Argument]] = [:]
}

/// The type of a parameter of a model or a block.
package enum ParameterType: String, Sendable, CaseIterable {
  case int
  case float
  case bool
  case size
  case padding
  /// An item of a layer list.
  case layer

  /// The type of a layer's field that takes the same values; nil for an item, which no field takes.
  package var fieldType: Field.FieldType? {
    let integers = -FieldReader.largestInt...FieldReader.largestInt
    return switch self {
    case .int: .int(integers)
    case .float: .float(-Double.infinity...Double.infinity)
    case .bool: .bool
    case .size: .size(integers)
    case .padding: .padding
    case .layer: nil
    }
  }
}

/// `alpha: float = 1.0`.
package struct ParameterDeclaration: Sendable {
  package var name: String
  package var nameSpan: Span
  package var type: ParameterType
  package var defaultValue: ArgumentValue?
}

/// A named list of layers with parameters.
package struct Block: Sendable {
  package enum Form: Sendable {
    /// `layers:`, a level of its own with its own names, and a Swift type.
    case module
    /// `seq:`, a list written in place of its use.
    case list
  }

  package var name: String
  package var nameSpan: Span
  package var unit: Int
  package var summary: String?
  /// The names of the values that flow in, the first one first; none for a block with one input and no name for it.
  package var inputs: [BlockInput] = []
  package var parameters: [ParameterDeclaration]
  package var form: Form
  package var layers: [Item] = []
}

/// A value that flows into a block, as the block calls it.
package struct BlockInput: Sendable {
  package var name: String
  package var span: Span
}

/// `input: {channels: 3, size: 224}`, `{channels: 1, length: 16000}` or `{features: 784}`; an entry of `inputs:` has a name.
package struct InputDeclaration: Sendable {
  package enum Form: Sendable {
    /// Channels with the sizes of the spatial axes: the length of a signal, height and width of maps, depth
    /// before those of a volume.
    case spatial(channels: Expression, sizes: [Expression])
    case features(Expression)
  }

  package var name: String?
  package var form: Form
  package var span: Span

  /// The spatial axes of the input, none of a vector.
  package var axisCount: Int {
    switch form {
    case .spatial(_, let sizes): sizes.count
    case .features: 0
    }
  }
}

/// A head that exists in training only: counted apart, `weight` is its share of the loss.
package struct AuxiliaryHead: Sendable {
  package var name: String
  package var nameSpan: Span
  package var weight: Expression?
  package var item: Item
}

/// `outputs: {logits: fc}`.
package struct OutputDeclaration: Sendable {
  package var name: String
  package var nameSpan: Span
  package var reference: Reference
}

/// A way of training with a name.
package struct NamedRecipe: Sendable {
  package var name: String
  package var nameSpan: Span
  package var settings: RecipeSettings
}

/// A set of parameter values with a name.
package struct Variant: Sendable {
  package var name: String
  package var nameSpan: Span
  package var assignments: [Argument]
  package var expectation: Expectation?
}

/// A table of a paper: parameters that vary and the figures expected.
package struct Sweep: Sendable {
  package struct Axis: Sendable {
    package var parameter: String
    package var span: Span
    package var values: [ArgumentValue]
  }

  package struct Column: Sendable {
    package var metric: Expectation.Metric
    package var span: Span
    package var values: [ExpectedNumber]
  }

  package var name: String
  package var nameSpan: Span
  package var axes: [Axis]
  package var columns: [Column]
}

/// How an image becomes the network's input.
package struct Preprocessing: Sendable {
  /// Whether images are turned: `exif`, as their files say, or `none`; nil where that is not written, which turns none.
  package var orientation: String?
  /// The shorter side after resizing, in pixels, or height and width.
  package var resize: [Expression] = []
  package var crop: [Expression] = []
  package var interpolation: String = "bilinear"
  /// What a pixel value of 0 to 255 is multiplied by; 1/255 unless written.
  package var scale: Expression?
  package var mean: [Expression] = []
  package var deviation: [Expression] = []
  package var channelOrder: String = "rgb"
  package var span: Span
}

/// The classes' names: a file beside the spec, or a list.
package enum LabelSource: Sendable {
  case file(String, Span)
  case list([String], Span)
}

/// Rules from the network's tensor names to those of a published file.
package struct WeightMap: Sendable {
  package struct Rule: Sendable {
    package var pattern: String
    package var replacement: String
    package var span: Span
  }

  package var name: String
  package var rules: [Rule]
}
