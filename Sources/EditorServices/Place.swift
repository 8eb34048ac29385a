import Layers
import Recipes
import SpecLanguage

/// What a value of a spec or a recipe is for, by the keys that lead to it: what may stand there follows.
indirect enum Place {
  case root
  /// A name or a sentence for people.
  case text
  /// A file beside the spec.
  case file
  /// `params`, of the model or a block.
  case parameters(block: String?)
  /// `int = 4`.
  case declaration
  case functions
  case blocks
  case block(String)
  case blockInputs
  /// A list of layers.
  case items
  case item
  /// A list of layers, or one in its place.
  case body
  case branches
  case forEach
  case rows
  case row
  case shortcut
  /// A layer's fields.
  case fields(LayerDeclaration)
  case field(Field)
  /// A block's arguments.
  case arguments(String)
  /// What a parameter, a column or an argument may be: an expression, a list, a layer.
  case value
  case expression
  /// An earlier node.
  case reference
  /// The name that an item gives itself.
  case nodeName
  /// The variable of a loop.
  case loopName
  /// A parameter of type layer that is used.
  case parameterName
  case words([String])
  case variants
  case variant
  case heads
  case head
  case outputs
  case inputs
  case input
  case defaults
  case expectation
  case preprocessing
  case sweeps
  case sweep
  case sweepAxes
  case recipe([RecipeField])
  case recipeValue(RecipeType)
  case recipes
  case other

  /// Keys of an item that stand beside its operation.
  static let itemKeys: [(name: String, summary: String)] = [
    ("name", "The item's name in paths and in the names of tensors."),
    ("from", "The values that flow in, instead of the item before."),
    ("when", "A condition; where it is false the item is not there."),
    ("repeat", "How many copies follow one another; `i`, `first` and `last` tell them apart."),
    ("expect", "Shapes and figures that the item must have."),
  ]

  static let rootKeys: [(name: String, summary: String)] = [
    ("cnnc", "The version of the format: 1."), ("model", "The network's name, which becomes a Swift type."),
    ("summary", "What the network is, in a sentence."), ("source", "The paper or the code that the spec follows."),
    ("import", "Files with blocks, functions and defaults, in the spec's folder or below it."),
    ("network", "Another spec in this file's folder, whose network this is."),
    ("params", "The model's parameters: `name: type` or `name: type = value`."),
    ("functions", "Functions that expressions call: `ch(c): max(8, int(c * alpha))`."),
    ("input", "What flows in: `{channels: 3, size: 224}`, or `{features: 784}`."),
    ("inputs", "Several inputs by name."), ("defaults", "Fields of the layers written in this file, by layer kind."),
    ("blocks", "Named lists of layers with parameters."), ("layers", "The network's layers, one after the other."),
    ("aux", "Heads that exist in training only, by name."), ("outputs", "The network's outputs by name."),
    ("expect", "Figures and shapes that the network must have."),
    ("variants", "Sets of parameter values with names."), ("sweeps", "Tables of a paper: parameters that vary."),
    ("preprocess", "How an image becomes the network's input."), ("labels", "The classes' names: a file, or a list."),
    ("weights", "Rules from the network's tensor names to those of a published file."),
    ("train", "How the network is trained."), ("recipes", "Further ways of training, by name."),
  ]

  /// Keys of a mapping with fixed keys, with what they mean.
  var fixedKeys: [(name: String, summary: String)] {
    switch self {
    case .root: Self.rootKeys
    case .block:
      [
        ("params", "Parameters: `name: type` or `name: type = value`."),
        ("layers", "Layers on a level with names of its own."), ("seq", "A list written in place of its use."),
        ("inputs", "Names for what flows in, the first one first."), ("summary", "What the block is."),
      ]
    case .forEach:
      (CombinatorDocumentation.all.first { $0.keyword == "for_each" }?.keys ?? []).map { ($0.name, $0.documentation) }
    case .input:
      [
        ("channels", "The channels of the image or signal."), ("size", "Height and width: a number, or two."),
        ("height", "The height in pixels."), ("width", "The width in pixels."), ("depth", "The slices of a volume."),
        ("length", "The samples of a signal."), ("features", "The length of a vector."),
      ]
    case .expectation:
      [
        ("params", "Trainable parameters."), ("macs", "Multiply-accumulates an image."),
        ("params_with_aux", "Trainable parameters with those of the heads."), ("input", "The shape that flows in."),
        ("output", "The shape that comes out."),
      ]
    case .shortcut:
      [
        ("project", "Where the shapes differ, this with `out`, `stride` and `kernel` filled in."),
        ("name", "The shortcut's name."), ("when", "A condition; where it is false nothing is added."),
      ]
    case .preprocessing:
      [
        ("orient", "Whether photographs are set upright as their EXIF says: exif or none."),
        ("resize", "The shorter side in pixels, or height and width."), ("crop", "The middle that is cut out."),
        ("interpolation", "How pixels are made between pixels."), ("scale", "What a pixel's value is multiplied by."),
        ("mean", "What is subtracted, by channel."), ("std", "What it is divided by, by channel."),
        ("order", "The order of the colours: rgb or bgr."),
      ]
    case .sweep: [("over", "The parameters with their values."), ("expect", "The figures of the table.")]
    default: []
    }
  }

  /// What the value of a key is for.
  func next(_ key: String) -> Place {
    switch self {
    case .root:
      switch key {
      case "import", "network", "labels": return .file
      case "params": return .parameters(block: nil)
      case "functions": return .functions
      case "input": return .input
      case "inputs": return .inputs
      case "defaults": return .defaults
      case "blocks": return .blocks
      case "layers": return .items
      case "aux": return .heads
      case "outputs": return .outputs
      case "expect": return .expectation
      case "variants": return .variants
      case "sweeps": return .sweeps
      case "preprocess": return .preprocessing
      case "train": return .recipe(RecipeField.all)
      case "recipes": return .recipes
      case "model", "summary", "source": return .text
      default: return .other
      }
    case .parameters: return .declaration
    case .functions: return .expression
    case .blocks: return .block(key)
    case .block(let name):
      switch key {
      case "inputs": return .blockInputs
      case "params": return .parameters(block: name)
      case "layers", "seq": return .items
      default: return .text
      }
    case .item, .body, .head: return Self.nextOfItem(key)
    case .branches: return .body
    case .forEach:
      switch key {
      case "rows": return .rows
      case "layers": return .items
      case "as": return .loopName
      default: return .other
      }
    case .row: return .value
    case .shortcut:
      switch key {
      case "project": return .body
      case "name", "when": return Self.nextOfItem(key)
      default: return Self.nextOfItem(key)
      }
    case .fields(let declaration):
      return declaration.written.first { $0.name == key }.map { .field($0) } ?? .other
    case .arguments, .variant: return key == "expect" ? .expectation : .value
    case .variants: return .variant
    case .heads: return .head
    case .outputs: return .reference
    case .inputs: return .input
    case .input: return .expression
    case .defaults: return LayerRegistry.declaration(key).map { .fields($0) } ?? .other
    case .expectation: return ["input", "output"].contains(key) ? .expression : .other
    case .preprocessing: return ["interpolation", "order", "orient"].contains(key) ? .other : .expression
    case .sweeps: return .sweep
    case .sweep: return key == "over" ? .sweepAxes : .other
    case .sweepAxes: return .value
    case .recipes: return .recipe(RecipeField.all)
    case .recipe(let fields): return fields.first { $0.name == key }.map { .recipeValue($0.type) } ?? .other
    case .recipeValue(let type): return Self.next(key, of: type)
    // What is handed over as a layer.
    case .value: return Self.nextOfItem(key)
    default: return .other
    }
  }

  private static func nextOfItem(_ key: String) -> Place {
    switch key {
    case "name": return .nodeName
    case "from", "share": return .reference
    case "when", "repeat", "weight", "shares": return .expression
    case "expect": return .expectation
    case "join": return .words(Join.allCases.map(\.rawValue))
    case "shortcut": return .shortcut
    case "seq", "layers": return .items
    case "residual", "gate", "append", "splice": return .body
    case "branches", "split": return .branches
    case "for_each": return .forEach
    case "use": return .parameterName
    case "with": return .arguments("")
    default:
      if let declaration = LayerRegistry.declaration(key) { return .fields(declaration) }
      return isBlockName(key) ? .arguments(key) : .other
    }
  }

  private static func next(_ key: String, of type: RecipeType) -> Place {
    switch type {
    case .mapping(let fields, _): return Place.recipe(fields).next(key)
    case .choice(let choices), .choices(let choices):
      return choices.first { $0.name == key }.map { .recipeValue(.mapping($0.fields, main: $0.main)) } ?? .other
    default: return .other
    }
  }

  /// What an element of a list is for.
  var element: Place {
    switch self {
    case .items, .body: .item
    case .shortcut: .item
    case .branches: .body
    case .rows: .row
    case .recipeValue(.mappings(let fields)): .recipe(fields)
    case .file, .blockInputs, .reference, .expression, .value, .field, .recipeValue: self
    default: .other
    }
  }

  /// Whether a word here is a layer kind, a block or a combinator.
  var takesOperation: Bool {
    switch self {
    case .items, .item, .body, .shortcut, .head, .branches: true
    default: false
    }
  }

  /// Whether what stands here is computed.
  var isExpression: Bool {
    switch self {
    case .expression, .value, .rows: true
    case .field(let field):
      switch field.type {
      case .word, .text, .initializers, .node: false
      default: true
      }
    default: false
    }
  }

  static func isBlockName(_ word: String) -> Bool { word.first.map { ("A"..."Z").contains($0) } ?? false }
}
