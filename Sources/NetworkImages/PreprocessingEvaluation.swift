import Diagnostics
import Expressions
import GraphIR
import Images
import SpecLanguage

/// Why a spec's `preprocess` cannot be used.
package struct PreprocessingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The spec's path.
  package var file: String
  package var line: Int
  package var column: Int
  package var message: String

  init(_ graph: Graph, _ span: Span, _ message: String) {
    file = graph.file
    line = span.start.line
    column = span.start.column
    self.message = message
  }

  /// `specs/a.yaml:12:3: crop is 0; sizes are 1 to 65536`.
  package var description: String { "\(file):\(line):\(column): \(message)" }
}

extension ImagePreprocessing {
  /// Sizes beyond this are a mistake.
  private static let largestSize = 1 << 16

  /// What a spec's `preprocess` says, its expressions computed with the parameters that `graph` was built with. Without
  /// `preprocess`, samples are divided by 255, and the image has to be of the network's size.
  ///
  /// - Throws: `PreprocessingError` if an expression has no value or one that no image can have.
  package init(_ spec: Spec, for graph: Graph) throws(PreprocessingError) {
    self.init()
    guard let written = spec.preprocessing else { return }
    let values = ParameterValues(spec: spec, graph: graph)
    orients = written.orientation == "exif"
    resize = try values.sizes(written.resize, of: "resize").map { sizes in
      sizes.count == 1 ? .shorterSide(sizes[0]) : .exact(height: sizes[0], width: sizes[1])
    }
    crop = try values.sizes(written.crop, of: "crop").map { Crop(height: $0[0], width: $0[$0.count - 1]) }
    guard let interpolation = Interpolation(rawValue: written.interpolation),
      let order = ChannelOrder(rawValue: written.channelOrder)
    else { throw PreprocessingError(graph, written.span, "the interpolation or the order is not known") }
    self.interpolation = interpolation
    self.order = order
    scale = try written.scale.map { (scale) throws(PreprocessingError) in try values.number(scale, of: "scale") }
    mean = try values.numbers(written.mean, of: "mean")
    deviation = try values.numbers(written.deviation, of: "std")
    if let index = deviation.firstIndex(of: 0) {
      throw PreprocessingError(graph, written.deviation[index].span, "std is 0, and samples are divided by it")
    }
  }

  /// The values of a spec's parameters in a graph.
  private struct ParameterValues {
    let graph: Graph
    let functions: [String: FunctionDeclaration]
    let values: [String: Value]

    init(spec: Spec, graph: Graph) {
      self.graph = graph
      functions = spec.units.first?.functions ?? [:]
      values = graph.settingValues
    }

    func value(_ expression: Expression) throws(PreprocessingError) -> Value {
      do {
        return try Evaluator.evaluate(expression, functions: functions, globals: values) {
          (path, span) throws(ExpressionError) -> Value in
          guard path.count == 1, let value = values[path[0]] else {
            throw ExpressionError(.unknownName, "'\(path.joined(separator: "."))' is not known here", at: span)
          }
          return value
        }
      } catch {
        throw PreprocessingError(graph, error.span, error.message)
      }
    }

    func number(_ expression: Expression, of key: String) throws(PreprocessingError) -> Double {
      switch try value(expression) {
      case .int(let number): return Double(number)
      case .float(let number): return number
      default: throw PreprocessingError(graph, expression.span, "\(key) is not a number")
      }
    }

    func numbers(_ expressions: [Expression], of key: String) throws(PreprocessingError) -> [Double] {
      var result: [Double] = []
      for expression in expressions { result.append(try number(expression, of: key)) }
      return result
    }

    /// One or two sizes; nil if there is none.
    func sizes(_ expressions: [Expression], of key: String) throws(PreprocessingError) -> [Int]? {
      var result: [Int] = []
      for expression in expressions {
        // A parameter of type `size` stands for both.
        switch try value(expression) {
        case .int(let size): result.append(size)
        case .size(let numbers): result += numbers
        default: throw PreprocessingError(graph, expression.span, "\(key) is not an integer")
        }
        guard result.allSatisfy({ 1...largestSize ~= $0 }), result.count <= 2 else {
          let text = result.map(String.init).joined(separator: "×")
          throw PreprocessingError(graph, expression.span, "\(key) is \(text); sizes are 1 to \(largestSize)")
        }
      }
      return result.isEmpty ? nil : result
    }
  }
}
