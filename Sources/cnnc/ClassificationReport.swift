import ArgumentParser
import Diagnostics
import GraphIR
import Images
import Interpreter
import JSON
import SpecLanguage
import SystemPackage
import Tensors
import Weights

/// The names of a network's classes.
struct ClassNames {
  let names: [String]

  /// Takes the names of a file, or else those of the spec, whose file stands beside it. A spec's file that is not there
  /// is no error: classes then have numbers.
  ///
  /// - Throws: `ImageError` if a file cannot be read, `RunError` if it has another number of names than the network has
  ///   classes.
  init(_ spec: Spec, of graph: Graph, file: String? = nil) throws {
    let (found, source) = try Self.find(spec, graph, file: file)
    names = found
    let classes = graph.outputs.first.flatMap { graph.shape(of: $0.value).elements.value }
    if let source, let classes, names.count != classes {
      throw RunError("\(source): has \(names.count) labels, but the network has \(classes) classes")
    }
  }

  /// The names of the classes that a network learns; none where their file is not there, or has another number of them than
  /// there are classes, as of a network that is given another head.
  static func learned(_ spec: Spec, of graph: Graph, classes: Int) -> [String] {
    guard spec.labels != nil, let names = try? find(spec, graph, file: nil, isSilent: true).0 else { return [] }
    return names.count == classes ? names : []
  }

  /// Says that the spec has names for another number of classes than there are, which are then not taken; nil where it has not.
  static func mismatch(_ spec: Spec, of graph: Graph, classes: Int) -> String? {
    guard spec.labels != nil, let names = try? find(spec, graph, file: nil, isSilent: true).0, !names.isEmpty,
      names.count != classes
    else { return nil }
    return
      "the spec's `labels` are \(names.count) names, and the network has \(classes) classes; the data's names are taken"
  }

  /// The names, and the file they are from.
  private static func find(
    _ spec: Spec, _ graph: Graph, file: String?, isSilent: Bool = false
  ) throws -> ([String], source: String?) {
    if let file { return (try ClassLabels.read(file), file) }
    switch spec.labels {
    case .list(let list, _)?: return (list, nil)
    case .file(let path, _)?:
      let folder = FilePath(graph.file).removingLastComponent()
      let place: String
      do throws(FileError) {
        place = try NamedFile.path(path, in: folder, root: folder, of: DiskFiles())
      } catch {
        throw RunError("\(graph.file): labels: \(error.reason); --labels takes any file")
      }
      do throws(ImageError) {
        return (try ClassLabels.read(place), place)
      } catch {
        guard error.reason == .unreadable else { throw error }
        if !isSilent { standardError("cnnc: \(error); classes are numbered\n") }
        return ([], nil)
      }
    case nil: return ([], nil)
    }
  }

  subscript(index: Int) -> String? { names.indices.contains(index) ? names[index] : nil }
}

