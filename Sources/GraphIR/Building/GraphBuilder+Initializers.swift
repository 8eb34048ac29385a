import Expressions
import Layers
import SpecLanguage

/// What tensors hold before training: distributions with their numbers, values that are written.
extension GraphBuilder {
  /// The most numbers that a range or an outer product may have; more belong into a file.
  private static let largestValues = 1 << 16

  mutating func initializers(
    _ list: [InitializerDeclaration], _ environment: Environment, at level: Int, prev: Flow
  ) -> [TensorInitializer]? {
    var result: [TensorInitializer] = []
    for declaration in list {
      if declaration.values != nil {
        guard let values = values(of: declaration, environment, at: level, prev: prev) else { return nil }
        result.append(TensorInitializer(tensor: declaration.tensor, values: values))
        continue
      }
      var numbers: [String: Double] = [:]
      for argument in declaration.arguments {
        guard
          case .float(let number)? = fieldValue(
            argument.value, type: .float(-Double.infinity...Double.infinity), environment, at: level, prev: prev)
        else { return nil }
        numbers[argument.name] = number
      }
      let initializer = TensorInitializer(
        tensor: declaration.tensor, distribution: declaration.distribution, arguments: numbers)
      if let problem = initializer.problem {
        report(.outOfRange, problem, at: declaration.span, in: environment)
        return nil
      }
      result.append(initializer)
    }
    return result
  }

  private mutating func values(
    of declaration: InitializerDeclaration, _ environment: Environment, at level: Int, prev: Flow
  ) -> TensorValues? {
    func refuse(_ message: String) -> TensorValues? {
      report(.outOfRange, message, at: declaration.span, in: environment)
      return nil
    }
    switch declaration.values {
    case nil: return nil
    case .file(let name): return .file(name)
    case .list(let list, let shape):
      return floats(list, environment, at: level, prev: prev).map { .numbers(NumberPattern($0, shape: shape)) }
    case .range(let from, let end):
      guard let ends = integers((from.map { [$0] } ?? []) + [end], environment, at: level, prev: prev) else {
        return nil
      }
      let first = ends.count == 2 ? ends[0] : 0
      let (count, overflows) = ends[ends.count - 1].subtractingReportingOverflow(first)
      guard !overflows, count > 0, count <= Self.largestValues else {
        return refuse("a range has 1 to \(Self.largestValues) numbers")
      }
      return .numbers(NumberPattern((0..<count).map { Double(first + $0) }, shape: [count]))
    case .outer(let rows, let columns, let sum):
      guard let rows = floats(rows, environment, at: level, prev: prev),
        let columns = floats(columns, environment, at: level, prev: prev),
        let wanted = floats(sum.map { [$0] } ?? [], environment, at: level, prev: prev)
      else { return nil }
      guard rows.count * columns.count <= Self.largestValues else {
        return refuse("an outer product has at most \(Self.largestValues) numbers")
      }
      let numbers = rows.flatMap { row in columns.map { row * $0 } }
      let factor = wanted.first.map { $0 / numbers.reduce(0, +) } ?? 1
      let scaled = numbers.map { $0 * factor }
      guard scaled.allSatisfy(\.isFinite) else {
        return refuse(
          factor.isFinite
            ? "the outer product is not finite" : "the outer product adds up to 0, so no factor makes it another sum")
      }
      return .numbers(NumberPattern(scaled, shape: [rows.count, columns.count]))
    }
  }

  private mutating func floats(
    _ list: [Expression], _ environment: Environment, at level: Int, prev: Flow
  ) -> [Double]? {
    var result: [Double] = []
    for expression in list {
      let argument = ArgumentValue(form: .expression(expression), span: expression.span)
      guard
        case .float(let number)? = fieldValue(
          argument, type: .float(-Double.infinity...Double.infinity), environment, at: level, prev: prev)
      else { return nil }
      guard Float(number).isFinite else {
        report(.outOfRange, "\(number) is beyond the numbers that tensors hold", at: expression.span, in: environment)
        return nil
      }
      result.append(number)
    }
    return result
  }
}
