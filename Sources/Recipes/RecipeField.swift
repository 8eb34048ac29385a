/// A key of a recipe, or of a part of one: what may stand there and what it means.
///
/// The reader, the reference and the schema are made of these declarations, which `RecipeField.all` lists.
package struct RecipeField: Sendable {
  /// The key.
  package var name: String
  /// What may stand there.
  package var type: RecipeType
  /// What it means, in one sentence.
  package var summary: String
  /// What holds where it is not written, as it would be written; nil for nothing.
  package var standard: String?

  init(_ name: String, _ type: RecipeType, _ summary: String, standard: String? = nil) {
    self.name = name
    self.type = type
    self.summary = summary
    self.standard = standard
  }
}

/// What may stand at a place of a recipe.
package indirect enum RecipeType: Sendable {
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  /// `true` or `false`.
  case flag
  case text
  /// A file or folder, from the folder of the file that it is written in.
  case path
  /// `[0.08, 1]`: a smaller and a larger number.
  case range(ClosedRange<Double>)
  /// Integers that grow.
  case milestones
  /// Patterns of tensor names, one or several, with `*` for any letters.
  case patterns
  /// Numbers by pattern of tensor names.
  case factors(ClosedRange<Double>)
  /// One of several forms: `name`, `name: {…}`, or `name: value` for one that has a main field.
  case choice([RecipeChoice])
  /// Several of them in an order.
  case choices([RecipeChoice])
  /// A mapping; with a main field, its value may stand alone.
  case mapping([RecipeField], main: String? = nil)
  /// Several mappings in an order.
  case mappings([RecipeField])
  /// A number in a range, or a word, or a path.
  case share(ClosedRange<Double>, words: [String])
}

/// One of the forms that a part of a recipe can have.
package struct RecipeChoice: Sendable {
  /// How it is called.
  package var name: String
  /// What it is, in one sentence.
  package var summary: String
  /// What it consists of.
  package var fields: [RecipeField]
  /// The field whose value may stand for all; nil for none.
  package var main: String?

  init(_ name: String, _ summary: String, main: String? = nil, _ fields: [RecipeField] = []) {
    self.name = name
    self.summary = summary
    self.fields = fields
    self.main = main
  }
}
