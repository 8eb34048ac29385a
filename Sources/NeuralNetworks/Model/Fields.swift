import Layers

/// Words that a field of a layer takes.
protocol FieldWord: RawRepresentable where RawValue == String {}

extension FieldWord {
  var field: FieldValue { .word(rawValue) }
}

extension Int {
  var field: FieldValue { .int(self) }
}

extension Double {
  var field: FieldValue { .float(self) }
}

extension Bool {
  var field: FieldValue { .bool(self) }
}

extension [Int] {
  var field: FieldValue { .ints(self) }
}

extension [[Int]] {
  var field: FieldValue { .intTable(self) }
}