/// Prints the likeliest classes of images, batch by batch.
struct ClassificationReport {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case csv
  }

  /// The images that could not be used.
  private(set) var skipped: [ImageError] = []
  /// Whether an output has NaN or infinity.
  private(set) var hasInvalid = false

  private let format: Format
  private let network: Network
  private let labels: ClassNames
  private let top: Int
  private let write: (String) -> Void
  private var images: [JSONValue] = []
  private var hasHeader = false

  init(
    _ format: Format, network: Network, labels: ClassNames, top: Int,
    write: @escaping (String) -> Void = { standardOutput($0) }
  ) {
    self.write = write
    self.format = format
    self.network = network
    self.labels = labels
    self.top = top
  }

  mutating func skip(_ error: ImageError) { skipped.append(error) }

  /// Prints a batch of outputs N×classes: their softmax, unless the network ends with one, or with a sigmoid. A single number of each
  /// image is no class, and is printed as it is; with other outputs that are no vectors of classes, prints nothing.
  ///
  /// - Throws: `RunError` if there are no classes, and nothing else to make of the outputs.
  mutating func add(_ output: Tensor, of names: [String], isRequired: Bool) throws {
    checkNumbers(of: output, names)
    let classes = output.rank > 1 ? output.shape[1] : 0
    if output.count == names.count {
      for (name, value) in zip(names, output.elements) { print(value, of: name) }
      return
    }
    guard classes > 0, output.count == names.count * classes else {
      if !isRequired { return }
      let shape = output.shape.dropFirst().map(String.init).joined(separator: "×")
      throw RunError("the network's output is \(shape), not classes; --output FILE writes it")
    }
    let last = network.graph.outputs[0].value.node.map { network.graph.nodes[$0].layer.scores }
    let scores = output.reshaped(to: [names.count, classes])
    let shares =
      switch last {
      case .probabilities, .independentProbabilities: scores.elements
      // The nearest is likeliest.
      case .distances: Plain.softmax(Plain.scale(scores, by: -1)).elements
      case .logits, .logProbabilities, nil: Plain.softmax(scores).elements
      }
    for (index, name) in names.enumerated() {
      print(shares[(index * classes)..<((index + 1) * classes)].likeliest(top), of: name)
    }
  }

  /// Says of which images the output has NaN or infinity.
  private mutating func checkNumbers(of output: Tensor, _ names: [String]) {
    let elements = output.elements
    guard !names.isEmpty, elements.contains(where: { !$0.isFinite }) else { return }
    hasInvalid = true
    let size = output.count / names.count
    for (index, name) in names.enumerated() {
      let values = elements[(index * size)..<((index + 1) * size)]
      guard values.contains(where: { !$0.isFinite }) else { continue }
      standardError("cnnc: \(name.printable): the network's output has \(TensorStatistics(Array(values)).flag)\n")
    }
  }

  /// Prints the one number of an image.
  private mutating func print(_ value: Float, of name: String) {
    switch format {
    case .text: write("\(name.printable)\n  \(Self.text(value))\n")
    case .csv:
      if !hasHeader { write("file,value\n") }
      hasHeader = true
      write("\(Self.quoted(name)),\(Self.text(value))\n")
    case .json:
      images.append(
        .object(("file", .string(name)), ("value", value.isFinite ? .double(Double(value)) : .null)))
    }
  }

  /// A number as text; what is none has no sign.
  private static func text(_ value: Float) -> String { value.isNaN ? "nan" : "\(value)" }

  private mutating func print(_ scores: [ClassScore], of name: String) {
    switch format {
    case .text:
      let lines = scores.map { score in
        "  \(Self.percent(score.probability))  \((labels[score.index] ?? "class \(score.index)").printable)\n"
      }
      write("\(name.printable)\n\(lines.joined())")
    case .csv:
      if !hasHeader { write("file,rank,class,label,probability\n") }
      hasHeader = true
      let lines = scores.enumerated().map { rank, score in
        let label = labels[score.index] ?? ""
        return "\(Self.quoted(name)),\(rank + 1),\(score.index),\(Self.quoted(label)),\(Self.text(score.probability))\n"
      }
      write(lines.joined())
    case .json:
      let classes = scores.map { score in
        JSONValue.object(
          ("class", .int(score.index)), ("label", labels[score.index].map { .string($0) }),
          ("probability", score.probability.isFinite ? .double(Double(score.probability)) : .null))
      }
      images.append(.block([("file", .string(name)), ("classes", .lines(classes))]))
    }
  }

  /// Prints what is printed at the end.
  func finish() {
    guard format == .json else { return }
    let failures = skipped.map { error in
      JSONValue.object(
        ("file", .string(error.file)), ("reason", .string(error.reason.rawValue)), ("message", .string(error.message)))
    }
    var members: [(String, JSONValue)] = [("model", .string(network.graph.name))]
    if let variant = network.graph.variant { members.append(("variant", .string(variant))) }
    members += [("images", .lines(images)), ("skipped", .lines(failures))]
    write(JSONValue.block(members).text + "\n")
  }

  /// `29.76%`, as wide for all up to 100.
  static func percent(_ share: Float) -> String {
    guard share.isFinite else { return "    nan" }
    let hundredths = String(Int((share * 10000).rounded()))
    let digits = String(repeating: "0", count: max(0, 3 - hundredths.count)) + hundredths
    let text = "\(digits.dropLast(2)).\(digits.suffix(2))%"
    return String(repeating: " ", count: max(0, 7 - text.count)) + text
  }

  /// A field of CSV, in quotes where RFC 4180 asks for them.
  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }
}
