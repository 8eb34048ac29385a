import ArgumentParser
import AtomicFiles
import Augmentation
import Datasets
import Images
import Recipes
import TrainingRuns

/// `cnnc data DATA`.
struct DataCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Say what a data set has in it, and show its images.",
    discussion: discussion(
      """
      Every image is decoded: its size counts, and a file that cannot be used is named, with status 1. With --output a sheet \
      of images is written, a row for each class; with --augment as training would see them.
      """))

  static let examples = [
    Example("cnnc data photos/", "What a folder with a folder for each class holds"),
    Example("cnnc data mnist --test", "The test part of IDX files"),
    Example("cnnc data photos/ --augment flip -o sheet.png", "Some images of each class, as training would see them"),
  ]

  /// What a sheet is written as.
  private enum SheetFormat: String, OutputFormat {
    case png

    static let standard = png
  }

  @ArgumentParser.Argument(
    help: """
      A folder of IDX or CIFAR files or with a subfolder for each class, a .csv of files and classes, a .npz with x and y. \
      idx:, cifar:, folder:, csv: or npz: before a path says which.
      """, completion: .directory)
  var data: String

  @Flag(help: "Look at the set's test part.")
  var test = false

  @Option(
    help: ArgumentHelp(
      "Changes to show on the sheet, as a recipe has them: [flip, pad_crop: 4].", valueName: "augmentations"))
  var augment: String?

  @Option(help: ArgumentHelp("The size that a network takes, for random_resized_crop.", valueName: "height×width"))
  var size: String?

  @Option(help: ArgumentHelp("What the changes are drawn by.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Images of a class on the sheet.", valueName: "n"))
  var columns = 12

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write the sheet, a PNG file.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var output: String?

  func validate() throws {
    if !(1...100 ~= columns) { throw ValidationError("--columns must be 1 to 100") }
    if let output { _ = try SheetFormat.chosen(nil, output: output, asking: nil) }
    if augment != nil, output == nil { throw ValidationError("--augment shows on the sheet, and --output is missing") }
    _ = try augmentations()
    _ = try imageSize()
  }

  private func augmentations() throws -> [Augmentation] {
    guard let augment else { return [] }
    var reader = RecipeReader()
    let settings = reader.settings(inText: "augment: \(augment)")
    if let finding = reader.diagnostics.sorted.first { throw ValidationError("--augment: \(finding.message)") }
    return Recipe(settings).augmentations
  }

  private func imageSize() throws -> ImageSize? {
    guard let size else { return nil }
    let sides = size.split { "x×".contains($0) }.compactMap { Int($0) }
    guard sides.count == 1 || sides.count == 2, sides.allSatisfy({ 1...4096 ~= $0 }) else {
      throw ValidationError("--size takes pixels, 224 or 224x192, not '\(size)'")
    }
    return ImageSize(height: sides[0], width: sides[sides.count - 1])
  }

  func run() throws {
    do {
      let set = try TrainingData.open(Recipe.Source(argument: data), folder: "", part: test ? .test : .training)
      let faults = report(set)
      if let output { try write(set, to: output) }
      if faults { throw ExitCode.findings }
    } catch let error as DatasetError {
      standardError("cnnc: \(error)\n")
      throw ExitCode.unusable
    } catch let error as FileWriteError {
      standardError("cnnc: \(error.path): \(error.reason)\n")
      throw ExitCode.unusable
    }
  }

  /// Decodes every image and prints what there is; whether there was a fault.
  private func report(_ set: Dataset) -> Bool {
    for note in set.notes { standardError("cnnc: \(note)\n") }
    var sizes: [String: Int] = [:]
    var (faults, turned) = (0, 0)
    for place in 0..<set.count {
      do throws(DatasetError) {
        switch try set.sample(at: place) {
        case .image(let image), .fitted(let image):
          sizes["\(image.channels)×\(image.height)×\(image.width)", default: 0] += 1
          if image.orientation != .upright { turned += 1 }
        case .values(_, let shape): sizes[shape.map(String.init).joined(separator: "×"), default: 0] += 1
        }
      } catch {
        faults += 1
        if faults <= 20 { standardError("cnnc: \(error)\n") }
      }
    }
    if faults > 20 { standardError("cnnc: \(faults - 20) more files cannot be used\n") }
    standardOutput("\(set.count) images, \(set.classes.count) classes\n")
    let common = sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let list = common.prefix(5).map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
    standardOutput("sizes: \(list)" + (common.count > 5 ? ", and \(common.count - 5) more\n" : "\n"))
    if turned > 0 {
      standardOutput("not upright by EXIF: \(turned), which `preprocess: {orient: exif}` of a spec turns\n")
    }
    let width = set.classes.map(\.count).max() ?? 0
    for (name, count) in zip(set.classes, set.classCounts) {
      standardOutput("  \(name)\(String(repeating: " ", count: max(0, width - name.count)))  \(count)\n")
    }
    return faults > 0 || !set.notes.isEmpty
  }

  private func write(_ set: Dataset, to path: String) throws {
    let sheet = try ContactSheet.image(
      of: set, columns: columns, rows: 40, side: 64, augmentations: augmentations(), size: imageSize(), seed: seed)
    guard let bytes = sheet.png else {
      throw FileWriteError(path: path, reason: "there is no memory for the sheet")
    }
    var file = try AtomicFileWriter(path)
    try file.write(bytes)
    try file.finish()
    standardError("\(path): \(sheet.width)×\(sheet.height) pixels\n")
  }
}
