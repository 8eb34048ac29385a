import GraphIR
import Layers
import Shapes

/// A line of the hierarchy as a report shows it: a layer, or a level of names with the lines below it.
struct OutlineItem: Sendable {
  /// `layer1.0.conv1`; of copies that are folded into one line, the first.
  var path: String
  /// What the path adds to that of the line above.
  var name: String
  /// The names of copies that are folded into this line, itself first.
  var names: [String]
  /// The layer's keyword, or what the level is: a block, a list.
  var label: String
  /// The layer's summary, or the block's arguments.
  var details: String
  var inputs: [Shape]
  var output: Shape
  /// Of one copy.
  var figures: Figures
  var place: String
  var receptiveField: ReceptiveField.Field
  /// `3×3`, where the layer has a kernel.
  var kernel = ""
  /// Activations and views; they only pass values on.
  var isQuiet: Bool
  var head: Int?
  var node: Int?
  var children: [OutlineItem] = []
  /// Equal for lines of equal structure, shapes and figures.
  var signature = 0

  var copies: Int { names.count }

  /// What is summed up over the layers of a line.
  struct Figures: Hashable, Sendable {
    var trainable = 0
    var fixed = 0
    var buffers = 0
    /// In the report's convention.
    var count: Extent = 0
    /// The most bytes held while a layer of the line runs.
    var memory: Int?

    var parameters: Int { saturatingSum(trainable, fixed) }

    static func + (left: Figures, right: Figures) -> Figures {
      Figures(
        trainable: saturatingSum(left.trainable, right.trainable), fixed: saturatingSum(left.fixed, right.fixed),
        buffers: saturatingSum(left.buffers, right.buffers), count: left.count + right.count,
        memory: [left.memory, right.memory].compactMap { $0 }.max())
    }

    func times(_ copies: Int) -> Figures {
      copies == 1
        ? self
        : Figures(
          trainable: saturatingProduct(trainable, copies), fixed: saturatingProduct(fixed, copies),
          buffers: saturatingProduct(buffers, copies), count: count * copies, memory: memory)
    }
  }

  /// `1–2`, `denselayer1–6`, `inception4b–d`, or the first and the last name.
  var displayName: String {
    guard let first = names.first, let last = names.last, names.count > 1 else { return name }
    let from = first.reversed().prefix { $0.isNumber }.count
    let to = last.reversed().prefix { $0.isNumber }.count
    if from > 0, to > 0, first.dropLast(from) == last.dropLast(to) { return "\(first)–\(last.suffix(to))" }
    if first.dropLast() == last.dropLast(), let a = first.utf8.last, let b = last.utf8.last,
      Int(b) - Int(a) == names.count - 1
    {
      return "\(first)–\(last.suffix(1))"
    }
    return "\(first)…\(last)"
  }

  /// `Bottleneck ×2 (mid: 64)`, `conv 7×7 /2`; `each` where the parts of one copy follow.
  func kind(isExpanded: Bool) -> String {
    let times = copies > 1 ? " ×\(copies)\(isExpanded ? ", each" : "")" : ""
    return "\(label)\(times)\(details.isEmpty ? "" : " \(details)")"
  }
}
