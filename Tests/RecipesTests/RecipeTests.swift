import Diagnostics
import Testing

@testable import Recipes

/// What is written in a recipe and what is found in it.
func readRecipe(_ text: String) -> (settings: RecipeSettings, found: [Diagnostic]) {
  var reader = RecipeReader()
  let settings = reader.settings(inText: text)
  return (settings, reader.diagnostics.sorted)
}

@Suite("Recipes")
struct RecipeTests {
  private static let whole = """
    data: {idx: fashion}
    validation: test
    epochs: 20
    batch: 128
    loss: {cross_entropy: {label_smoothing: 0.1}}
    optimizer: {sgd: {lr: 0.1, momentum: 0.9, nesterov: true, weight_decay: 5e-4, decay_norms: false}}
    schedule: {cosine: {min: 1e-5, per: step}}
    warmup: 2
    rates: {"fc.*": 1, "*": 0.1}
    augment: [pad_crop: {padding: 4}, flip, erase: 0.1, randaugment, random_resized_crop: {area: [0.5, 1]}]
    mix: {mixup: 0.2, cutmix: 1.0}
    freeze: [stem, layer1.*]
    dropout: false
    ema: 0.9998
    clip_norm: 1.0
    seed: 42
    patience: 5
    expect: {top1: 0.92}
    stages: [{epochs: 3, freeze: ["*", "!fc"]}, {optimizer: {sgd: {lr: 0.01}}, freeze: [], augment: [flip]}]
    """

  /// Every standard can be read where it stands for something.
  @Test func standardsAreWellFormed() {
    func check(_ fields: [RecipeField]) {
      for field in fields {
        #expect(field.standard == nil || field.standardValue != nil, "\(field.name): \(field.standard ?? "")")
        #expect(!field.summary.isEmpty && field.summary.hasSuffix("."))
        switch field.type {
        case .choice(let choices), .choices(let choices): for choice in choices { check(choice.fields) }
        case .mapping(let fields, let main):
          check(fields)
          #expect(main == nil || fields.contains { $0.name == main })
        case .mappings(let fields): check(fields)
        default: break
        }
      }
    }
    check(RecipeField.all)
  }

  /// What is written out reads back to the same, and is shown once.
  @Test func writtenRecipesReadBack() {
    let (settings, _) = readRecipe(Self.whole)
    let text = RecipeWriter.yaml(settings)
    let (again, found) = readRecipe(text)
    #expect(found.isEmpty && again == settings, "\(text)")
    #expect(RecipeWriter.yaml(again) == text)
    let odd = "freeze: [\"a\\\"b\\\\\", \"tab\\t\", \"ü*\"]\nexpect: {top5: 1}\nloss: {radial_basis: {j: -0.25}}\n"
    #expect(readRecipe(RecipeWriter.yaml(readRecipe(odd).settings)).settings == readRecipe(odd).settings)
  }

  /// What is wrong is found where it stands, and said with what would be right.
  @Test(arguments: [
    ("batch_size: 3", DiagnosticID.unknownKey, 1, 1, "here it is called 'batch'"),
    ("epochs: many", .wrongType, 1, 9, "an integer"),
    ("epochs: -1", .outOfRange, 1, 9, "from 0"),
    ("epochs: 3\noptimizer: {sgd: {lr: fast}}", .wrongType, 2, 23, "a number"),
    ("optimizer: {sgb: {lr: 1}}", .unknownKey, 1, 13, "did you mean 'sgd'"),
    ("optimizer: {sgd: {lr: 1}, adam: {lr: 1}}", .conflict, 1, 27, "one thing"),
    ("optimizer: [sgd]", .wrongType, 1, 12, "one of sgd"),
    ("augment: [hflip]", .unknownKey, 1, 11, "here it is called 'flip'"),
    ("augment: [rotate: {degrees: 300}]", .outOfRange, 1, 29, "from 0 to 180"),
    ("augment:", .wrongType, 1, 1, "a list"),
    ("data: {folder: ../../etc}", .unreadableFile, 1, 16, "not in the folder"),
    ("data: {folder: /etc}", .unreadableFile, 1, 16, "not in the folder"),
    ("data: folder", .missingKey, 1, 7, "needs path"),
    ("validation: tset", .unknownKey, 1, 13, "did you mean 'test'"),
    ("validation: 1.5", .outOfRange, 1, 13, "to 0.9"),
    ("dropout: maybe", .wrongType, 1, 10, "true or false"),
    ("schedule: {multi_step: [3, 2]}", .outOfRange, 1, 24, "grow"),
    ("schedule: step", .missingKey, 1, 11, "needs size"),
    ("augment: [erase: {area: [1, 0.5]}]", .outOfRange, 1, 25, "larger"),
    ("rates: 0.1", .wrongType, 1, 8, "patterns"),
    ("validation: none\nexpect: {top1: 0.5}", .conflict, 2, 1, "tested on"),
    ("expect: {top1: 0.5}\nvalidation: 0", .conflict, 1, 1, "tested on"),
    ("stages: [{epochs: 1}]\nepochs: 4", .conflict, 2, 1, "stages"),
    ("expect: {top1: 92}", .outOfRange, 1, 16, "to 1"),
    ("ema: 1", .outOfRange, 1, 6, "from 0 to 0.9999999"),
    ("[1]", .wrongType, 1, 1, "a mapping"),
    ("clip_norm: .nan", .wrongType, 1, 12, "a number"),
    ("seed: 1e3", .wrongType, 1, 7, "an integer"),
  ])
  func faultsAreFound(text: String, id: DiagnosticID, line: Int, column: Int, message: String) throws {
    let found = readRecipe(text).found
    let first = try #require(found.first, "nothing was found")
    #expect(first.id == id && first.span.start.line == line && first.span.start.column == column, "\(first)")
    #expect((first.message + first.notes.map(\.message).joined()).contains(message), "\(first.message)")
  }
}
