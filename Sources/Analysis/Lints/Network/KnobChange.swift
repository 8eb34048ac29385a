import Diagnostics
import Expressions
import SpecLanguage

/// Other values for a parameter, by its type: an integer one larger and twice as large, a float doubled and halved, a
/// truth value turned round.
enum KnobChange {
  struct Form {
    var form: ArgumentValue.Form
    var text: String
  }

  /// The values to try in place of one that is given as a spec writes it.
  static func forms(of value: String, type: ParameterType, at span: Span) -> [Form] {
    switch type {
    case .int:
      guard let number = Int(value), abs(number) < 1 << 30 else { return [] }
      return distinct([number + 1, number * 2], from: number).map { number in
        Form(form: .expression(Expression(.integer(number), span: span)), text: String(number))
      }
    case .float:
      guard let number = Double(value) else { return [] }
      return distinct([number == 0 ? 1 : number * 2, number / 2], from: number).map { number in
        Form(form: .expression(Expression(.float(number), span: span)), text: "\(number)")
      }
    case .bool:
      guard let flag = Bool(value) else { return [] }
      return [Form(form: .expression(Expression(.boolean(!flag), span: span)), text: String(!flag))]
    case .size:
      let parts = value.split { "[], ".contains($0) }.compactMap { Int($0) }
      guard let height = parts.first, let width = parts.last, max(abs(height), abs(width)) < 1 << 30 else { return [] }
      let list = [height + 1, width + 1]
      return [Form(form: .list(list.map { Expression(.integer($0), span: span) }), text: "\(list)")]
    case .padding:
      let word = value == "half" ? "valid" : "half"
      return [Form(form: .word(word), text: word)]
    case .layer: return []
    }
  }

  private static func distinct<Number: Hashable>(_ candidates: [Number], from value: Number) -> [Number] {
    candidates.enumerated().filter { index, candidate in
      candidate != value && !candidates[..<index].contains(candidate)
    }.map(\.element)
  }
}
