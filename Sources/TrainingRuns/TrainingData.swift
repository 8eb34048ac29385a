import Datasets

/// The data that a run learns from and is tested on.
package struct TrainingData: Sendable {
  package var training: Dataset
  package var validation: Dataset?
  /// What a user should know: files that were passed over, a test part that serves for choosing.
  package var notes: [String] = []

  /// Opens what a recipe names.
  ///
  /// - Parameters:
  ///   - folder: What relative paths start from.
  ///   - names: The names of the network's classes, in whose order the sets' classes are brought.
  ///   - other: A data set to be tested on, in the place of what the recipe says.
  ///   - share: The part of the training images that is taken, of each class the same.
  ///   - batches: How many batches are learned, and tested on, again and again; nil for all.
  ///   - decoding: How images are kept decoded; nil for not at all.
  /// - Throws: `DatasetError` if a set cannot be read, `TrainingRunError` if there is none.
  package init(
    _ recipe: Recipe, folder: String, names: [String] = [], validatingOn other: Recipe.Source? = nil, share: Double = 1,
    batches: Int? = nil,
    decoding: ImageDecoding? = nil
  ) throws {
    guard let source = recipe.source else {
      throw TrainingRunError("there is no data: --data PATH says where, or `data:` in the recipe")
    }
    var training = try Self.open(source, folder: folder, part: .training)
    if let decoding { training = try decoding.decoded(training, forTraining: true) }
    notes += training.notes
    let ordered = ClassOrder(training, names: names)
    training = ordered.set
    if let note = ordered.note { notes.append(note) }
    if let other {
      validation = try Self.openForTesting(other, folder: folder)
      notes += validation?.notes ?? []
    } else {
      switch recipe.validation {
      case .none: break
      case .testPart:
        validation = try Self.open(source, folder: folder, part: .test)
        notes += validation?.notes ?? []
        notes.append(
          "the test part is what the best weights are chosen by, so its accuracy flatters them; a share of the training "
            + "images, `validation: 0.1`, would not")
      case .share(let share):
        let parts = training.split(share: share, seed: recipe.seed)
        (training, validation) = (parts.rest, parts.part)
      }
    }
    if share < 1 { training = training.split(share: share, seed: recipe.seed &+ 1).part }
    if let batches {
      let wanted = batches.multipliedReportingOverflow(by: recipe.stages[0].batch)
      let count = wanted.overflow ? training.count : min(training.count, wanted.partialValue)
      training = training.selecting(Array(training.order(epoch: 0, seed: recipe.seed).prefix(count)))
      validation = training
      notes.append("\(count) images are learned and tested on, as they are; their loss should come near 0")
    }
    self.training = training
    if let decoding, let set = validation {
      let decoded = try decoding.decoded(set, forTraining: false)
      notes += decoded.notes.dropFirst(set.notes.count)
      validation = decoded
    }
    if let set = validation, set.classes != training.classes { validation = ClassOrder(set, names: names).set }
    // What is tested may lack some of the classes.
    if let set = validation, set.classes != training.classes {
      validation = set.arranged(by: training.classes) ?? set
    }
    if training.hasSeveralLabels { validation = validation?.withSeveralLabels }
    if validation?.hasSeveralLabels == true, !training.hasSeveralLabels {
      throw TrainingRunError(
        "images to be tested on have several labels, and those to learn from one each; a semicolon in a list, `dog;`, says "
          + "that they may have several")
    }
    if let validation, validation.classes != training.classes {
      guard validation.classes.count <= training.classes.count,
        source.form == .idx || source.form == .npz
      else {
        throw TrainingRunError(
          "the classes to be tested on, \(Self.list(validation.classes)), are not those that are learned, "
            + Self.list(training.classes))
      }
    }
    if validation?.count == 0 {
      validation = nil
      notes.append("there are too few images to keep any back for testing")
    }
    notes += Self.unapplied(recipe, to: training)
    let empty = zip(training.classes, training.classCounts).filter { $0.1 == 0 }.map(\.0)
    if empty.count > 1 {
      notes.append("\(empty.count) classes have no images to learn from: \(Self.list(empty))")
    } else if let name = empty.first {
      notes.append("the class \(name) has no images to learn from")
    }
  }

  /// Says what of a recipe does nothing to inputs that are numbers already.
  private static func unapplied(_ recipe: Recipe, to set: Dataset) -> [String] {
    guard set.holdsInputs, recipe.stages.contains(where: { !$0.augmentations.isEmpty }) else { return [] }
    return ["augment changes images; the data has real numbers, which are the network's input as they are"]
  }

  /// A data set's test part, or the whole of one that has none.
  ///
  /// - Throws: `DatasetError` if it cannot be read.
  package static func openForTesting(_ source: Recipe.Source, folder: String) throws(DatasetError) -> Dataset {
    do throws(DatasetError) {
      return try open(source, folder: folder, part: .test)
    } catch {
      guard error.reason == .missing else { throw error }
      return try open(source, folder: folder, part: .training)
    }
  }

  static func list(_ names: [String]) -> String {
    names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", … (\(names.count))" : "")
  }

  /// Opens a part of a data set.
  ///
  /// - Throws: `DatasetError` if it cannot be read.
  package static func open(
    _ source: Recipe.Source, folder: String, part: DatasetPart
  ) throws(DatasetError) -> Dataset {
    let path = source.path.hasPrefix("/") || folder.isEmpty ? source.path : "\(folder)/\(source.path)"
    switch source.form {
    case .idx: return try .idx(path, part: part)
    case .cifar: return try .cifar(path, part: part)
    case .folder: return try .folder(path, part: part)
    case .npz: return try .npz(path, part: part)
    case .csv:
      guard part == .training else {
        throw DatasetError(
          .missing, file: path, "is a list without a test part; --val LIST.csv names another, --val 0.1 a share")
      }
      return try .csv(path)
    }
  }
}

extension Recipe.Source {
  /// What a path of the command line stands for: `idx:PATH` and so on, or what is found there.
  package init(argument: String) {
    if let colon = argument.firstIndex(of: ":"), let form = Form(rawValue: String(argument[..<colon])) {
      self.init(form, path: String(argument[argument.index(after: colon)...]))
      return
    }
    let form: Form =
      argument.hasSuffix(".npz") ? .npz : argument.hasSuffix(".csv") ? .csv : Self.form(ofFolder: argument)
    self.init(form, path: argument)
  }

  private static func form(ofFolder path: String) -> Form {
    switch Dataset.layout(of: path) {
    case .idx: .idx
    case .cifar: .cifar
    case .folder: .folder
    }
  }
}
