import ArgumentParser
import Diagnostics
import Shapes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `cnnc new NAME`.
struct NewCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a first spec to start from, and a first recipe.",
    discussion: discussion(
      """
      NAME.yaml is a small network of residual blocks with comments on every part, or of linear layers where the input is a \
      number of features. Nothing that is there already is written over.
      """))

  static let examples = [
    Example("cnnc new flowers", "flowers.yaml, for images of 3×32×32 and 10 classes"),
    Example(
      "cnnc new flowers --input 3x96x96 --classes 5 --recipe", "Larger images, and flowers-recipe.yaml to train by"),
    Example("cnnc new speech --input 1x16000 --classes 35", "For signals of one axis"),
  ]

  @ArgumentParser.Argument(help: "What the network is called; a path puts its files into another folder.")
  var name: String

  @Option(
    help: ArgumentHelp(
      "What flows in: an image, a signal, a volume or features.", valueName: "3x32x32|1x16000|784"))
  var input = InputShape(Shape([.known(3), .known(32), .known(32)]))

  @Option(help: ArgumentHelp("How many classes the network tells apart.", valueName: "n"))
  var classes = 10

  @Flag(help: "Also write a recipe for cnnc train, NAME-recipe.yaml.")
  var recipe = false

  /// The path without the ending that a spec has.
  private var stem: String {
    for ending in [".yaml", ".yml"] where name.hasSuffix(ending) { return String(name.dropLast(ending.count)) }
    return name
  }

  private var lastStep: String {
    stem.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
  }

  func validate() throws {
    func isPlain(_ character: Character) -> Bool { character.isASCII && (character.isLetter || character.isNumber) }
    guard let first = lastStep.first, isPlain(first), lastStep.allSatisfy({ isPlain($0) || "-_".contains($0) }) else {
      throw ValidationError(
        "a network's name has letters, digits, - and _, and begins with a letter or digit, not '\(lastStep.shown)'")
    }
    guard let sizes = input.shape.values, sizes.count <= 4, sizes.allSatisfy({ 1...1_000_000 ~= $0 }) else {
      throw ValidationError("--input takes numbers from 1 to 1000000 here: 3x32x32, 1x16000, 1x16x64x64 or 784")
    }
    try input.checkOrder()
    if !(1...1_000_000 ~= classes) { throw ValidationError("--classes must be 1 to 1000000") }
  }

  func run() throws {
    let first = FirstSpec(name: lastStep, input: input.shape, classes: classes)
    var files = [("\(stem).yaml", first.spec)]
    if recipe { files.append(("\(stem)-recipe.yaml", first.recipe)) }
    for (path, _) in files where Self.exists(path) {
      standardError("cnnc: \(path.printable) is there already; choose another name\n")
      throw ExitCode.unusable
    }
    for (path, text) in files { try writeOutput(text, to: path) }
    standardOutput(files.map { "\($0.0.printable)\n" }.joined())
    standardError("cnnc check \(stem.printable).yaml says what is in it\n")
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
