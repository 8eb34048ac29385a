import Diagnostics
import Expressions
import GraphIR
import Layers
import SpecLanguage

/// Other values for a parameter, by its type: an integer one larger and twice as large, a float doubled and halved, a
/// truth value turned round.
enum KnobChange {
  struct Form {
    var form: ArgumentValue.Form
    var text: String
  }

  /// The values to try in place of one that is given.
  static func forms(of value: ParameterValue, at span: Span) -> [Form] {
    switch value {
    case .field(.int(let number)):
      guard abs(number) < 1 << 30 else { return [] }
      return distinct([number + 1, number * 2], from: number).map { number in
        Form(form: .expression(Expression(.integer(number), span: span)), text: String(number))
      }
    case .field(.float(let number)):
      return distinct([number == 0 ? 1 : number * 2, number / 2], from: number).map { number in
        Form(form: .expression(Expression(.float(number), span: span)), text: "\(number)")
      }
    case .field(.bool(let flag)):
      return [Form(form: .expression(Expression(.boolean(!flag), span: span)), text: String(!flag))]
    case .field(.size(let size)):
      guard size.numbers.allSatisfy({ abs($0) < 1 << 30 }) else { return [] }
      let list = size.along(axes: size.axisCount ?? 2).map { $0 + 1 }
      return [Form(form: .list(list.map { Expression(.integer($0), span: span) }), text: "\(list)")]
    case .field(.padding(let padding)):
      let word = padding == .half ? "valid" : "half"
      return [Form(form: .word(word), text: word)]
    case .field, .layer: return []
    }
  }

  private static func distinct<Number: Hashable>(_ candidates: [Number], from value: Number) -> [Number] {
    candidates.enumerated().filter { index, candidate in
      candidate != value && !candidates[..<index].contains(candidate)
    }.map(\.element)
  }
}
